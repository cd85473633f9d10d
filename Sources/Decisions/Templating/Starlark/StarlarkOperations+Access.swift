extension StarlarkOperations {
    /// The elements a loop runs over; nil when there are none by type.
    static func elements(_ value: StarlarkValue) -> [StarlarkValue]? {
        switch value {
        case .list(let list): return list.items
        case .tuple(let items): return items
        case .dict(let dict), .set(let dict): return dict.keys
        case .range(let range):
            // Longer ones are refused by name before (`iterate`); here they just have no elements.
            if range.count > 16 << 20 { return nil }
            return (0..<range.count).map { .int(range.value(at: $0)) }
        case .structure(let value) where !value.isModule: return value.fields.map { .string($0.name) }
        case .fragment(let value):
            guard let node = value.node else { return value.isNull ? [] : nil }
            if node.kind == .map { return node.items.map { YAMLConversion.starlark($0.key) } }
            return node.items.map { YAMLConversion.starlark($0.value) }
        default: return nil
        }
    }

    /// A list or dictionary does not change while a loop runs over it.
    static func countLoops(_ value: StarlarkValue, _ change: Int) {
        switch value {
        case .list(let list): list.loops += change
        case .dict(let dict), .set(let dict): dict.loops += change
        default: break
        }
    }

    static func length(_ value: StarlarkValue) -> Int? {
        switch value {
        case .string(let text): text.utf8.count
        case .range(let range): range.count
        default: elements(value)?.count
        }
    }

    /// Keys and values of a mapping.
    static func pairs(_ value: StarlarkValue) -> [(key: StarlarkValue, value: StarlarkValue)]? {
        switch value {
        case .dict(let dict): return dict.items
        case .structure(let value) where !value.isModule: return value.fields.map { (.string($0.name), $0.value) }
        case .fragment(let value):
            if value.isNull { return [] }
            guard let node = value.node, node.kind == .map else { return nil }
            return node.items.map { (YAMLConversion.starlark($0.key), YAMLConversion.starlark($0.value)) }
        default: return nil
        }
    }

    static func attribute(_ value: StarlarkValue, _ name: String) throws(TemplateError) -> StarlarkValue {
        if let found = findAttribute(value, name) { return found }
        let hint = SpellingHint.nearest(name, attributeNames(value)).map { " (did you mean .\($0)?)" } ?? ""
        throw TemplateError("\(value.typeName) has no .\(name) field or method\(hint)")
    }

    static func findAttribute(_ value: StarlarkValue, _ name: String) -> StarlarkValue? {
        switch value {
        case .structure(let structure): structure[name]
        case .string(let text): StarlarkStringMethods.method(name, text)
        case .list(let list): StarlarkCollectionMethods.listMethod(name, list)
        case .dict(let dict): StarlarkCollectionMethods.dictMethod(name, dict)
        case .set(let set): StarlarkCollectionMethods.setMethod(name, set)
        default: nil
        }
    }

    static func attributeNames(_ value: StarlarkValue) -> [String] {
        switch value {
        case .structure(let structure): structure.fields.map(\.name)
        case .string: StarlarkStringMethods.names
        case .list: StarlarkCollectionMethods.listNames
        case .dict: StarlarkCollectionMethods.dictNames
        case .set: ["union"]
        default: []
        }
    }

    static func index(_ value: StarlarkValue, _ key: StarlarkValue) throws(TemplateError) -> StarlarkValue {
        switch value {
        case .dict(let dict):
            guard let hash = key.hashKey else { throw TemplateError("unhashable type: \(key.unhashableTypeName)") }
            if let found = dict.get(hash) { return found }
            throw TemplateError("key \(key.representation) not in dict")
        case .structure(let structure) where !structure.isModule:
            if let found = key.string.flatMap({ structure[$0] }) { return found }
            throw TemplateError("key \(key.representation) not in \(structure.typeName)")
        case .fragment(let fragment): return try index(fragment, key)
        case .list(let list): return list.items[try place(key, list.items.count, "list")]
        case .tuple(let items): return items[try place(key, items.count, "tuple")]
        case .range(let range): return .int(range.value(at: try place(key, range.count, "range")))
        case .string(let text):
            let bytes = Array(text.utf8)
            let found = try place(key, bytes.count, "string")
            return .string(String(decoding: bytes[found...found], as: UTF8.self))
        default: throw TemplateError("unhandled index operation \(value.typeName)[\(key.typeName)]")
        }
    }

    private static func index(_ fragment: YAMLValue, _ key: StarlarkValue) throws(TemplateError) -> StarlarkValue {
        if let node = fragment.node {
            if node.kind == .map {
                let wanted = try YAMLConversion.value(of: key)
                if let item = node.items.first(where: { $0.key.equalsLeaf(wanted) }) {
                    return YAMLConversion.starlark(item.value)
                }
            } else if case .int(let place) = key {
                if node.items.indices.contains(place) { return YAMLConversion.starlark(node.items[place].value) }
            } else {
                let what = node.kind == .array ? "array" : "document set"
                throw TemplateError(
                    "yamlfragment.Get: Expected \(what) index to be an int64, but was \(key.goText)")
            }
        }
        throw TemplateError("key \(key.representation) not in yamlfragment")
    }

    private static func place(_ key: StarlarkValue, _ count: Int, _ type: String) throws(TemplateError) -> Int {
        guard case .int(let number) = key else {
            throw TemplateError("\(type) index: got \(key.typeName), want int")
        }
        let place = number < 0 ? number + count : number
        guard place >= 0, place < count else { throw outOfRange(number, count, type) }
        return place
    }

    static func slice(_ value: StarlarkValue, _ bounds: [StarlarkValue]) throws(TemplateError) -> StarlarkValue {
        let count: Int
        switch value {
        case .string(let text): count = text.utf8.count
        case .list(let list): count = list.items.count
        case .tuple(let items): count = items.count
        case .range(let range): count = range.count
        default: throw TemplateError("invalid slice operand \(value.typeName)")
        }
        let places = try sliced(count, bounds)
        switch value {
        case .string(let text):
            let bytes = Array(text.utf8)
            return .string(String(decoding: places.map { bytes[$0] }, as: UTF8.self))
        case .list(let list): return .list(StarlarkList(places.map { list.items[$0] }))
        case .tuple(let items): return .tuple(places.map { items[$0] })
        case .range(let range): return .list(StarlarkList(places.map { .int(range.value(at: $0)) }))
        default: return .none
        }
    }

    private static func sliced(_ count: Int, _ bounds: [StarlarkValue]) throws(TemplateError) -> [Int] {
        func bound(_ value: StarlarkValue, _ name: String) throws(TemplateError) -> Int? {
            switch value {
            case .none: return nil
            case .int(let number): return number
            default: throw TemplateError("invalid \(name) index: got \(value.typeName), want int")
            }
        }
        let step = try bound(bounds[2], "slice step") ?? 1
        if step == 0 { throw TemplateError("zero is not a valid slice step") }
        func clamp(_ value: Int, _ low: Int, _ high: Int) -> Int {
            min(max(value < 0 ? value + count : value, low), high)
        }
        let start = try bound(bounds[0], "start")
        let end = try bound(bounds[1], "end")
        var result: [Int] = []
        if step > 0 {
            var at = clamp(start ?? 0, 0, count)
            let stop = clamp(end ?? count, 0, count)
            while at < stop {
                result.append(at)
                at = step > count ? stop : at + step
            }
        } else {
            var at = start.map { clamp($0, -1, count - 1) } ?? count - 1
            let stop = end.map { clamp($0, -1, count - 1) } ?? -1
            while at > stop {
                result.append(at)
                at = step < -count ? stop : at + step
            }
        }
        return result
    }
}
