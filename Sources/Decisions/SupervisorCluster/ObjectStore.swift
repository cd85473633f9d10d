package import ResourceModel

/// The objects of one resource, sorted, with a bounded history of their changes.
package struct ObjectStore: Sendable {
    private var objects: [ObjectKey: Value] = [:]
    private var keys: [ObjectKey] = []
    private var history: [WatchRecord] = []
    /// Changes up to this revision are no longer in the history.
    package private(set) var trimmedThrough = 0
    /// Whether the history goes back to when there was no object.
    private var isWhole = true

    package init() {}

    /// What was kept of an earlier life: no history, so that every older watch gets 410 and lists anew.
    init(restored: [ObjectKey: Value], revision: Int) {
        objects = restored
        keys = restored.keys.sorted()
        trimmedThrough = revision
        isWhole = restored.isEmpty
    }

    package subscript(key: ObjectKey) -> Value? { objects[key] }

    package var count: Int { keys.count }

    private func position(of key: ObjectKey) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Objects sorted by namespace and name; all namespaces when nil.
    package func list(namespace: String?) -> [Value] {
        guard let namespace else { return keys.compactMap { objects[$0] } }
        var found: [Value] = []
        var index = position(of: ObjectKey(namespace: namespace, name: ""))
        while index < keys.count, keys[index].namespace == namespace {
            if let object = objects[keys[index]] { found.append(object) }
            index += 1
        }
        return found
    }

    package mutating func put(_ object: Value, at key: ObjectKey, revision: Int, limit: Int) {
        let previous = objects.updateValue(object, forKey: key)
        if previous == nil { keys.insert(key, at: position(of: key)) }
        record(
            WatchRecord(
                revision: revision, change: previous == nil ? .added : .modified, key: key, object: object,
                previous: previous), limit: limit)
    }

    package mutating func remove(_ key: ObjectKey, last: Value, revision: Int, limit: Int) {
        guard let previous = objects.removeValue(forKey: key) else { return }
        keys.remove(at: position(of: key))
        record(
            WatchRecord(revision: revision, change: .deleted, key: key, object: last, previous: previous),
            limit: limit)
    }

    /// Drops in batches, so that the cost per write stays constant.
    private mutating func record(_ change: WatchRecord, limit: Int) {
        history.append(change)
        guard history.count >= limit * 2 else { return }
        trim(keeping: limit)
    }

    /// Forgets all but the last `count` changes, as etcd's compaction does.
    package mutating func trim(keeping count: Int) {
        let dropped = history.count - count
        guard dropped > 0 else { return }
        trimmedThrough = history[dropped - 1].revision
        isWhole = false
        history.removeFirst(dropped)
    }

    /// Changes after a revision, at most `maximum`; nil when some of them are no longer known.
    package func changes(after revision: Int, maximum: Int) -> ArraySlice<WatchRecord>? {
        guard revision >= trimmedThrough else { return nil }
        var low = 0
        var high = history.count
        while low < high {
            let middle = (low + high) / 2
            if history[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return history[low..<min(history.count, low + maximum)]
    }

    /// Changes after a revision for whoever keeps them; a store that began empty later than that has told all.
    func changesToKeep(after revision: Int) -> ArraySlice<WatchRecord>? {
        if revision < trimmedThrough, isWhole { return history[...] }
        return changes(after: revision, maximum: .max / 2)
    }

    /// The sorted objects as they were at a revision; nil when the history no longer reaches back to it.
    package func list(at revision: Int, namespace: String?) -> [Value]? {
        guard let later = changes(after: revision, maximum: .max / 2) else { return nil }
        if later.isEmpty { return list(namespace: namespace) }
        var then = objects
        for change in later.reversed() { then[change.key] = change.previous }
        return then.filter { namespace == nil || $0.key.namespace == namespace }.sorted { $0.key < $1.key }
            .map(\.value)
    }

    /// Goes back to a revision, or as far as the history reaches.
    package mutating func rewind(to revision: Int) {
        let start = max(revision, trimmedThrough)
        guard let later = changes(after: start, maximum: .max / 2), !later.isEmpty else { return }
        for change in later.reversed() { objects[change.key] = change.previous }
        keys = objects.keys.sorted()
        history.removeLast(later.count)
    }

    /// The newest change's revision, or 0.
    package var lastRevision: Int { history.last?.revision ?? trimmedThrough }
}
