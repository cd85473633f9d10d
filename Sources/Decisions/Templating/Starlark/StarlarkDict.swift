/// A dictionary that keeps the order of insertion; a set is one without values.
final class StarlarkDict {
    private var entries: [(key: StarlarkValue, value: StarlarkValue)?] = []
    private var index: [StarlarkKey: Int] = [:]

    /// Values of an evaluated file never change.
    var isFrozen = false
    /// Loops that run over the keys now.
    var loops = 0

    func checkMutable(_ verb: String) throws(TemplateError) {
        if isFrozen { throw TemplateError("cannot \(verb) frozen hash table") }
        if loops > 0 { throw TemplateError("cannot \(verb) hash table during iteration") }
    }

    var count: Int { index.count }
    var items: [(key: StarlarkValue, value: StarlarkValue)] { entries.compactMap { $0 } }
    var keys: [StarlarkValue] { entries.compactMap { $0?.key } }

    init() {}

    deinit {
        var pending: [StarlarkValue] = []
        moveValues(to: &pending)
        StarlarkValue.release(&pending)
    }

    /// Gives away what the dictionary holds; it is empty afterwards.
    func moveValues(to pending: inout [StarlarkValue]) {
        for entry in entries { if let entry { pending.append(entry.value) } }
        removeAll()
    }

    func get(_ key: StarlarkKey) -> StarlarkValue? { index[key].flatMap { entries[$0]?.value } }
    func contains(_ key: StarlarkKey) -> Bool { index[key] != nil }

    func set(_ key: StarlarkValue, _ value: StarlarkValue) throws(TemplateError) {
        guard let hash = key.hashKey else { throw TemplateError("unhashable type: \(key.unhashableTypeName)") }
        if let place = index[hash] {
            entries[place]?.value = value
        } else {
            index[hash] = entries.count
            entries.append((key, value))
        }
    }

    @discardableResult
    func remove(_ key: StarlarkKey) -> StarlarkValue? {
        guard let place = index.removeValue(forKey: key) else { return nil }
        let value = entries[place]?.value
        entries[place] = nil
        if entries.count > 32, index.count * 2 < entries.count {
            let kept = items
            entries = kept
            index = [:]
            for (number, entry) in kept.enumerated() {
                if let hash = entry.key.hashKey { index[hash] = number }
            }
        }
        return value
    }

    func removeAll() {
        entries = []
        index = [:]
    }

    func copy() -> StarlarkDict {
        let other = StarlarkDict()
        other.entries = entries
        other.index = index
        return other
    }
}
