internal import FleetModel
internal import ResourceModel

/// Authentication by bearer token and impersonation; authorization by the cluster's own RBAC objects.
extension ClusterState {
    func authenticate(_ request: APIRequest) throws(APIStatus) -> Caller {
        let caller = try identified(request)
        guard let name = request.headers["impersonate-user"], !name.isEmpty else { return caller }
        let target = APIRoute.Target(
            resource: Self.impersonated("users"), namespace: "", name: name, subresource: nil)
        try authorize(caller, "impersonate", target)
        var groups: [String] = []
        if let group = request.headers["impersonate-group"] {
            groups = group.split(separator: ",").map { String($0.drop { $0 == " " }) }
            for group in groups {
                try authorize(
                    caller, "impersonate",
                    APIRoute.Target(
                        resource: Self.impersonated("groups"), namespace: "", name: group, subresource: nil))
            }
        }
        if name == Caller.anonymous.user { return Caller(user: name, groups: ["system:unauthenticated"]) }
        return Caller(user: name, groups: Self.serviceAccountGroups(name) + groups + ["system:authenticated"])
    }

    private static func impersonated(_ plural: String) -> ResourceDefinition {
        ResourceDefinition(
            group: "", version: "v1", kind: plural, plural: plural, singular: plural, isNamespaced: false)
    }

    private func identified(_ request: APIRequest) throws(APIStatus) -> Caller {
        if let certified = request.certifiedCaller { return certified }
        guard !request.isCertificateRefused else { throw APIStatus(401, "Unauthorized", "Unauthorized") }
        guard !settings.tokens.isEmpty else { return .master }
        guard let header = request.headers["authorization"] else { return .anonymous }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer", let caller = caller(token: String(parts[1])) else {
            throw APIStatus(401, "Unauthorized", "Unauthorized")
        }
        return caller
    }

    /// Whom a token stands for: one of the settings, else a service account's.
    func caller(token text: String) -> Caller? {
        if let token = settings.tokens.first(where: { Self.isEqual($0.token, text) }) {
            return Caller(user: token.user, groups: token.groups + ["system:authenticated"])
        }
        guard let claims = AccountToken(text, secret: tokenSecret), claims.expires > now,
            let account = object(resource("ServiceAccount"), namespace: claims.namespace, name: claims.account),
            account.uid == claims.uid
        else { return nil }
        let user = "system:serviceaccount:\(claims.namespace):\(claims.account)"
        return Caller(user: user, groups: Self.serviceAccountGroups(user) + ["system:authenticated"])
    }

    private static func serviceAccountGroups(_ user: String) -> [String] {
        let parts = user.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount" else { return [] }
        return ["system:serviceaccounts", "system:serviceaccounts:\(parts[2])"]
    }

    /// Takes as long for a near miss as for a far one.
    static func isEqual(_ left: String, _ right: String) -> Bool {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var difference = left.count ^ right.count
        for index in 0..<min(left.count, right.count) { difference |= Int(left[index] ^ right[index]) }
        return difference == 0
    }

    // MARK: Authorization

    /// What a caller wants to do, as RBAC sees it.
    struct AccessQuestion {
        var verb: String
        var group = ""
        /// With the subresource: `pods/log`.
        var resource = ""
        var name = ""
        var namespace = ""
        /// Set for a path that is no resource.
        var path: String?
    }

    func authorize(_ caller: Caller, _ verb: String, _ target: APIRoute.Target) throws(APIStatus) {
        if caller.isMaster { return }
        let resource = target.resource
        let name = target.name ?? ""
        let plural = target.subresource.map { "\(resource.plural)/\($0)" } ?? resource.plural
        // A namespace is asked for in itself (the request info of the API server).
        let isNamespace = resource.group.isEmpty && resource.plural == "namespaces"
        let namespace = isNamespace ? name : target.namespace
        let question = AccessQuestion(
            verb: verb, group: resource.group, resource: plural, name: name, namespace: namespace)
        if allows(caller, question) { return }
        let place = namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(namespace)\""
        var refusal = APIStatus.forbidden(
            resource, name,
            "User \"\(caller.user)\" cannot \(verb) resource \"\(plural)\" in API group \"\(resource.group)\" \(place)")
        refusal.isAccessRefusal = true
        throw refusal
    }

    func authorize(_ caller: Caller, path request: APIRequest) throws(APIStatus) {
        let verb = request.method.lowercased() == "head" ? "head" : request.method.lowercased()
        guard !allows(caller, AccessQuestion(verb: verb, path: request.path)) else { return }
        var refusal = APIStatus(
            403, "Forbidden",
            "forbidden: User \"\(caller.user)\" cannot \(verb) path \"\(request.path)\"", details: .object([:]))
        refusal.isAccessRefusal = true
        throw refusal
    }

    func allows(_ caller: Caller, _ question: AccessQuestion) -> Bool {
        caller.isMaster
            || rules(for: caller, namespace: question.namespace).contains { Self.permits($0, question) }
    }

    /// The rules of every role bound to a caller: cluster-wide, and in one namespace.
    func rules(for caller: Caller, namespace: String) -> [Value] {
        let group = "rbac.authorization.k8s.io"
        var rules: [Value] = []
        for binding in objects(resource("ClusterRoleBinding", group: group), namespace: nil)
        where Self.names(binding, caller, in: "") {
            rules += self.rules(ofRole: binding["roleRef"], namespace: "")
        }
        guard !namespace.isEmpty else { return rules }
        for binding in objects(resource("RoleBinding", group: group), namespace: namespace)
        where Self.names(binding, caller, in: namespace) {
            rules += self.rules(ofRole: binding["roleRef"], namespace: namespace)
        }
        return rules
    }

    func rules(ofRole reference: Value?, namespace: String) -> [Value] {
        let kind = reference?["kind"]?.stringValue == "Role" ? "Role" : "ClusterRole"
        let role = object(
            resource(kind, group: "rbac.authorization.k8s.io"), namespace: namespace,
            name: reference?["name"]?.stringValue ?? "")
        guard let role else { return [] }
        return effectiveRules(role)
    }

    /// A role's rules and, of an aggregated cluster role, those of the roles its selectors choose.
    private func effectiveRules(_ role: Value) -> [Value] {
        var rules = role["rules"]?.arrayValue ?? []
        for selector in role[at: "aggregationRule", "clusterRoleSelectors"]?.arrayValue ?? [] {
            guard let labels = LabelSelector(object: selector) else { continue }
            let chosen = objects(resource("ClusterRole", group: "rbac.authorization.k8s.io"), namespace: nil)
            for other in chosen where other.objectName != role.objectName && labels.matches(other.objectLabels) {
                rules += other["rules"]?.arrayValue ?? []
            }
        }
        return rules
    }

    private static func names(_ binding: Value, _ caller: Caller, in bindingNamespace: String) -> Bool {
        (binding["subjects"]?.arrayValue ?? []).contains { subject in
            let name = subject["name"]?.stringValue ?? ""
            switch subject["kind"]?.stringValue {
            case "User": return name == caller.user
            case "Group": return caller.groups.contains(name)
            case "ServiceAccount":
                let namespace = subject["namespace"]?.stringValue ?? bindingNamespace
                return caller.user == "system:serviceaccount:\(namespace):\(name)"
            default: return false
            }
        }
    }

    /// rbac `RuleAllows`.
    static func permits(_ rule: Value, _ question: AccessQuestion) -> Bool {
        func has(_ key: String, _ wanted: String) -> Bool {
            (rule[key]?.arrayValue ?? []).contains { $0 == "*" || $0.stringValue == wanted }
        }
        guard has("verbs", question.verb) else { return false }
        if let path = question.path {
            return (rule["nonResourceURLs"]?.arrayValue ?? []).compactMap(\.stringValue).contains { allowed in
                allowed == "*" || allowed == path
                    || (allowed.hasSuffix("*") && path.hasPrefix(String(allowed.dropLast())))
            }
        }
        let parts = question.resource.split(separator: "/")
        let isResource =
            has("resources", question.resource)
            || (parts.count == 2 && (rule["resources"]?.arrayValue ?? []).contains(.string("*/\(parts[1])")))
        let names = rule["resourceNames"]?.arrayValue ?? []
        return isResource && has("apiGroups", question.group)
            && (names.isEmpty || names.contains(.string(question.name)))
    }
}
