package import FleetModel
package import ResourceModel

/// A rule as configuration carries it:
///
/// ```yaml
/// apiVersion: cert-manager.io/v1
/// kind: Certificate
/// after: 2s                       # optional
/// status: {conditions: [{type: Ready, status: "True", reason: Ready}]}
/// secret:                         # optional
///   nameField: spec.secretName
///   type: kubernetes.io/tls
///   data: {tls.crt: "{pem:CERTIFICATE}"}
/// ```
extension ReadyRule {
    package init(_ value: Value) throws(FleetError) {
        let kind = GroupVersionKind(apiVersion: value.apiVersion, kind: value.kind)
        guard !kind.kind.isEmpty, !kind.version.isEmpty, let status = value["status"], status.objectValue != nil else {
            throw FleetError(
                .invalidArgument, "a ready rule needs apiVersion, kind and status",
                reason: "found: \(JSONWriter.text(value).prefix(200))")
        }
        var after: Duration?
        if let text = value["after"] { after = try ControllerSettings.duration(text, "readyRules[].after") }
        var secret: SecretRule?
        if let rule = value["secret"], !rule.isNull {
            let field = rule.textAt("nameField").split(separator: ".").map(String.init)
            let data = rule.stringMap("data")
            guard !field.isEmpty, !data.isEmpty else {
                throw FleetError(.invalidArgument, "the secret of the ready rule for \(kind) needs nameField and data")
            }
            let type = rule.textAt("type")
            secret = SecretRule(nameField: field, type: type.isEmpty ? "Opaque" : type, data: data)
        }
        self.init(kind: kind, after: after, status: status, secret: secret)
    }
}
