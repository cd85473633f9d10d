/// How the lists and maps below a field merge: Kubernetes' `listType`, `listMapKeys` and `mapType` markers.
///
/// For built-in kinds the markers are a compact table by field name (the names mean the same wherever they stand);
/// for custom resources they are read from the CRD's schema, where a list without a marker is atomic.
package struct FieldTopology: Sendable {
    package enum ListKind: Hashable, Sendable {
        case atomic
        case set
        /// Items are told apart by these keys; the first one is the strategic merge key.
        case map([String])
    }

    private let schema: Value?
    private let name: String
    private let parent: String
    private let isBuiltin: Bool
    private let isMetadata: Bool

    /// The root of a built-in kind.
    package static let builtin = FieldTopology(schema: nil, name: "", parent: "", isBuiltin: true)

    /// The root of a custom resource with that OpenAPI v3 schema.
    package static func custom(schema: Value?) -> FieldTopology {
        FieldTopology(schema: schema, name: "", parent: "", isBuiltin: false)
    }

    private init(schema: Value?, name: String, parent: String, isBuiltin: Bool, isMetadata: Bool = false) {
        self.schema = schema
        self.name = name
        self.parent = parent
        self.isBuiltin = isBuiltin
        self.isMetadata = isMetadata
    }

    package func child(_ key: String) -> FieldTopology {
        let metadata = isMetadata || (key == "metadata" && name.isEmpty)
        return FieldTopology(
            schema: schema?[at: "properties", key] ?? schema?["additionalProperties"], name: key, parent: name,
            isBuiltin: isBuiltin || metadata, isMetadata: metadata)
    }

    /// The topology of this list's items.
    package var items: FieldTopology {
        FieldTopology(
            schema: schema?["items"], name: name, parent: parent, isBuiltin: isBuiltin, isMetadata: isMetadata)
    }

    package var list: ListKind {
        guard isBuiltin else {
            switch schema?["x-kubernetes-list-type"]?.stringValue {
            case "map":
                return .map((schema?["x-kubernetes-list-map-keys"]?.arrayValue ?? []).compactMap(\.stringValue))
            case "set": return .set
            default: return .atomic
            }
        }
        switch name {
        case "ports":
            switch parent {
            case "containers", "initContainers", "ephemeralContainers": return .map(["containerPort", "protocol"])
            case "spec": return .map(["port", "protocol"])
            default: return .atomic
            }
        case "ownerReferences": return .map(["uid"])
        case "secrets": return parent.isEmpty ? .map(["name"]) : .atomic
        case "finalizers": return .set
        default: return Self.listKeys[name].map { .map($0) } ?? .atomic
        }
    }

    /// A map that is owned and replaced as a whole.
    package var isAtomicMap: Bool {
        if isBuiltin { return Self.atomicMaps.contains(name) }
        return schema?["x-kubernetes-map-type"]?.stringValue == "atomic"
    }

    /// A list Go writes even when it is empty (no `omitempty`), so that filling it does not create it.
    package var isAlwaysThere: Bool { isBuiltin && name == "containers" }

    /// `metadata.creationTimestamp` of a template, which Go writes as null.
    package var isEmptyTime: Bool { name == "creationTimestamp" }

    /// Strategic merge's `retainKeys`: choosing one variant drops the others.
    package var retainsKeys: Bool { isBuiltin && ["strategy", "volumes"].contains(name) }

    private static let listKeys: [String: [String]] = [
        "containers": ["name"], "initContainers": ["name"], "ephemeralContainers": ["name"], "env": ["name"],
        "volumes": ["name"], "volumeMounts": ["mountPath"], "volumeDevices": ["devicePath"],
        "imagePullSecrets": ["name"], "conditions": ["type"], "hostAliases": ["ip"], "webhooks": ["name"],
        "topologySpreadConstraints": ["topologyKey", "whenUnsatisfiable"], "resourceClaims": ["name"],
        "podIPs": ["ip"], "hostIPs": ["ip"], "addresses": ["type"],
    ]
    private static let atomicMaps: Set<String> = [
        "selector", "nodeSelector", "labelSelector", "namespaceSelector", "objectSelector", "configMapKeyRef",
        "secretKeyRef", "fieldRef", "resourceFieldRef", "roleRef", "involvedObject", "claimRef",
    ]
}
