/// Between YAML and Starlark.
enum YAMLConversion {
    /// A part of YAML as templates see it: collections stay parts of the tree.
    static func starlark(_ value: YAMLValue) -> StarlarkValue {
        switch value {
        case .null: .none
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(number)
        case .uint(let number): .float(Double(number))
        case .float(let number): .float(number)
        case .string(let text): .string(text)
        case .node: .fragment(value)
        }
    }

    /// Data values: maps become structs, arrays lists.
    static func structured(_ value: YAMLValue) -> StarlarkValue {
        guard let node = value.node else { return starlark(value) }
        switch node.kind {
        case .map:
            return .structure(
                StarlarkStruct(node.items.map { (name: keyText($0.key), value: structured($0.value)) }))
        case .array: return .list(StarlarkList(node.items.map { structured($0.value) }))
        case .documentSet: return .list(StarlarkList(node.items.map { structured($0.value) }))
        case .document, .mapItem, .arrayItem: return structured(node.value)
        }
    }

    /// Plain Starlark: maps become dictionaries, arrays lists.
    static func plain(_ value: YAMLValue) throws(TemplateError) -> StarlarkValue {
        guard let node = value.node else { return starlark(value) }
        switch node.kind {
        case .map:
            let dict = StarlarkDict()
            for item in node.items { try dict.set(starlark(item.key), try plain(item.value)) }
            return .dict(dict)
        case .array, .documentSet:
            var items: [StarlarkValue] = []
            for item in node.items { items.append(try plain(item.value)) }
            return .list(StarlarkList(items))
        case .document, .mapItem, .arrayItem: return try plain(node.value)
        }
    }

    static func keyText(_ key: YAMLValue) -> String {
        if case .string(let text) = key { return text }
        return YAMLPrinter.plainText(key)
    }

    /// The YAML of a Starlark value; parts of a tree are given as they are, not copied.
    static func value(of value: StarlarkValue, depth: Int = 0) throws(TemplateError) -> YAMLValue {
        if depth > 200 { throw TemplateError("value is nested too deeply (limit 'yamlDepth')") }
        switch value {
        case .none: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let number): return .int(number)
        case .float(let number): return .float(number)
        case .string(let text): return .string(text)
        case .fragment(let value): return value
        case .list(let list): return try array(list.items, depth)
        case .tuple(let items): return try array(items, depth)
        case .set(let set): return try array(set.keys, depth)
        case .range(let range): return try array((0..<range.count).map { .int(range.value(at: $0)) }, depth)
        case .dict(let dict):
            let map = YAMLNode(.map)
            for entry in dict.items {
                map.items.append(
                    .mapItem(
                        try self.value(of: entry.key, depth: depth + 1),
                        try self.value(of: entry.value, depth: depth + 1)))
            }
            return .node(map)
        case .structure(let structure):
            if let name = structure.opaqueName {
                throw TemplateError(
                    "Unable to convert value: \(name) does not automatically encode (hint: use .string())")
            }
            let map = YAMLNode(.map)
            for field in structure.fields {
                map.items.append(.mapItem(.string(field.name), try self.value(of: field.value, depth: depth + 1)))
            }
            return .node(map)
        case .function, .builtin, .noop:
            throw TemplateError("unknown type \(value.goType) for conversion to go value")
        }
    }

    private static func array(_ items: [StarlarkValue], _ depth: Int) throws(TemplateError) -> YAMLValue {
        let array = YAMLNode(.array)
        for item in items { array.items.append(.arrayItem(try value(of: item, depth: depth + 1))) }
        return .node(array)
    }
}
