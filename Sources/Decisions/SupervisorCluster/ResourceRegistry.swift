package import ResourceModel

/// Every resource the server serves now: the built-in ones and those of established CRDs.
package struct ResourceRegistry: Sendable {
    private var byPath: [String: ResourceDefinition] = [:]
    private var byKind: [GroupVersionKind: ResourceDefinition] = [:]
    private var byResource: [GroupResource: [ResourceDefinition]] = [:]

    /// Sorted by group, version and plural.
    package private(set) var all: [ResourceDefinition] = []

    package init(_ profile: ServerProfile) {
        for definition in ResourceDefinition.builtin(profile) { add(definition) }
        sort()
    }

    package mutating func insert(_ definition: ResourceDefinition) {
        add(definition)
        sort()
    }

    /// Discovery asks for the order all the time, and it changes with a CRD only.
    private mutating func sort() {
        all = byPath.values.sorted { ($0.group, $0.version, $0.plural) < ($1.group, $1.version, $1.plural) }
    }

    private mutating func add(_ definition: ResourceDefinition) {
        byPath["\(definition.apiVersion)/\(definition.plural)"] = definition
        byKind[definition.gvk] = definition
        byResource[definition.groupResource, default: []].append(definition)
    }

    package mutating func removeResources(ofCRD name: String) {
        byPath = byPath.filter { $0.value.custom?.crdName != name }
        sort()
        byKind = byKind.filter { $0.value.custom?.crdName != name }
        for group in byResource.keys {
            byResource[group]?.removeAll { $0.custom?.crdName == name }
            if byResource[group]?.isEmpty ?? false { byResource[group] = nil }
        }
    }

    package func resource(apiVersion: String, plural: String) -> ResourceDefinition? {
        byPath["\(apiVersion)/\(plural)"]
    }

    package func resource(_ kind: GroupVersionKind) -> ResourceDefinition? { byKind[kind] }

    /// The version objects are stored in, else any served one.
    package func resource(_ groupResource: GroupResource) -> ResourceDefinition? {
        let versions = byResource[groupResource] ?? []
        return versions.first { $0.custom?.isStorage ?? ($0.sharedStore == nil) } ?? versions.first
    }

    package func resources(apiVersion: String) -> [ResourceDefinition] { all.filter { $0.apiVersion == apiVersion } }

    package var groupVersions: [String] {
        var seen: [String] = []
        for definition in all where !seen.contains(definition.apiVersion) { seen.append(definition.apiVersion) }
        return seen
    }
}
