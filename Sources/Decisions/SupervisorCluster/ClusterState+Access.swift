internal import ResourceModel

/// Authentication by bearer token and authorization by the cluster's own RBAC objects.
extension ClusterState {
    func authenticate(_ request: APIRequest) throws(APIStatus) -> Caller {
        guard !settings.tokens.isEmpty else { return .master }
        guard let header = request.headers["authorization"] else { return .anonymous }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            let token = settings.tokens.first(where: { Self.isEqual($0.token, String(parts[1])) })
        else { throw APIStatus(401, "Unauthorized", "Unauthorized") }
        return Caller(user: token.user, groups: token.groups + ["system:authenticated"])
    }

    /// Takes as long for a near miss as for a far one.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var difference = left.count ^ right.count
        for index in 0..<min(left.count, right.count) { difference |= Int(left[index] ^ right[index]) }
        return difference == 0
    }

    func authorize(_ caller: Caller, _ verb: String, _ target: APIRoute.Target) throws(APIStatus) {
        if caller.isMaster { return }
        let resource = target.resource
        let name = target.name ?? ""
        let plural = target.subresource.map { "\(resource.plural)/\($0)" } ?? resource.plural
        if rules(for: caller, namespace: target.namespace).contains(where: {
            Self.permits($0, verb: verb, group: resource.group, resource: plural, name: name)
        }) {
            return
        }
        let place = target.namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(target.namespace)\""
        var refusal = APIStatus.forbidden(
            resource, name,
            "User \"\(caller.user)\" cannot \(verb) resource \"\(plural)\" in API group \"\(resource.group)\" \(place)")
        refusal.isAccessRefusal = true
        throw refusal
    }

    private func rules(for caller: Caller, namespace: String) -> [Value] {
        let group = "rbac.authorization.k8s.io"
        var rules: [Value] = []
        for binding in objects(resource("ClusterRoleBinding", group: group), namespace: nil)
        where Self.names(binding, caller) {
            let role = object(
                resource("ClusterRole", group: group), namespace: "",
                name: binding[at: "roleRef", "name"]?.stringValue ?? "")
            rules += role?["rules"]?.arrayValue ?? []
        }
        guard !namespace.isEmpty else { return rules }
        for binding in objects(resource("RoleBinding", group: group), namespace: namespace)
        where Self.names(binding, caller) {
            let kind = binding[at: "roleRef", "kind"]?.stringValue == "ClusterRole" ? "ClusterRole" : "Role"
            let role = object(
                resource(kind, group: group), namespace: namespace,
                name: binding[at: "roleRef", "name"]?.stringValue ?? "")
            rules += role?["rules"]?.arrayValue ?? []
        }
        return rules
    }

    private static func names(_ binding: Value, _ caller: Caller) -> Bool {
        (binding["subjects"]?.arrayValue ?? []).contains { subject in
            let name = subject["name"]?.stringValue ?? ""
            switch subject["kind"]?.stringValue {
            case "User": return name == caller.user
            case "Group": return caller.groups.contains(name)
            case "ServiceAccount":
                return caller.user == "system:serviceaccount:\(subject["namespace"]?.stringValue ?? ""):\(name)"
            default: return false
            }
        }
    }

    private static func permits(
        _ rule: Value, verb: String, group: String, resource: String, name: String
    ) -> Bool {
        func has(_ key: String, _ wanted: String) -> Bool {
            (rule[key]?.arrayValue ?? []).contains { $0 == "*" || $0.stringValue == wanted }
        }
        let names = rule["resourceNames"]?.arrayValue ?? []
        return has("verbs", verb) && has("apiGroups", group) && has("resources", resource)
            && (names.isEmpty || names.contains(.string(name)))
    }
}
