internal import ResourceModel

/// The garbage collector: dependents of vanished owners, foreground and orphaning deletion.
extension ClusterState {
    /// Objects looked at in one round; the rest waits for the next round.
    private static let garbageBatch = 1000

    mutating func collectGarbage() {
        for entry in owners.waiting.sorted().prefix(Self.garbageBatch) { finish(entry) }
        for uid in owners.takeVanished() {
            for dependent in owners.dependents(of: uid) { reconsider(dependent) }
        }
    }

    /// Removes dangling owner references, or the object when no owner is left.
    private mutating func reconsider(_ entry: OwnerIndex.Entry) {
        guard let resource = registry.resource(entry.resource), let object = stores[entry.resource]?[entry.key] else {
            return
        }
        let references = object.metadata["ownerReferences"]?.arrayValue ?? []
        let solid = references.filter { owners.entry(uid: $0["uid"]?.stringValue ?? "") != nil }
        if solid.isEmpty {
            // An owner that is being orphaned takes its references away itself, before it goes.
            _ = try? delete(object, resource, DeleteOptions(propagation: "Background"))
        } else if solid.count != references.count {
            var changed = object
            changed[at: "metadata", "ownerReferences"] = .array(solid)
            _ = put(changed, resource)
        }
    }

    /// An owner that is being deleted in the foreground or with its dependents orphaned.
    private mutating func finish(_ entry: OwnerIndex.Entry) {
        guard let resource = registry.resource(entry.resource), let owner = stores[entry.resource]?[entry.key] else {
            return
        }
        var finalizers = owner.metadata["finalizers"]?.arrayValue ?? []
        let dependents = owners.dependents(of: owner.uid)
        if finalizers.contains("orphan") {
            for dependent in dependents { orphan(dependent, from: owner.uid) }
            finalizers.removeAll { $0 == "orphan" }
        } else {
            var isBlocked = false
            for dependent in dependents {
                guard let definition = registry.resource(dependent.resource),
                    let object = stores[dependent.resource]?[dependent.key]
                else { continue }
                let blocks = (object.metadata["ownerReferences"]?.arrayValue ?? []).contains {
                    $0["uid"]?.stringValue == owner.uid && $0["blockOwnerDeletion"]?.boolValue ?? false
                }
                if !object.isBeingDeleted {
                    _ = try? delete(
                        object, definition, DeleteOptions(propagation: blocks ? "Foreground" : "Background"))
                }
                if blocks, stores[dependent.resource]?[dependent.key] != nil { isBlocked = true }
            }
            if isBlocked { return }
            finalizers.removeAll { $0 == "foregroundDeletion" }
        }
        var changed = owner
        changed[at: "metadata", "finalizers"] = finalizers.isEmpty ? nil : .array(finalizers)
        if Self.hasNothingLeft(changed, resource) { take(changed, resource) } else { _ = put(changed, resource) }
    }

    private mutating func orphan(_ entry: OwnerIndex.Entry, from uid: String) {
        guard let resource = registry.resource(entry.resource), var object = stores[entry.resource]?[entry.key] else {
            return
        }
        let kept = (object.metadata["ownerReferences"]?.arrayValue ?? []).filter { $0["uid"]?.stringValue != uid }
        object[at: "metadata", "ownerReferences"] = kept.isEmpty ? nil : .array(kept)
        _ = put(object, resource)
    }
}
