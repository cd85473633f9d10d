package import ResourceModel

/// Who owns whom: the garbage collector's graph, kept with every write.
package struct OwnerIndex: Sendable {
    package struct Entry: Hashable, Sendable, Comparable {
        package var resource: GroupResource
        package var key: ObjectKey
        package static func < (left: Self, right: Self) -> Bool {
            left.resource == right.resource ? left.key < right.key : left.resource < right.resource
        }
    }

    /// Live objects by uid.
    private var live: [String: Entry] = [:]
    /// Dependents by their owners' uids.
    private var dependents: [String: Set<Entry>] = [:]
    /// Owners that went away, or never were, and whose dependents have not been looked at yet.
    package private(set) var vanished: Set<String> = []
    /// Objects that are being deleted with a finalizer of the garbage collector.
    package private(set) var waiting: Set<Entry> = []

    package func entry(uid: String) -> Entry? { live[uid] }
    package func dependents(of uid: String) -> [Entry] { (dependents[uid] ?? []).sorted() }

    package mutating func takeVanished() -> [String] {
        defer { vanished = [] }
        return vanished.sorted()
    }

    static func ownerUIDs(_ object: Value?) -> Set<String> {
        guard let references = object?.metadata["ownerReferences"]?.arrayValue else { return [] }
        return Set(references.map { $0["uid"]?.stringValue ?? "" })
    }

    package mutating func update(_ entry: Entry, from old: Value?, to new: Value?) {
        let before = Self.ownerUIDs(old)
        let after = Self.ownerUIDs(new)
        for uid in before.subtracting(after) {
            dependents[uid]?.remove(entry)
            if dependents[uid]?.isEmpty ?? false { dependents[uid] = nil }
        }
        for uid in after.subtracting(before) {
            dependents[uid, default: []].insert(entry)
            if live[uid] == nil { vanished.insert(uid) }
        }
        if let new {
            live[new.uid] = entry
        } else if let old {
            live[old.uid] = nil
            if dependents[old.uid] != nil { vanished.insert(old.uid) }
        }
        let finalizers = new?.metadata["finalizers"]?.arrayValue ?? []
        let waits =
            new?.isBeingDeleted ?? false
            && (finalizers.contains("foregroundDeletion") || finalizers.contains("orphan"))
        if waits { waiting.insert(entry) } else { waiting.remove(entry) }
    }
}
