internal import FleetModel
internal import ResourceModel

/// Which objects a controller has looked at and found in order, so that a step costs little when nothing changed.
struct WorkMemo: Sendable {
    private struct Entry: Sendable {
        var signature: Int
        var due: Timestamp?
    }
    private var entries: [String: Entry] = [:]

    /// When an unchanged object must be looked at again; `.some(nil)` = never; nil = look now.
    func settled(_ uid: String, _ signature: Int, now: Timestamp) -> Timestamp?? {
        guard let entry = entries[uid], entry.signature == signature else { return nil }
        if let due = entry.due, due <= now { return nil }
        return .some(entry.due)
    }

    mutating func settle(_ uid: String, _ signature: Int, due: Timestamp?) {
        entries[uid] = Entry(signature: signature, due: due)
    }

    /// Forgets objects that are gone; `alive` are the uids that were listed in this step.
    mutating func forget(exceptFor alive: [Value]) {
        guard entries.count > alive.count else { return }
        let uids = Set(alive.map(\.uid))
        entries = entries.filter { uids.contains($0.key) }
    }

    /// Equal as long as none of the objects was written. Never leaves the process.
    static func signature(_ object: Value, _ others: [Value] = [], _ more: [Value] = []) -> Int {
        var hasher = Hasher()
        hasher.combine(object.resourceVersion)
        for other in others { hasher.combine(other.resourceVersion) }
        hasher.combine(others.count)
        for other in more { hasher.combine(other.resourceVersion) }
        hasher.combine(more.count)
        return hasher.finalize()
    }
}
