extension StarlarkValue {
    /// Values that were looked at while letting go of one list.
    private static let mostReleased = 100_000

    /// Takes values apart that nothing else holds, so that letting go of them does not go as deep as they are nested.
    static func release(_ pending: inout [StarlarkValue]) {
        guard pending.contains(where: \.isContainer) else { return }
        var looked = 0
        while !pending.isEmpty {
            looked += 1
            var (list, dict, structure, items) = takeLast(&pending)
            if isKnownUniquelyReferenced(&list) { list?.moveItems(to: &pending) }
            if isKnownUniquelyReferenced(&dict) { dict?.moveValues(to: &pending) }
            if isKnownUniquelyReferenced(&structure) { structure?.moveValues(to: &pending) }
            if looked < mostReleased { pending += items.filter(\.isContainer) }
            items = []
        }
    }

    /// The last value's object, which nothing here holds afterwards but the result.
    private static func takeLast(
        _ pending: inout [StarlarkValue]
    ) -> (list: StarlarkList?, dict: StarlarkDict?, structure: StarlarkStruct?, items: [StarlarkValue]) {
        switch pending.removeLast() {
        case .list(let list): (list, nil, nil, [])
        case .dict(let dict): (nil, dict, nil, [])
        case .structure(let structure): (nil, nil, structure, [])
        case .tuple(let items): (nil, nil, nil, items)
        default: (nil, nil, nil, [])
        }
    }

    private var isContainer: Bool {
        switch self {
        case .list, .dict, .tuple, .structure: true
        default: false
        }
    }

    /// Refuses tuples within tuples beyond a depth that no program needs: they cannot be taken apart one by one.
    func checkNesting(_ session: StarlarkSession) throws(TemplateError) {
        guard case .tuple(let items) = self, items.contains(where: \.isTuple) else { return }
        var pending: [(items: [StarlarkValue], depth: Int)] = [(items, 0)]
        var looked = 0
        while let (items, depth) = pending.popLast(), looked < 20_000 {
            if depth > 200 { throw session.limits.exceeded("tupleDepth", 200) }
            for case .tuple(let inner) in items {
                looked += 1
                pending.append((inner, depth + 1))
            }
        }
        try session.charge(bytes: looked << 8)
    }

    private var isTuple: Bool { if case .tuple = self { true } else { false } }
}
