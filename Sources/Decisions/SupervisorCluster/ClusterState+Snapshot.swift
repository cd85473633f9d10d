internal import ResourceModel

/// Keeping a cluster across a restart.
extension ClusterState {
    package var snapshot: ClusterSnapshot {
        var all: [Value] = []
        for group in stores.keys.sorted() { all += stores[group]?.list(namespace: nil) ?? [] }
        return ClusterSnapshot(
            moid: settings.moid, revision: revision, now: now, entropy: entropy.state,
            addressPositions: addresses.positions, objects: all)
    }

    /// The end may have come after the last snapshot: resourceVersions that were given out since must not come again.
    private static let revisionGap = 100_000

    mutating func restore(_ snapshot: ClusterSnapshot) {
        revision = snapshot.revision + Self.revisionGap
        let definitions = resource("CustomResourceDefinition", group: "apiextensions.k8s.io")
        for object in snapshot.objects where object.groupVersionKind == definitions.gvk {
            serve(crd: object, replacing: nil)
        }
        var restored: [GroupResource: [ObjectKey: Value]] = [:]
        for object in snapshot.objects {
            let kind = object.groupVersionKind
            // An object may be stored in a version that its CRD no longer serves.
            guard
                let resource = registry.resource(kind)
                    ?? registry.all.first(where: { $0.group == kind.group && $0.kind == kind.kind })
            else { continue }
            let key = ObjectKey(
                namespace: resource.isNamespaced ? object.objectNamespace : "", name: object.objectName)
            restored[resource.groupResource, default: [:]][key] = object
            owners.update(OwnerIndex.Entry(resource: resource.groupResource, key: key), from: nil, to: object)
            if resource.groupResource == .core("services") { addresses.update(from: nil, to: object) }
        }
        addresses.positions = snapshot.addressPositions
        // Every resource, also one without objects: its watchers may have missed deletions.
        for group in Set(registry.all.map(\.groupResource)) {
            stores[group] = ObjectStore(restored: restored[group] ?? [:], revision: revision)
        }
    }
}
