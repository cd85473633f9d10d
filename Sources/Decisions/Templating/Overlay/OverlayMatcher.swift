/// `overlay/match` of one node of an overlay.
struct OverlayMatcher {
    private let node: YAMLNode
    private let by: StarlarkValue?
    private let expectation: OverlayExpectation
    private let thread: StarlarkThread

    init(
        _ node: YAMLNode, defaults: OverlayExpectation, needsArguments: Bool, thread: StarlarkThread
    ) throws(TemplateError) {
        var by: StarlarkValue?
        var expectation = OverlayExpectation()
        let kwargs = node.annotations["overlay/match"]?.kwargs ?? []
        if needsArguments, kwargs.isEmpty {
            throw TemplateError(
                "Expected 'overlay/match' annotation to have at least one keyword argument (by=..., expects=...)")
        }
        for (name, value) in kwargs {
            if name == "by" {
                by = value
            } else if !expectation.take(name, value) {
                throw TemplateError("Unknown 'overlay/match' annotation keyword argument '\(name)'")
            }
        }
        self.node = node
        self.by = by
        self.expectation = expectation.filled(from: defaults)
        self.thread = thread
    }

    private func holds(_ function: StarlarkValue, _ args: [StarlarkValue]) throws(TemplateError) -> Bool {
        let result = try thread.call(function, args)
        guard case .bool(let flag) = result else {
            throw TemplateError("expected starlark.Bool, but was \(result.goType)")
        }
        return flag
    }

    private func unexpected(_ value: StarlarkValue, _ words: String) -> TemplateError {
        TemplateError(
            "Expected 'overlay/match' annotation keyword argument 'by' to be \(words), but was \(value.goType)")
    }

    /// Places in a map or an array that match; fails when they are not as many as expected.
    func places(in collection: YAMLNode) throws(TemplateError) -> [Int] {
        var places: [Int] = []
        for (place, item) in collection.items.enumerated() {
            let matched: Bool
            switch by {
            case nil:
                if collection.kind == .array {
                    throw TemplateError("Expected 'overlay/match' annotation keyword argument 'by' to be specified")
                }
                matched = item.key.equalsLeaf(node.key)
            case .string(let key):
                matched = try OverlayComparison.sameByKey(key, item.value, node.value)
            case .some(let function) where function.isCallable:
                let first =
                    collection.kind == .array ? StarlarkValue.int(place) : YAMLConversion.starlark(item.key)
                matched = try holds(
                    function, [first, YAMLConversion.starlark(item.value), YAMLConversion.starlark(node.value)])
            case .some(let value):
                throw unexpected(value, "either string (for map key) or function")
            }
            if matched { places.append(place) }
        }
        if by == nil, collection.kind == .array {
            throw TemplateError("Expected 'overlay/match' annotation keyword argument 'by' to be specified")
        }
        try expectation.check(places.map { collection.items[$0].position }, thread)
        return places
    }

    /// Documents that match, as pairs of set and place.
    func documents(in sets: [YAMLNode]) throws(TemplateError) -> [(set: Int, place: Int)] {
        guard let by else {
            throw TemplateError("Expected 'overlay/match' annotation keyword argument 'by'  to be specified")
        }
        guard by.isCallable else { throw unexpected(by, "function") }
        var found: [(set: Int, place: Int)] = []
        var number = 0
        for (set, documents) in sets.enumerated() {
            for (place, document) in documents.items.enumerated() {
                let args: [StarlarkValue] = [
                    .int(number), YAMLConversion.starlark(document.value), YAMLConversion.starlark(node.value),
                ]
                if try holds(by, args) { found.append((set, place)) }
                number += 1
            }
        }
        try expectation.check(found.map { sets[$0.set].items[$0.place].position }, thread)
        return found
    }
}
