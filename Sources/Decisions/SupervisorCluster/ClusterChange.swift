internal import FleetModel
package import ResourceModel

/// What changed in a cluster since a revision, small enough to be written before the change is told to anybody.
package struct ClusterChange: Sendable {
    package var revision: Int
    var now: Timestamp
    var entropy: UInt64
    var addressPositions: [Int64]
    /// Objects as they are now.
    var written: [Value]
    /// Objects that are gone.
    var removed: [ObjectName]

    struct ObjectName: Hashable, Sendable {
        var group: String
        var kind: String
        var namespace: String
        var name: String

        init(_ object: Value) {
            group = object.groupVersionKind.group
            kind = object.kind
            namespace = object.objectNamespace
            name = object.objectName
        }

        init?(names value: Value) {
            let parts = (value.arrayValue ?? []).compactMap(\.stringValue)
            guard parts.count == 4 else { return nil }
            (group, kind, namespace, name) = (parts[0], parts[1], parts[2], parts[3])
        }

        var value: Value { [.string(group), .string(kind), .string(namespace), .string(name)] }
    }

    package var value: Value {
        [
            "revision": .int(Int64(revision)), "now": .int(now.milliseconds),
            "entropy": .string(String(entropy, radix: 16)), "addresses": .array(addressPositions.map(Value.int)),
            "written": .array(written), "removed": .array(removed.map(\.value)),
        ]
    }

    /// Nil when it is none.
    package init?(_ value: Value) {
        guard let revision = value["revision"]?.intValue, revision >= 0, revision < Int64.max / 2,
            let now = value["now"]?.intValue, now >= 0, now < 1 << 50,
            let entropy = UInt64(value["entropy"]?.stringValue ?? "", radix: 16),
            let addresses = value["addresses"]?.arrayValue, let written = value["written"]?.arrayValue,
            let removed = value["removed"]?.arrayValue,
            written.allSatisfy({ !$0.kind.isEmpty && !$0.objectName.isEmpty && !$0.resourceVersion.isEmpty })
        else { return nil }
        self.init(
            revision: Int(revision), now: Timestamp(milliseconds: now), entropy: entropy,
            addressPositions: addresses.compactMap(\.intValue), written: written,
            removed: removed.compactMap { ObjectName(names: $0) })
    }

    init(
        revision: Int, now: Timestamp, entropy: UInt64, addressPositions: [Int64], written: [Value],
        removed: [ObjectName]
    ) {
        self.revision = revision
        self.now = now
        self.entropy = entropy
        self.addressPositions = addressPositions
        self.written = written
        self.removed = removed
    }
}

extension ClusterState {
    /// What happened after a revision; nil when the history does not reach back to it.
    package func change(after revision: Int) -> ClusterChange? {
        var change = ClusterChange(
            revision: self.revision, now: now, entropy: entropy.state, addressPositions: addresses.positions,
            written: [], removed: [])
        var groups: [GroupResource] = []
        for (group, store) in stores where store.lastRevision > revision { groups.append(group) }
        for group in groups.sorted() {
            guard let store = stores[group] else { continue }
            guard let records = store.changesToKeep(after: revision) else { return nil }
            var seen: Set<ObjectKey> = []
            for record in records.reversed() where seen.insert(record.key).inserted {
                if let object = store[record.key] {
                    change.written.append(object)
                } else {
                    change.removed.append(ClusterChange.ObjectName(record.object))
                }
            }
        }
        return change
    }
}

extension ClusterSnapshot {
    /// The snapshot with later changes; those it holds already are left out.
    package func applying(_ changes: [ClusterChange]) -> ClusterSnapshot {
        var result = self
        let later = changes.filter { $0.revision > revision }.sorted { $0.revision < $1.revision }
        guard !later.isEmpty else { return self }
        var byName: [ClusterChange.ObjectName: Value] = [:]
        for object in objects { byName[ClusterChange.ObjectName(object)] = object }
        for change in later {
            for name in change.removed { byName[name] = nil }
            for object in change.written { byName[ClusterChange.ObjectName(object)] = object }
            result.revision = change.revision
            result.now = change.now
            result.entropy = change.entropy
            result.addressPositions = change.addressPositions
        }
        result.objects = byName.values.sorted {
            (Int($0.resourceVersion) ?? 0) < (Int($1.resourceVersion) ?? 0)
        }
        return result
    }
}
