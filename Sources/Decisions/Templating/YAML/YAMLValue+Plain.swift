internal import ResourceModel

extension YAMLValue {
    /// As data: mappings lose their order, of equal keys the last wins.
    var plainValue: Value {
        switch self {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let number): return .int(Int64(number))
        case .uint(let number): return .double(Double(number))
        case .float(let number): return .double(number)
        case .string(let text): return .string(text)
        case .node(let node):
            switch node.kind {
            case .map:
                var fields: [String: Value] = [:]
                fields.reserveCapacity(node.items.count)
                for item in node.items { fields[YAMLConversion.keyText(item.key)] = item.value.plainValue }
                return .object(fields)
            case .array, .documentSet: return .array(node.items.map(\.value.plainValue))
            case .document, .mapItem, .arrayItem: return node.value.plainValue
            }
        }
    }
}
