/// Lays one YAML tree over another; the left tree is changed in place.
struct OverlayOperation {
    let thread: StarlarkThread
    /// Both sides are one document each (data values): no document matching.
    var exact = false

    private static let operations = ["merge", "remove", "replace", "insert", "append", "assert"]

    func apply(_ left: YAMLValue, _ right: YAMLValue) throws(TemplateError) {
        let leftSets = left.node.map { [$0] } ?? []
        if let set = right.node, set.kind == .documentSet {
            guard let first = leftSets.first, first.kind == .documentSet else {
                throw TemplateError("Expected docset, but was \(left.goType)")
            }
            try apply(leftSets, documents: set)
        } else {
            _ = try apply(left, right, OverlayExpectation())
        }
        if let node = left.node { Self.removeAnnotations(node) }
    }

    /// Lays documents over several sets: files keep their documents.
    func apply(_ left: [YAMLNode], documents right: YAMLNode) throws(TemplateError) {
        for original in right.items {
            let document = original.deepCopy()
            do throws(TemplateError) {
                try apply(document, to: left)
            } catch {
                throw located(error.prefixed("Document on \(document.position.asString): "), document.position)
            }
        }
    }

    static func removeAnnotations(_ node: YAMLNode) {
        if !node.annotations.isEmpty {
            for name in node.annotations.keys.filter({ $0.hasPrefix("overlay/") }) { node.annotations[name] = nil }
        }
        if let child = node.value.node { removeAnnotations(child) }
        for item in node.items { removeAnnotations(item) }
    }

    private func located(_ error: TemplateError, _ position: Position) -> TemplateError {
        var result = error
        result.isEvaluation = false
        result.frames = []
        if result.line == nil, position.isKnown { (result.file, result.line) = (position.file, position.line) }
        return result
    }

    private func operation(_ node: YAMLNode) throws(TemplateError) -> String {
        let found = Self.operations.filter { node.annotations["overlay/\($0)"] != nil }
        if found.count > 1 { throw TemplateError("Expected to find only one overlay operation") }
        return found.first ?? "merge"
    }

    // MARK: maps and arrays

    /// Whether the left value is to be replaced by the right one as a whole.
    private func apply(
        _ left: YAMLValue, _ right: YAMLValue, _ defaults: OverlayExpectation
    ) throws(TemplateError) -> Bool {
        guard let overlay = right.node, overlay.kind == .map || overlay.kind == .array else { return true }
        let isMap = overlay.kind == .map
        guard let target = left.node, target.kind == overlay.kind else {
            throw TemplateError(
                "Expected \(isMap ? "map" : "array"), but was \(left.goType)")
        }
        for original in overlay.items {
            let item = original.deepCopy()
            do throws(TemplateError) {
                try apply(item, to: target, defaults)
            } catch {
                let words =
                    isMap
                    ? "Map item (key '\(item.key.goText)') on \(item.position.asString): "
                    : "Array item on \(item.position.asString): "
                throw located(error.prefixed(words), item.position)
            }
        }
        return false
    }

    private func apply(
        _ item: YAMLNode, to target: YAMLNode, _ defaults: OverlayExpectation
    ) throws(TemplateError) {
        let operation = try operation(item)
        let isMap = target.kind == .map
        if isMap, operation == "insert" || operation == "append" {
            throw TemplateError(
                "Found @overlay/\(operation) on map item (\(item.position.compact)); "
                    + "only array items can be annotated with @overlay/\(operation)")
        }
        if operation == "append" {
            target.items.append(item.deepCopy())
            return
        }
        let childDefaults = try OverlayExpectation.childDefaults(item, parent: defaults)
        // An array item without a match stands for itself: it matches nothing.
        let unmatched = !isMap && item.annotations["overlay/match"] == nil
        let matcher =
            unmatched ? nil : try OverlayMatcher(item, defaults: defaults, needsArguments: !isMap, thread: thread)
        let replacement = operation == "replace" ? try OverlayReplacement(item, thread: thread) : nil
        let places: [Int]
        do throws(TemplateError) {
            places = try matcher?.places(in: target) ?? []
        } catch {
            if error.isConditional { return }
            throw error
        }
        switch operation {
        case "merge": try merge(item, to: target, places, childDefaults)
        case "remove": for place in places.reversed() { target.items.remove(at: place) }
        case "replace":
            guard let replacement else { return }
            for place in places {
                let value = try replacement.value(for: target.items[place].value)
                let copy = item.deepCopy()
                copy.value = value
                if isMap { copy.key = target.items[place].key.equalsLeaf(item.key) ? item.key : copy.key }
                target.items[place] = copy
            }
            if places.isEmpty, replacement.orAdd {
                let copy = item.deepCopy()
                copy.value = try replacement.value(for: .null)
                target.items.append(copy)
            }
        case "insert": try insert(item, into: target, places)
        default:
            let assertion = try OverlayAssertion(item, thread: thread)
            for place in places {
                try assertion.check(target.items[place].value)
                _ = try apply(target.items[place].value, item.value, childDefaults)
            }
        }
    }

    private func merge(
        _ item: YAMLNode, to target: YAMLNode, _ places: [Int], _ defaults: OverlayExpectation
    ) throws(TemplateError) {
        if places.isEmpty {
            target.items.append(target.kind == .map ? item : item.deepCopy())
            return
        }
        for place in places {
            let found = target.items[place]
            var replace = true
            if !found.value.isNull {
                replace = try apply(found.value, item.value, defaults)
            }
            if replace {
                found.value = item.value.deepCopy()
                found.position = item.position
            }
        }
    }

    private func insert(_ item: YAMLNode, into target: YAMLNode, _ places: [Int]) throws(TemplateError) {
        let insertion = try OverlayInsertion(item, thread: thread)
        var items: [YAMLNode] = []
        for (place, existing) in target.items.enumerated() {
            let matched = places.contains(place)
            if matched, insertion.before { items.append(try insertion.made(beside: existing)) }
            items.append(existing)
            if matched, insertion.after { items.append(try insertion.made(beside: existing)) }
        }
        target.items = items
    }

    // MARK: documents

    private func apply(_ document: YAMLNode, to sets: [YAMLNode]) throws(TemplateError) {
        let operation = try operation(document)
        if operation == "append" {
            sets.last?.items.append(document.deepCopy())
            return
        }
        let defaults = try OverlayExpectation.childDefaults(document, parent: OverlayExpectation())
        var found: [(set: Int, place: Int)] = [(0, 0)]
        if !exact {
            let matcher = try OverlayMatcher(
                document, defaults: OverlayExpectation(), needsArguments: true, thread: thread)
            do throws(TemplateError) {
                found = try matcher.documents(in: sets)
            } catch {
                if error.isConditional { return }
                throw error
            }
        }
        switch operation {
        case "merge":
            // Unlike items of maps and arrays, a document that matches none is not added.
            for (set, place) in found {
                let target = sets[set].items[place]
                if target.value.isNull ? true : try apply(target.value, document.value, defaults) {
                    target.value = document.value.deepCopy()
                }
            }
        case "remove":
            for (set, place) in found.reversed() { sets[set].items.remove(at: place) }
        case "replace":
            let replacement = try OverlayReplacement(document, thread: thread)
            for (set, place) in found {
                let copy = document.deepCopy()
                copy.value = try replacement.value(for: sets[set].items[place].value)
                sets[set].items[place] = copy
            }
            if found.isEmpty, replacement.orAdd {
                let copy = document.deepCopy()
                copy.value = try replacement.value(for: .null)
                sets.last?.items.append(copy)
            }
        case "insert":
            for (number, set) in sets.enumerated() {
                try insert(document, into: set, found.filter { $0.set == number }.map(\.place))
            }
        default:
            let assertion = try OverlayAssertion(document, thread: thread)
            for (set, place) in found {
                try assertion.check(sets[set].items[place].value)
                _ = try apply(sets[set].items[place].value, document.value, defaults)
            }
        }
    }
}
