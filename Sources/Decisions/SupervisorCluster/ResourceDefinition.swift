package import ResourceModel

/// One resource the API server serves: its names, scope and subresources.
package struct ResourceDefinition: Hashable, Sendable {
    package var group: String
    package var version: String
    package var kind: String
    package var plural: String
    package var singular: String
    package var shortNames: [String] = []
    package var categories: [String] = []
    package var isNamespaced: Bool
    package var hasStatus = false
    package var hasScale = false
    /// Whether `metadata.generation` counts changes of the spec.
    package var hasGeneration = false
    /// Subresources that take POST only or are read in their own way (`pods/log`).
    package var otherSubresources: [String] = []
    /// Reviews and bindings: they are answered, not stored.
    package var isVirtual = false
    package var isReadOnly = false
    /// Set when another resource's store holds the objects (`events.k8s.io` and core events).
    package var sharedStore: GroupResource?
    /// Set for a custom resource.
    package var custom: CustomResource?

    /// What a CRD says about one version of its resource.
    package struct CustomResource: Hashable, Sendable {
        package var crdName: String
        /// `spec.versions[].schema.openAPIV3Schema`
        package var schema: Value?
        package var preservesUnknownFields: Bool
        package var printerColumns: [Value]
        package var isStorage: Bool
        package var scale: Value?
        /// What every reply about this version warns of; nil when it is not deprecated.
        package var deprecation: String?
    }

    package var groupResource: GroupResource { sharedStore ?? GroupResource(group: group, plural: plural) }
    package var gvk: GroupVersionKind { GroupVersionKind(group: group, version: version, kind: kind) }
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    package var listKind: String { "\(kind)List" }
    /// `deployments.apps`, `pods`.
    package var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }
    package var isCustom: Bool { custom != nil }

    package var topology: FieldTopology {
        custom.map { FieldTopology.custom(schema: $0.schema) } ?? .builtin
    }

    package func details(name: String) -> Value {
        var details: [String: Value] = ["kind": .string(plural)]
        if !name.isEmpty { details["name"] = .string(name) }
        if !group.isEmpty { details["group"] = .string(group) }
        return .object(details)
    }

    package var verbs: [String] {
        if isVirtual { return ["create"] }
        if isReadOnly { return ["get", "list"] }
        let all = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
        return plural == "namespaces" && group.isEmpty ? all.filter { $0 != "deletecollection" } : all
    }
}
