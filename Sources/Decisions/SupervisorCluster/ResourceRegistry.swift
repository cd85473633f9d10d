package import ResourceModel

/// Every resource the server serves now: the built-in ones and those of established CRDs.
package struct ResourceRegistry: Sendable {
    private var byPath: [String: ResourceDefinition] = [:]
    private var byKind: [String: ResourceDefinition] = [:]

    package init() { for definition in ResourceDefinition.builtin { insert(definition) } }

    package mutating func insert(_ definition: ResourceDefinition) {
        byPath["\(definition.apiVersion)/\(definition.plural)"] = definition
        byKind["\(definition.apiVersion)/\(definition.kind)"] = definition
    }

    package mutating func removeResources(ofCRD name: String) {
        byPath = byPath.filter { $0.value.custom?.crdName != name }
        byKind = byKind.filter { $0.value.custom?.crdName != name }
    }

    package func resource(apiVersion: String, plural: String) -> ResourceDefinition? {
        byPath["\(apiVersion)/\(plural)"]
    }

    /// The definition of a kind; another served version of the same group stands in when this one is not served.
    package func resource(_ kind: GroupVersionKind) -> ResourceDefinition? {
        byKind["\(kind.apiVersion)/\(kind.kind)"]
            ?? all.first { $0.group == kind.group && $0.kind == kind.kind && $0.version == kind.version }
    }

    package func resource(_ groupResource: GroupResource) -> ResourceDefinition? {
        let versions = all.filter { $0.groupResource == groupResource }
        return versions.first { $0.custom?.isStorage ?? true } ?? versions.first
    }

    /// Sorted by group, version and plural.
    package var all: [ResourceDefinition] {
        byPath.values.sorted { ($0.group, $0.version, $0.plural) < ($1.group, $1.version, $1.plural) }
    }

    package func resources(apiVersion: String) -> [ResourceDefinition] { all.filter { $0.apiVersion == apiVersion } }

    package var groupVersions: [String] {
        var seen: [String] = []
        for definition in all where !seen.contains(definition.apiVersion) { seen.append(definition.apiVersion) }
        return seen
    }
}
