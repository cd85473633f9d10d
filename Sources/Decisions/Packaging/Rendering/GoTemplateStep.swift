internal import Reconciliation
package import ResourceModel
package import Templating

/// The one step of a service in vSphere's older format: definitions as they are, then the manifests as a Go template.
package enum GoTemplateStep {
    /// What errors call the template: the field of the service definition it stands in.
    package static let templateName = "operatorYaml"

    private static let group = "kapp.k14s.io/change-group.appplatform"
    private static let rule = "kapp.k14s.io/change-rule.appplatform"
    private static let definitionsGroup = "appplatform.vmware.com/crd-yaml"

    static func render(
        definitions: PackageRenderer.File?, manifests: PackageRenderer.File?, values: Value, namespace: String
    ) throws(InstallReconcile.Failure) -> [Value] {
        var first = try documents(definitions?.text ?? "", "crdYaml")
        var rest: [Value] = []
        if let manifests {
            let text: String
            do throws(TemplateError) {
                text = try GoTemplate(name: templateName, text: manifests.text)
                    .render(data(values: values, namespace: namespace))
            } catch {
                throw InstallReconcile.Failure(error.message)
            }
            rest = try documents(text, "the rendered \(templateName)")
        }
        order(&first, &rest)
        return first + rest
    }

    /// What the template sees: `.service` is the platform's, `.Values` the user's flat list of texts.
    package static func data(values: Value, namespace: String) -> GoValue {
        let texts = (values.objectValue ?? [:]).compactMapValues { value in
            switch value {
            case .string(let text): Value.string(text)
            case .bool(let flag): .string(String(flag))
            case .int(let number): .string(String(number))
            case .double(let number): .string(String(number))
            case .null, .array, .object: nil
            }
        }
        // The namespace is svc-<id>-<Supervisor>: without its beginning it is unique on the Supervisor as well.
        let prefix = namespace.hasPrefix("svc-") ? String(namespace.dropFirst(4)) : namespace
        return GoValue([
            "service": ["namespace": .string(namespace), "prefix": .string(prefix)], "Values": .object(texts),
        ])
    }

    private static func documents(
        _ text: String, _ what: String
    ) throws(InstallReconcile.Failure) -> [Value] {
        do throws(YAMLError) {
            return try YAMLDocuments.read(text).filter { !$0.isNull }
        } catch {
            throw InstallReconcile.Failure("\(what) is not YAML: \(error.description)")
        }
    }

    /// What stands in crdYaml is applied before anything of operatorYaml; kapp's own rules put definitions before
    /// their objects only.
    private static func order(_ first: inout [Value], _ rest: inout [Value]) {
        guard !first.isEmpty else { return }
        for index in first.indices {
            first[index][at: "metadata", "annotations", group] = .string(definitionsGroup)
        }
        for index in rest.indices {
            rest[index][at: "metadata", "annotations", rule] = .string("upsert after upserting \(definitionsGroup)")
        }
    }
}
