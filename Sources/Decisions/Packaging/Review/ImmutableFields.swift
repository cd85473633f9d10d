internal import ResourceModel

/// Fields that the API server does not let an update change (kubernetes' validation of updates).
enum ImmutableFields {
    private static let table: [String: [[String]]] = [
        "Deployment": [["spec", "selector"]],
        "ReplicaSet": [["spec", "selector"]],
        "DaemonSet": [["spec", "selector"]],
        "StatefulSet": [
            ["spec", "selector"], ["spec", "serviceName"], ["spec", "podManagementPolicy"],
            ["spec", "volumeClaimTemplates"],
        ],
        "Job": [["spec", "selector"], ["spec", "template"], ["spec", "completionMode"]],
        "Service": [["spec", "clusterIP"]],
        "PersistentVolumeClaim": [
            ["spec", "storageClassName"], ["spec", "accessModes"], ["spec", "volumeName"], ["spec", "volumeMode"],
            ["spec", "selector"], ["spec", "resources", "requests", "storage"],
        ],
        "StorageClass": [["provisioner"], ["parameters"], ["reclaimPolicy"], ["volumeBindingMode"]],
        "RoleBinding": [["roleRef"]],
        "ClusterRoleBinding": [["roleRef"]],
        "Secret": [["type"]],
        "PriorityClass": [["value"]],
        "IngressClass": [["spec", "controller"]],
        "CustomResourceDefinition": [["spec", "scope"], ["spec", "names", "kind"], ["spec", "names", "plural"]],
    ]
    private static let longest = 160

    static func changes(_ old: Value, _ new: Value) -> [PackageComparison.Immutable] {
        var fields = table[new.kind] ?? []
        if ["ConfigMap", "Secret"].contains(new.kind), old["immutable"]?.boolValue == true {
            fields += [["data"], ["stringData"], ["binaryData"], ["immutable"]]
        }
        return fields.compactMap { path in
            let (before, after) = (old[path] ?? .null, new[path] ?? .null)
            guard before != after, !isGrowth(path, before, after) else { return nil }
            return .init(
                object: new.shortName, field: path.joined(separator: "."), old: shown(before), new: shown(after),
                consequence: consequence(new))
        }
    }

    /// A claim may grow where its storage class allows it; it never shrinks.
    private static func isGrowth(_ path: [String], _ old: Value, _ new: Value) -> Bool {
        guard path.last == "storage", let before = old.stringValue.flatMap({ Quantity($0) }),
            let after = new.stringValue.flatMap({ Quantity($0) })
        else { return false }
        return before <= after
    }

    private static func consequence(_ object: Value) -> String {
        switch object.objectAnnotations["kapp.k14s.io/update-strategy"] {
        case "fallback-on-replace": return "kapp deletes the object and makes it anew"
        case "always-replace": return "kapp replaces the object in any case"
        case "skip": return "kapp leaves the object as it is"
        default: break
        }
        if object.objectAnnotations["kapp.k14s.io/versioned"] != nil { return "kapp makes a new object beside it" }
        return "the API server refuses the update"
    }

    private static func shown(_ value: Value) -> String {
        let text = value.stringValue ?? JSONWriter.text(value)
        return text.count > longest ? String(text.prefix(longest)) + "…" : text
    }
}
