internal import ResourceModel

/// The lists of discovery: groups, versions, resources and their subresources.
extension ClusterState {
    var groupNames: [String] {
        let served = Set(registry.all.map(\.group))
        let builtin = ResourceDefinition.groupOrder.filter(served.contains)
        return builtin + served.subtracting(builtin + [""]).sorted()
    }

    func group(_ name: String) -> Value {
        let stored = registry.all.first { $0.group == name && $0.custom?.isStorage ?? true }?.version
        let names = Set(registry.all.filter { $0.group == name }.map(\.version))
        // The stored version first, then newer before older (`v2`, `v1`, `v1beta1`).
        let ordered = names.sorted { left, right in
            let isCustom = registry.all.contains { $0.group == name && $0.isCustom }
            if isCustom, left == stored || right == stored { return left == stored }
            return Self.rank(right).lexicographicallyPrecedes(Self.rank(left))
        }
        let versions = ordered.map { version -> Value in
            ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)]
        }
        return ["name": .string(name), "versions": .array(versions), "preferredVersion": versions.first ?? .null]
    }

    /// GA above beta above alpha, then by number (apimachinery `CompareKubeAwareVersionStrings`).
    private static func rank(_ version: String) -> [Int] {
        let digits = version.dropFirst().split { !$0.isNumber }.compactMap { Int($0) }
        let stage = version.contains("alpha") ? 0 : version.contains("beta") ? 1 : 2
        return [stage, digits.first ?? 0, digits.dropFirst().first ?? 0]
    }

    func resourceList(_ version: String) throws(APIStatus) -> APIResponse {
        let resources = registry.resources(apiVersion: version)
        guard !resources.isEmpty else { throw .pageNotFound }
        var rows: [Value] = []
        for resource in resources {
            let singular = profile == .kubernetes125 && !resource.isCustom ? "" : resource.singular
            var row: [String: Value] = [
                "name": .string(resource.plural), "singularName": .string(singular),
                "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
                "verbs": .array(resource.verbs.map(Value.string)),
            ]
            if !resource.isVirtual, !resource.isReadOnly { row["storageVersionHash"] = .string(storageHash(resource)) }
            if !resource.shortNames.isEmpty { row["shortNames"] = .array(resource.shortNames.map(Value.string)) }
            if !resource.categories.isEmpty { row["categories"] = .array(resource.categories.map(Value.string)) }
            rows.append(.object(row))
            rows += subresourceRows(resource)
        }
        let sorted = rows.sorted { ($0["name"]?.stringValue ?? "") < ($1["name"]?.stringValue ?? "") }
        var list: Value = [
            "kind": "APIResourceList", "groupVersion": .string(version), "resources": .array(sorted),
        ]
        // The core group's list is older than the field.
        if version.contains("/") { list["apiVersion"] = "v1" }
        return .json(list)
    }

    /// apiserver `discovery.StorageVersionHash`: the first eight bytes of the SHA-256 of `group/version/kind`.
    private func storageHash(_ resource: ResourceDefinition) -> String {
        let stored = registry.resource(resource.groupResource) ?? resource
        let name = "\(stored.group)/\(stored.version)/\(stored.kind)"
        return Base64.encode(Array(FormatDigest.sha256(Array(name.utf8)).prefix(8)))
    }

    /// Kind, verbs, and group/version where they differ from the parent's.
    private static let subresources: [String: (kind: String, verbs: String, apiVersion: String)] = [
        "attach": ("PodAttachOptions", "create get", ""), "binding": ("Binding", "create", ""),
        "eviction": ("Eviction", "create", "policy/v1"), "exec": ("PodExecOptions", "create get", ""),
        "portforward": ("PodPortForwardOptions", "create get", ""),
        "token": ("TokenRequest", "create", "authentication.k8s.io/v1"), "log": ("", "get", ""),
        "finalize": ("", "update", ""), "scale": ("Scale", "get patch update", "autoscaling/v1"),
        "status": ("", "get patch update", ""), "approval": ("", "get patch update", ""),
        "ephemeralcontainers": ("", "get patch update", ""),
    ]

    private func subresourceRows(_ resource: ResourceDefinition) -> [Value] {
        var names = resource.otherSubresources
        if resource.hasScale { names.append("scale") }
        if resource.hasStatus { names.append("status") }
        return names.map { name in
            let known =
                Self.subresources[name] ?? ("\(resource.kind)ProxyOptions", "create delete get patch update", "")
            var row: [String: Value] = [
                "name": .string("\(resource.plural)/\(name)"), "singularName": "",
                "namespaced": .bool(resource.isNamespaced),
                "kind": .string(known.kind.isEmpty ? resource.kind : known.kind),
                "verbs": .array(known.verbs.split(separator: " ").map { .string(String($0)) }),
            ]
            let parts = known.apiVersion.split(separator: "/").map(String.init)
            if parts.count == 2 {
                row["group"] = .string(parts[0])
                row["version"] = .string(parts[1])
            }
            return .object(row)
        }
    }
}
