package import ResourceModel

/// Every resource the server serves now: the built-in ones and those of established CRDs.
package struct ResourceRegistry: Sendable {
    private var byPath: [String: ResourceDefinition] = [:]
    private var byKind: [GroupVersionKind: ResourceDefinition] = [:]
    private var byResource: [GroupResource: [ResourceDefinition]] = [:]

    /// Sorted by group, version and plural.
    package private(set) var all: [ResourceDefinition] = []

    package init(_ profile: ServerProfile) {
        for definition in ResourceDefinition.builtin(profile) { insert(definition) }
    }

    package mutating func insert(_ definition: ResourceDefinition) {
        let path = "\(definition.apiVersion)/\(definition.plural)"
        let isNews = byPath.updateValue(definition, forKey: path) == nil
        // Discovery asks for the order all the time, and it changes with a CRD only.
        let place = place(of: definition)
        if isNews { all.insert(definition, at: place) } else { all[place] = definition }
        byKind[definition.gvk] = definition
        byResource[definition.groupResource, default: []].append(definition)
    }

    /// The first place in `all` whose definition does not come before this one.
    private func place(of definition: ResourceDefinition) -> Int {
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].comes(before: definition) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    package mutating func removeResources(ofCRD name: String) {
        let gone = all.filter { $0.custom?.crdName == name }
        guard !gone.isEmpty else { return }
        all.removeAll { $0.custom?.crdName == name }
        for definition in gone {
            byPath["\(definition.apiVersion)/\(definition.plural)"] = nil
            if byKind[definition.gvk]?.custom?.crdName == name { byKind[definition.gvk] = nil }
            let group = definition.groupResource
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

extension ResourceDefinition {
    /// By group, version and plural.
    fileprivate func comes(before other: ResourceDefinition) -> Bool {
        if group != other.group { return group < other.group }
        if version != other.version { return version < other.version }
        return plural < other.plural
    }
}
