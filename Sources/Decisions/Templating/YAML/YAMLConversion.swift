/// Between YAML and Starlark.
enum YAMLConversion {
    /// A part of YAML as templates see it: collections stay parts of the tree.
    static func starlark(_ value: YAMLValue) -> StarlarkValue {
        switch value {
        case .null: .none
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(number)
        case .uint(let number): Int(exactly: number).map { .int($0) } ?? .big(BigInteger(number))
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

    /// `data.values`, whose keys must be names.
    static func dataValues(_ value: YAMLValue) throws(TemplateError) -> StarlarkValue {
        try checkKeys(value)
        return structured(value)
    }

    private static func checkKeys(_ value: YAMLValue) throws(TemplateError) {
        guard let node = value.node else { return }
        for item in node.items {
            if node.kind == .map, item.key.string == nil {
                throw TemplateError("expected struct key \(item.key.goText) to be string")
            }
            try checkKeys(item.value)
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

    /// Nodes that one value may have.
    private static let mostNodes = 1_000_000

    /// The YAML of a Starlark value; parts of a tree are given as they are, not copied.
    static func value(
        of value: StarlarkValue, position: Position = .unknown
    ) throws(TemplateError) -> YAMLValue {
        var budget = mostNodes
        return try self.value(of: value, position, depth: 0, &budget)
    }

    private static func value(
        of value: StarlarkValue, _ position: Position, depth: Int, _ budget: inout Int
    ) throws(TemplateError) -> YAMLValue {
        if depth > 200 { throw TemplateError("value is nested too deeply (limit 'yamlDepth')") }
        budget -= 1
        if budget < 0 { throw TemplateError("value has more than \(mostNodes) nodes (limit 'nodes')") }
        switch value {
        case .none: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let number): return .int(number)
        case .big(let number):
            guard let whole = number.uint else {
                throw TemplateError("integer \(number.text()) does not fit in 64 bits, as YAML's integers must")
            }
            return .uint(whole)
        case .float(let number): return .float(number)
        case .string(let text): return .string(text)
        case .fragment(let value):
            if let node = value.node { budget -= node.count(upTo: budget + 1) }
            if budget < 0 { throw TemplateError("value has more than \(mostNodes) nodes (limit 'nodes')") }
            return value
        case .list, .tuple, .set, .range:
            guard let items = StarlarkOperations.elements(value) else {
                throw TemplateError("value has more than \(mostNodes) nodes (limit 'nodes')")
            }
            let array = YAMLNode(.array, position: position)
            for item in items {
                array.items.append(
                    .arrayItem(try self.value(of: item, position, depth: depth + 1, &budget), position: position))
            }
            return .node(array)
        case .dict(let dict):
            let map = YAMLNode(.map, position: position)
            for entry in dict.items {
                map.items.append(
                    .mapItem(
                        try self.value(of: entry.key, position, depth: depth + 1, &budget),
                        try self.value(of: entry.value, position, depth: depth + 1, &budget), position: position))
            }
            return .node(map)
        case .structure(let structure):
            if let name = structure.opaqueName {
                throw TemplateError(
                    "Unable to convert value: \(name) does not automatically encode (hint: use .string())")
            }
            let map = YAMLNode(.map, position: position)
            for field in structure.fields {
                map.items.append(
                    .mapItem(
                        .string(field.name), try self.value(of: field.value, position, depth: depth + 1, &budget),
                        position: position))
            }
            return .node(map)
        case .function, .builtin, .noop:
            throw TemplateError("unknown type \(value.goType) for conversion to go value")
        }
    }
}
