internal import ResourceModel

/// Nobody grants what they do not hold (the RBAC registry's escalation check).
extension ClusterState {
    func checkEscalation(_ object: Value, _ call: APICall) throws(APIStatus) {
        let resource = call.resource
        guard resource.group == "rbac.authorization.k8s.io", !call.caller.isMaster else { return }
        let isBinding = resource.kind.hasSuffix("RoleBinding")
        let namespace = resource.isNamespaced ? call.namespace : ""
        let granted =
            isBinding
            ? rules(ofRole: object["roleRef"], namespace: namespace) : object["rules"]?.arrayValue ?? []
        let plural =
            isBinding
            ? (object[at: "roleRef", "kind"] == "Role" ? "roles" : "clusterroles") : resource.plural
        let question = AccessQuestion(
            verb: isBinding ? "bind" : "escalate", group: resource.group, resource: plural,
            name: isBinding ? object[at: "roleRef", "name"]?.stringValue ?? "" : object.objectName,
            namespace: namespace)
        if allows(call.caller, question) { return }
        let held = rules(for: call.caller, namespace: namespace)
        let missing = granted.flatMap(Self.singles).filter { single in !held.contains { Self.covers($0, single) } }
        guard !missing.isEmpty else { return }
        let groups = call.caller.groups.map { "\"\($0)\"" }.joined(separator: " ")
        throw .forbidden(
            resource, object.objectName,
            "user \"\(call.caller.user)\" (groups=[\(groups)]) is attempting to grant RBAC permissions not currently "
                + "held:\n" + missing.map(Self.text).joined(separator: "\n"))
    }

    /// A rule split by group and resource, its verbs together, as the API server words it.
    private static func singles(_ rule: Value) -> [Value] {
        var found: [Value] = []
        for group in rule["apiGroups"]?.arrayValue ?? [] {
            for resource in rule["resources"]?.arrayValue ?? [] {
                var single: Value = ["apiGroups": [group], "resources": [resource], "verbs": rule["verbs"] ?? []]
                single["resourceNames"] = rule["resourceNames"]
                found.append(single)
            }
        }
        for path in rule["nonResourceURLs"]?.arrayValue ?? [] {
            found.append(["nonResourceURLs": [path], "verbs": rule["verbs"] ?? []])
        }
        return found
    }

    private static func covers(_ rule: Value, _ single: Value) -> Bool {
        func has(_ key: String) -> Bool {
            let all = rule[key]?.arrayValue ?? []
            return (single[key]?.arrayValue ?? []).allSatisfy { all.contains("*") || all.contains($0) }
        }
        if single["nonResourceURLs"] != nil { return has("nonResourceURLs") && has("verbs") }
        let names = rule["resourceNames"]?.arrayValue ?? []
        let wanted = single["resourceNames"]?.arrayValue ?? []
        guard names.isEmpty || (!wanted.isEmpty && wanted.allSatisfy(names.contains)) else { return false }
        return has("apiGroups") && has("resources") && has("verbs")
    }

    private static func text(_ rule: Value) -> String {
        func list(_ key: String) -> String {
            "[\((rule[key]?.arrayValue ?? []).map { "\"\($0.stringValue ?? "")\"" }.joined(separator: ", "))]"
        }
        if rule["nonResourceURLs"] != nil {
            return "{NonResourceURLs:\(list("nonResourceURLs")), Verbs:\(list("verbs"))}"
        }
        let names = rule["resourceNames"] == nil ? "" : ", ResourceNames:\(list("resourceNames"))"
        return "{APIGroups:\(list("apiGroups")), Resources:\(list("resources"))\(names), Verbs:\(list("verbs"))}"
    }
}
