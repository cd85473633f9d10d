internal import FleetModel
internal import ResourceModel

/// Kinds that are answered and not stored: access reviews, token reviews, token requests.
extension ClusterState {
    mutating func review(_ call: APICall) throws(APIStatus) -> APIResponse {
        if call.resource.kind == "Binding" { return try bindNamed(call) }
        let body = try RequestBody(call)
        var object = body.value
        try adopt(&object, call)
        let spec = object["spec"] ?? .object([:])
        switch call.resource.kind {
        case "SelfSubjectAccessReview": object["status"] = try accessStatus(spec, call.caller, call.resource)
        case "SubjectAccessReview", "LocalSubjectAccessReview":
            let groups = (spec["groups"]?.arrayValue ?? []).compactMap(\.stringValue)
            let user = spec["user"]?.stringValue ?? ""
            guard !user.isEmpty || !groups.isEmpty else {
                throw .invalid(
                    call.resource, "",
                    [
                        .invalid(
                            "spec.user", "\"\"", "at least one of user or group must be specified")
                    ])
            }
            if call.resource.isNamespaced, spec[at: "resourceAttributes", "namespace"]?.stringValue != call.namespace {
                throw .badRequest("spec.resourceAttributes.namespace must match namespace: \(call.namespace)")
            }
            object["status"] = try accessStatus(spec, Caller(user: user, groups: groups), call.resource)
        case "SelfSubjectRulesReview":
            let namespace = spec["namespace"]?.stringValue ?? ""
            guard !namespace.isEmpty else {
                throw .badRequest("no namespace on request")
            }
            object["status"] = rulesStatus(call.caller, namespace)
        case "TokenReview":
            object["status"] = tokenStatus(spec["token"]?.stringValue ?? "")
        default:
            object["status"] = ["userInfo": userInfo(call.caller)]
        }
        if object["metadata"] == nil { object["metadata"] = .object([:]) }
        object[at: "metadata", "creationTimestamp"] = .null
        return present(object, call, status: 201)
    }

    private func accessStatus(
        _ spec: Value, _ caller: Caller, _ resource: ResourceDefinition
    ) throws(APIStatus) -> Value {
        let question: AccessQuestion
        let attributes = spec["resourceAttributes"]
        let path = spec["nonResourceAttributes"]
        guard (attributes == nil) != (path == nil) else {
            let why = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
            let dump = attributes == nil ? "null" : "{...}"
            throw .invalid(resource, "", [.invalid("spec.resourceAttributes", dump, why)])
        }
        if let path {
            question = AccessQuestion(
                verb: path["verb"]?.stringValue ?? "", path: path["path"]?.stringValue ?? "")
        } else {
            func text(_ key: String) -> String { attributes?[key]?.stringValue ?? "" }
            let subresource = text("subresource")
            question = AccessQuestion(
                verb: text("verb"), group: text("group"),
                resource: subresource.isEmpty ? text("resource") : "\(text("resource"))/\(subresource)",
                name: text("name"), namespace: text("namespace"))
        }
        let isAllowed = allows(caller, question)
        var status: Value = ["allowed": .bool(isAllowed)]
        if isAllowed, !caller.isMaster { status["reason"] = .string(reason(caller, question)) }
        return status
    }

    /// `RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "y" to Group "z"`, without the subject's part.
    private func reason(_ caller: Caller, _ question: AccessQuestion) -> String {
        let group = "rbac.authorization.k8s.io"
        for (kind, namespace) in [("ClusterRoleBinding", ""), ("RoleBinding", question.namespace)] {
            if kind == "RoleBinding", namespace.isEmpty { continue }
            for binding in objects(resource(kind, group: group), namespace: kind == "RoleBinding" ? namespace : nil) {
                let rules = rules(ofRole: binding["roleRef"], namespace: namespace)
                guard rules.contains(where: { Self.permits($0, question) }) else { continue }
                for subject in binding["subjects"]?.arrayValue ?? [] {
                    let name = subject["name"]?.stringValue ?? ""
                    let isCaller =
                        subject["kind"] == "User" && name == caller.user
                        || subject["kind"] == "Group" && caller.groups.contains(name)
                        || subject["kind"] == "ServiceAccount" && caller.user.hasSuffix(":\(name)")
                    guard isCaller else { continue }
                    let place = namespace.isEmpty ? "" : "/\(namespace)"
                    return "RBAC: allowed by \(kind) \"\(binding.objectName)\(place)\" of "
                        + "\(binding[at: "roleRef", "kind"]?.stringValue ?? "") "
                        + "\"\(binding[at: "roleRef", "name"]?.stringValue ?? "")\" to "
                        + "\(subject["kind"]?.stringValue ?? "") \"\(name)\""
                }
            }
        }
        return ""
    }

    private func rulesStatus(_ caller: Caller, _ namespace: String) -> Value {
        var rules = rules(for: caller, namespace: namespace)
        if caller.isMaster {
            rules.insert(["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]], at: 0)
            rules.insert(["nonResourceURLs": ["*"], "verbs": ["*"]], at: 1)
        }
        return [
            "incomplete": false, "resourceRules": .array(rules.filter { $0["resources"] != nil }),
            "nonResourceRules": .array(rules.filter { $0["nonResourceURLs"] != nil }),
        ]
    }

    func userInfo(_ caller: Caller) -> Value {
        ["username": .string(caller.user), "groups": .array(caller.groups.map(Value.string))]
    }

    private func tokenStatus(_ token: String) -> Value {
        guard let caller = caller(token: token) else {
            return ["user": .object([:]), "error": "[invalid bearer token, unknown]"]
        }
        return ["authenticated": true, "user": userInfo(caller), "audiences": [.string(Self.audience)]]
    }

    // MARK: Tokens

    private static let audience = "https://kubernetes.default.svc.cluster.local"

    /// Only this cluster knows it; a restart keeps it, as it follows from the settings.
    var tokenSecret: String { "\(settings.seed)/\(settings.moid)/service-account-key" }

    /// `POST serviceaccounts/NAME/token`, what `kubectl create token` sends.
    mutating func issueToken(_ call: APICall) throws(APIStatus) -> APIResponse {
        let account = try existing(call)
        var object = call.request.body.isEmpty ? Value.object([:]) : try RequestBody(call).value
        let seconds = object[at: "spec", "expirationSeconds"]?.intValue ?? 3600
        guard (600...(1 << 32)).contains(seconds) else {
            let why =
                seconds < 600
                ? "may not specify a duration less than 10 minutes"
                : "may not specify a duration larger than 2^32 seconds"
            throw .invalid(
                kind: "TokenRequest", group: "authentication.k8s.io", call.name,
                [.invalid("spec.expirationSeconds", String(seconds), why)])
        }
        let asked = (object[at: "spec", "audiences"]?.arrayValue ?? []).compactMap(\.stringValue)
        let token = AccountToken(
            namespace: call.namespace, account: call.name, uid: account.uid,
            audiences: asked.isEmpty ? [Self.audience] : asked,
            expires: now.advanced(byMilliseconds: seconds * 1000))
        object["kind"] = "TokenRequest"
        object["apiVersion"] = "authentication.k8s.io/v1"
        object["metadata"] = [
            "name": .string(call.name), "namespace": .string(call.namespace), "creationTimestamp": .string(now.seconds),
        ]
        object[at: "spec", "audiences"] = .array(token.audiences.map(Value.string))
        object[at: "spec", "expirationSeconds"] = .int(seconds)
        if object[at: "spec", "boundObjectRef"] == nil { object[at: "spec", "boundObjectRef"] = .null }
        object["status"] = [
            "token": .string(token.text(secret: tokenSecret, issued: now)),
            "expirationTimestamp": .string(token.expires.seconds),
        ]
        return .json(object, status: 201)
    }

    /// The token controller's part of a Secret of type `kubernetes.io/service-account-token`.
    func fillTokenSecret(_ secret: inout Value) {
        let name = secret.objectAnnotations["kubernetes.io/service-account.name"] ?? ""
        guard secret["type"] == "kubernetes.io/service-account-token",
            let account = object(resource("ServiceAccount"), namespace: secret.objectNamespace, name: name)
        else { return }
        secret[at: "metadata", "annotations", "kubernetes.io/service-account.uid"] = .string(account.uid)
        // Such a token does not expire; ten years are longer than any simulated Supervisor lives.
        let token = AccountToken(
            namespace: secret.objectNamespace, account: name, uid: account.uid, audiences: [Self.audience],
            expires: now.advanced(byMilliseconds: 315_360_000_000))
        let texts = [
            "token": token.text(secret: tokenSecret, issued: now), "namespace": secret.objectNamespace,
        ]
        for (key, text) in texts { secret[at: "data", key] = .string(Base64.encode(Array(text.utf8))) }
    }
}
