extension StarlarkOperations {
    static func equal(_ left: StarlarkValue, _ right: StarlarkValue) throws(TemplateError) -> Bool {
        var budget = 1_000_000
        return try equal(left, right, depth: 0, &budget)
    }

    private static func equal(
        _ left: StarlarkValue, _ right: StarlarkValue, depth: Int, _ budget: inout Int
    ) throws(TemplateError) -> Bool {
        budget -= 1
        if depth > 50 || budget < 0 { throw TemplateError("comparison exceeded maximum recursion depth") }
        switch (left, right) {
        case (.none, .none): return true
        case (.bool(let first), .bool(let second)): return first == second
        case (.int(let first), .int(let second)): return first == second
        case (.string(let first), .string(let second)): return first == second
        case (.big(let first), .big(let second)): return first == second
        case (.int, .float), (.big, .float), (.float, .int), (.float, .big), (.float, .float):
            return order(left, right) == 0
        case (.list(let first), .list(let second)):
            if first === second { return true }
            return try equalAll(first.items, second.items, depth, &budget)
        case (.tuple(let first), .tuple(let second)): return try equalAll(first, second, depth, &budget)
        case (.dict(let first), .dict(let second)):
            if first.count != second.count { return false }
            for entry in first.items {
                guard let hash = entry.key.hashKey, let other = second.get(hash),
                    try equal(entry.value, other, depth: depth + 1, &budget)
                else { return false }
            }
            return true
        case (.set(let first), .set(let second)):
            return first.count == second.count
                && first.keys.allSatisfy { $0.hashKey.map(second.contains) ?? false }
        case (.range(let first), .range(let second)):
            if first.count != second.count { return false }
            return first.count == 0 || (first.start == second.start && (first.count == 1 || first.step == second.step))
        case (.function(let first), .function(let second)): return first === second
        case (.builtin(let first), .builtin(let second)): return first === second
        case (.structure(let first), .structure(let second)): return first === second
        case (.fragment, .fragment): throw TemplateError("yamlfragment.CompareSameType: Not implemented")
        default: return false
        }
    }

    private static func equalAll(
        _ left: [StarlarkValue], _ right: [StarlarkValue], _ depth: Int, _ budget: inout Int
    ) throws(TemplateError) -> Bool {
        if left.count != right.count { return false }
        for (first, second) in zip(left, right) {
            if !(try equal(first, second, depth: depth + 1, &budget)) { return false }
        }
        return true
    }

    /// Below, equal or above: -1, 0, 1.
    static func compare(
        _ left: StarlarkValue, _ right: StarlarkValue, _ operation: StarlarkOperator, depth: Int = 0
    ) throws(TemplateError) -> Int {
        switch (left, right) {
        case (.int(let first), .int(let second)): return first < second ? -1 : first > second ? 1 : 0
        case (.int, .big), (.big, .int), (.big, .big), (.int, .float), (.big, .float), (.float, .int), (.float, .big),
            (.float, .float):
            return order(left, right) ?? 1
        case (.string(let first), .string(let second)):
            if first == second { return 0 }
            return first.utf8.lexicographicallyPrecedes(second.utf8) ? -1 : 1
        case (.bool(let first), .bool(let second)): return first == second ? 0 : second ? -1 : 1
        case (.list(let first), .list(let second)): return try compareAll(first.items, second.items, operation, depth)
        case (.tuple(let first), .tuple(let second)): return try compareAll(first, second, operation, depth)
        case (.fragment, .fragment): throw TemplateError("yamlfragment.CompareSameType: Not implemented")
        default:
            throw TemplateError("\(left.typeName) \(operation.rawValue) \(right.typeName) not implemented")
        }
    }

    /// Numbers by their exact values; nil when one is no number.
    private static func order(_ left: StarlarkValue, _ right: StarlarkValue) -> Int? {
        if let first = integer(left), let second = integer(right) { return BigInteger.compare(first, second) }
        guard let first = number(left), let second = number(right), !first.isNaN, !second.isNaN else { return nil }
        if first != second || first.isInfinite { return first < second ? -1 : first > second ? 1 : 0 }
        // As floats they are equal: what was rounded away may still differ.
        guard let exactFirst = integer(left) ?? BigInteger(first),
            let exactSecond = integer(right) ?? BigInteger(second)
        else { return 0 }
        return BigInteger.compare(exactFirst, exactSecond)
    }

    private static func compareAll(
        _ left: [StarlarkValue], _ right: [StarlarkValue], _ operation: StarlarkOperator, _ depth: Int
    ) throws(TemplateError) -> Int {
        if depth > 50 { throw TemplateError("comparison exceeded maximum recursion depth") }
        for (first, second) in zip(left, right) where !(try equal(first, second)) {
            return try compare(first, second, operation, depth: depth + 1)
        }
        return left.count < right.count ? -1 : left.count > right.count ? 1 : 0
    }

    static func contains(_ container: StarlarkValue, _ item: StarlarkValue) throws(TemplateError) -> Bool {
        switch container {
        case .string(let text):
            guard case .string(let part) = item else {
                throw TemplateError("'in <string>' requires string as left operand, not \(item.typeName)")
            }
            return StarlarkBytes.find(Array(part.utf8), in: Array(text.utf8)) != nil
        case .list(let list): return try containsAny(list.items, item)
        case .tuple(let items): return try containsAny(items, item)
        case .dict(let dict): return item.hashKey.map(dict.contains) ?? false
        case .set(let dict):
            guard let key = item.hashKey else { throw TemplateError("unhashable type: \(item.unhashableTypeName)") }
            return dict.contains(key)
        case .range(let range):
            guard case .int(let number) = item else {
                throw TemplateError("'in <range>' requires integer as left operand, not \(item.typeName)")
            }
            let (offset, overflow) = number.subtractingReportingOverflow(range.start)
            return !overflow && offset != Int.min && range.step != 0 && offset % range.step == 0
                && (0..<range.count).contains(offset / range.step)
        case .structure(let value) where !value.isModule:
            return item.string.flatMap { value[$0] } != nil
        case .fragment(let value):
            guard let node = value.node else { return false }
            if node.kind == .map {
                guard let key = try? YAMLConversion.value(of: item) else { return false }
                return node.items.contains { $0.key.equalsLeaf(key) }
            }
            if case .int(let place) = item { return node.items.indices.contains(place) }
            throw TemplateError(
                "yamlfragment.Get: Expected array index to be an int64, but was \(item.goText)")
        default:
            throw TemplateError("unknown binary op: \(item.typeName) in \(container.typeName)")
        }
    }

    private static func containsAny(_ items: [StarlarkValue], _ item: StarlarkValue) throws(TemplateError) -> Bool {
        for candidate in items where try equal(candidate, item) { return true }
        return false
    }
}

extension StarlarkValue {
    /// Go's type of the plain value inside.
    var goText: String {
        switch self {
        case .none: "<nil>"
        case .bool: "bool"
        case .int, .big: "int64"
        case .float: "float64"
        case .string: "string"
        default: goType
        }
    }
}
