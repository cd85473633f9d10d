/// Operators, indexing and iteration.
enum StarlarkOperations {
    static func unary(_ operation: String, _ value: StarlarkValue) throws(TemplateError) -> StarlarkValue {
        switch (operation, value) {
        case ("-", .int(let number)):
            return try integer(BigInteger(number).negated)
        case ("-", .big(let number)): return try integer(number.negated)
        case ("-", .float(let number)): return .float(-number)
        case ("+", .int), ("+", .big), ("+", .float): return value
        case ("~", .int(let number)): return .int(~number)
        case ("~", .big(let number)): return try integer(number.negated - BigInteger(1))
        default: throw TemplateError("unknown unary op: \(operation) \(value.typeName)")
        }
    }

    static func outOfRange(_ index: Int, _ count: Int, _ type: String) -> TemplateError {
        count == 0
            ? TemplateError("\(type) index \(index) out of range: empty \(type)")
            : TemplateError("\(type) index \(index) out of range [\(-count):\(count - 1)]")
    }

    static func binary(
        _ operation: StarlarkOperator, _ left: StarlarkValue, _ right: StarlarkValue, thread: StarlarkThread
    ) throws(TemplateError) -> StarlarkValue {
        switch operation {
        case .equal: return .bool(try equal(left, right))
        case .notEqual: return .bool(!(try equal(left, right)))
        case .less, .greater, .lessEqual, .greaterEqual:
            let order = try compare(left, right, operation)
            switch operation {
            case .less: return .bool(order < 0)
            case .greater: return .bool(order > 0)
            case .lessEqual: return .bool(order <= 0)
            default: return .bool(order >= 0)
            }
        case .contained: return .bool(try contains(right, left))
        case .notContained: return .bool(!(try contains(right, left)))
        case .add: return try add(left, right, thread)
        case .multiply: if let value = try multiply(left, right, thread) { return value }
        case .modulo:
            if case .string(let format) = left { return .string(try StarlarkFormat.percent(format, right)) }
            if let value = try arithmetic(operation, left, right, thread) { return value }
        case .subtract, .divide, .floorDivide:
            if let value = try arithmetic(operation, left, right, thread) { return value }
        case .bitOr, .bitXor, .bitAnd, .shiftLeft, .shiftRight:
            if let value = try bits(operation, left, right, thread) { return value }
        }
        throw TemplateError("unknown binary op: \(left.typeName) \(operation.rawValue) \(right.typeName)")
    }

    private static func add(
        _ left: StarlarkValue, _ right: StarlarkValue, _ thread: StarlarkThread
    ) throws(TemplateError) -> StarlarkValue {
        switch (left, right) {
        case (.string(let first), .string(let second)):
            try thread.checkSize(first.utf8.count + second.utf8.count)
            return .string(first + second)
        case (.list(let first), .list(let second)):
            try thread.checkSize(first.items.count + second.items.count)
            return .list(StarlarkList(first.items + second.items))
        case (.tuple(let first), .tuple(let second)): return .tuple(first + second)
        default:
            if let value = try arithmetic(.add, left, right, thread) { return value }
            throw TemplateError("unknown binary op: \(left.typeName) + \(right.typeName)")
        }
    }

    private static func multiply(
        _ left: StarlarkValue, _ right: StarlarkValue, _ thread: StarlarkThread
    ) throws(TemplateError) -> StarlarkValue? {
        switch (left, right) {
        case (.string(let text), .int(let count)), (.int(let count), .string(let text)):
            try thread.checkSize(try product(text.utf8.count, max(count, 0)))
            return .string(text.isEmpty ? "" : String(repeating: text, count: max(count, 0)))
        case (.list(let list), .int(let count)), (.int(let count), .list(let list)):
            try thread.checkSize(try product(list.items.count, max(count, 0)))
            return .list(StarlarkList(repeated(list.items, count)))
        case (.tuple(let items), .int(let count)), (.int(let count), .tuple(let items)):
            try thread.checkSize(try product(items.count, max(count, 0)))
            return .tuple(repeated(items, count))
        case (.string, .big), (.big, .string), (.list, .big), (.big, .list), (.tuple, .big), (.big, .tuple):
            throw thread.session.limits.exceeded("valueSize", thread.session.limits.valueSize)
        default: return try arithmetic(.multiply, left, right, thread)
        }
    }

    private static func product(_ left: Int, _ right: Int) throws(TemplateError) -> Int {
        let (value, overflowed) = left.multipliedReportingOverflow(by: right)
        if overflowed { throw overflow }
        return value
    }

    private static func repeated(_ items: [StarlarkValue], _ count: Int) -> [StarlarkValue] {
        count <= 0 || items.isEmpty ? [] : Array(repeatElement(items, count: count).joined())
    }

    private static func arithmetic(
        _ operation: StarlarkOperator, _ left: StarlarkValue, _ right: StarlarkValue, _ thread: StarlarkThread
    ) throws(TemplateError) -> StarlarkValue? {
        if operation != .divide {
            if case .int(let first) = left, case .int(let second) = right,
                let value = try whole(operation, first, second)
            {
                return value
            }
            if let value = try large(operation, left, right, thread) { return value }
        }
        guard let first = number(left), let second = number(right) else { return nil }
        switch operation {
        case .add: return .float(first + second)
        case .subtract: return .float(first - second)
        case .multiply: return .float(first * second)
        case .divide:
            if second == 0 { throw TemplateError("floating-point division by zero") }
            return .float(first / second)
        case .floorDivide:
            if second == 0 { throw TemplateError("floored division by zero") }
            return .float((first / second).rounded(.down))
        default:
            if second == 0 { throw TemplateError("floating-point modulo by zero") }
            let rest = first.truncatingRemainder(dividingBy: second)
            return .float(rest != 0 && (rest < 0) != (second < 0) ? rest + second : rest)
        }
    }

    private static func whole(
        _ operation: StarlarkOperator, _ left: Int, _ right: Int
    ) throws(TemplateError) -> StarlarkValue? {
        let result: (partialValue: Int, overflow: Bool)
        switch operation {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .floorDivide:
            if right == 0 { throw TemplateError("floored division by zero") }
            result = left.dividedReportingOverflow(by: right)
            if !result.overflow, left % right != 0, (left < 0) != (right < 0) { return .int(result.partialValue - 1) }
        default:
            if right == 0 { throw TemplateError("integer modulo by zero") }
            if right == -1 { return .int(0) }
            let rest = left % right
            return .int(rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest)
        }
        return result.overflow ? nil : .int(result.partialValue)
    }

    static func number(_ value: StarlarkValue) -> Double? {
        switch value {
        case .int(let number): Double(number)
        case .big(let number): number.double
        case .float(let number): number
        default: nil
        }
    }

    private static func bits(
        _ operation: StarlarkOperator, _ left: StarlarkValue, _ right: StarlarkValue, _ thread: StarlarkThread
    ) throws(TemplateError) -> StarlarkValue? {
        if case .set(let first) = left, case .set(let second) = right {
            return try sets(operation, first, second)
        }
        if case .int(let first) = left, case .int(let second) = right {
            switch operation {
            case .bitOr: return .int(first | second)
            case .bitXor: return .int(first ^ second)
            case .bitAnd: return .int(first & second)
            default: break
            }
        }
        return try large(operation, left, right, thread)
    }

    private static func sets(
        _ operation: StarlarkOperator, _ left: StarlarkDict, _ right: StarlarkDict
    ) throws(TemplateError) -> StarlarkValue? {
        let result = StarlarkDict()
        func inOther(_ key: StarlarkValue, _ other: StarlarkDict) -> Bool { key.hashKey.map(other.contains) ?? false }
        switch operation {
        case .bitOr: for key in left.keys + right.keys { try result.set(key, .none) }
        case .bitAnd: for key in left.keys where inOther(key, right) { try result.set(key, .none) }
        case .bitXor:
            for key in left.keys where !inOther(key, right) { try result.set(key, .none) }
            for key in right.keys where !inOther(key, left) { try result.set(key, .none) }
        default: return nil
        }
        return .set(result)
    }
}
