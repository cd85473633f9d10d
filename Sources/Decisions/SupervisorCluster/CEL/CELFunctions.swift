internal import ResourceModel
internal import _StringProcessing

/// Operators and functions of the Common Expression Language, as far as CRDs commonly use them.
enum CELFunctions {
    static let names: Set<String> = [
        "size", "startsWith", "endsWith", "contains", "matches", "int", "double", "string", "bool", "lowerAscii",
        "upperAscii", "trim", "split", "join", "indexOf", "replace", "substring", "isSorted", "sum", "min", "max",
        "value", "hasValue", "orValue", "or", "quantity", "isQuantity", "isGreaterThan", "isLessThan", "compareTo",
        "asInteger", "asApproximateFloat", "sign",
    ]

    private static let mismatch = CELError.evaluation("no such overload")

    static func isEqual(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.int(let number), .double(let other)), (.double(let other), .int(let number)):
            return Double(number) == other
        case (.array(let items), .array(let others)):
            return items.count == others.count && zip(items, others).allSatisfy { isEqual($0, $1) }
        case (.object(let fields), .object(let others)):
            return fields.count == others.count
                && fields.allSatisfy { key, value in others[key].map { isEqual(value, $0) } ?? false }
        default: return left == right
        }
    }

    static func compare(_ symbol: String, _ left: Value, _ right: Value) throws(CELError) -> Bool {
        func holds<T: Comparable>(_ first: T, _ second: T) -> Bool {
            switch symbol {
            case "<": first < second
            case "<=": first <= second
            case ">": first > second
            default: first >= second
            }
        }
        switch (left, right) {
        case (.int(let first), .int(let second)): return holds(first, second)
        case (.string(let first), .string(let second)):
            // By code points, as Go compares.
            let (first, second) = (Array(first.unicodeScalars.map(\.value)), Array(second.unicodeScalars.map(\.value)))
            let order = first.lexicographicallyPrecedes(second) ? -1 : (first == second ? 0 : 1)
            return holds(order, 0)
        case (.bool(let first), .bool(let second)): return holds(first ? 1 : 0, second ? 1 : 0)
        default:
            guard let first = left.doubleValue, let second = right.doubleValue else { throw mismatch }
            return holds(first, second)
        }
    }

    static func arithmetic(_ symbol: String, _ left: Value, _ right: Value) throws(CELError) -> Value {
        switch (left, right) {
        case (.int(let first), .int(let second)):
            let result: (partialValue: Int64, overflow: Bool)
            switch symbol {
            case "+": result = first.addingReportingOverflow(second)
            case "-": result = first.subtractingReportingOverflow(second)
            case "*": result = first.multipliedReportingOverflow(by: second)
            case "/", "%":
                guard second != 0 else {
                    throw .evaluation(symbol == "/" ? "division by zero" : "modulus by zero")
                }
                result =
                    symbol == "/"
                    ? first.dividedReportingOverflow(by: second) : first.remainderReportingOverflow(dividingBy: second)
            default: throw mismatch
            }
            guard !result.overflow else { throw .evaluation("integer overflow") }
            return .int(result.partialValue)
        case (.string(let first), .string(let second)) where symbol == "+": return .string(first + second)
        case (.array(let first), .array(let second)) where symbol == "+": return .array(first + second)
        case (.double(let first), .double(let second)):
            switch symbol {
            case "+": return .double(first + second)
            case "-": return .double(first - second)
            case "*": return .double(first * second)
            case "/": return .double(first / second)
            default: throw mismatch
            }
        default: throw mismatch
        }
    }

    static func call(_ name: String, _ arguments: [Value]) throws(CELError) -> Value {
        if let result = try CELOptional.call(name, arguments) { return result }
        if let result = try CELQuantity.call(name, arguments) { return result }
        guard let first = arguments.first else { throw mismatch }
        if let text = first.stringValue, let result = try ofText(name, text, Array(arguments.dropFirst())) {
            return result
        }
        if let items = first.arrayValue, let result = try ofList(name, items, Array(arguments.dropFirst())) {
            return result
        }
        switch (name, first) {
        case ("size", .object(let fields)): return .int(Int64(fields.count))
        case ("string", _): return .string(first.scalarText ?? "")
        case ("int", .int), ("double", .double), ("bool", .bool): return first
        case ("int", .double(let number)):
            guard let whole = Int64(exactly: number.rounded(.towardZero)) else { throw .evaluation("range error") }
            return .int(whole)
        case ("double", .int(let number)): return .double(Double(number))
        default: throw mismatch
        }
    }

    private static func ofText(_ name: String, _ text: String, _ arguments: [Value]) throws(CELError) -> Value? {
        let other = arguments.first?.stringValue
        switch name {
        case "size": return .int(Int64(text.unicodeScalars.count))
        case "lowerAscii": return .string(ascii(text, 0x41...0x5A, 0x20))
        case "upperAscii": return .string(ascii(text, 0x61...0x7A, -0x20))
        case "trim": return .string(trimmed(text))
        case "int":
            guard let number = Int64(text) else { throw .evaluation("type conversion error from 'string' to 'int'") }
            return .int(number)
        case "double":
            guard let number = Double(text) else {
                throw .evaluation("type conversion error from 'string' to 'double'")
            }
            return .double(number)
        case "startsWith", "endsWith", "contains":
            guard let other else { throw mismatch }
            switch name {
            case "startsWith": return .bool(text.hasPrefix(other))
            case "endsWith": return .bool(text.hasSuffix(other))
            default: return .bool(other.isEmpty || text.contains(other))
            }
        case "matches":
            guard let other else { throw mismatch }
            guard let pattern = try? Regex(other) else {
                throw .evaluation("error parsing regexp: \(other)")
            }
            return .bool(text.firstMatch(of: pattern) != nil)
        case "split":
            guard let other else { throw mismatch }
            if other.isEmpty { return .array(text.map { .string(String($0)) }) }
            return .array(text.split(separator: other, omittingEmptySubsequences: false).map { .string(String($0)) })
        case "indexOf":
            guard let other else { throw mismatch }
            guard let found = text.firstRange(of: other) else { return -1 }
            return .int(Int64(text.unicodeScalars.distance(from: text.startIndex, to: found.lowerBound)))
        case "replace":
            guard let other, arguments.count == 2, let new = arguments[1].stringValue else { throw mismatch }
            return .string(text.replacing(other, with: new))
        case "substring":
            let scalars = Array(text.unicodeScalars)
            guard let start = arguments.first?.intValue else { throw mismatch }
            let end = arguments.count > 1 ? arguments[1].intValue ?? -1 : Int64(scalars.count)
            guard start >= 0, start <= end, end <= Int64(scalars.count) else {
                throw .evaluation("index out of range: \(start)")
            }
            var out = String.UnicodeScalarView()
            out.append(contentsOf: scalars[Int(start)..<Int(end)])
            return .string(String(out))
        default: return nil
        }
    }

    private static func ascii(_ text: String, _ range: ClosedRange<UInt8>, _ shift: Int) -> String {
        String(decoding: text.utf8.map { range.contains($0) ? UInt8(Int($0) + shift) : $0 }, as: UTF8.self)
    }

    private static func trimmed(_ text: String) -> String {
        let characters = Array(text)
        guard let first = characters.firstIndex(where: { !$0.isWhitespace }),
            let last = characters.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(characters[first...last])
    }

    private static func ofList(_ name: String, _ items: [Value], _ arguments: [Value]) throws(CELError) -> Value? {
        switch name {
        case "size": return .int(Int64(items.count))
        case "join":
            let texts = items.compactMap(\.stringValue)
            guard texts.count == items.count else { throw mismatch }
            return .string(texts.joined(separator: arguments.first?.stringValue ?? ""))
        case "indexOf":
            guard let wanted = arguments.first else { throw mismatch }
            return .int(Int64(items.firstIndex { isEqual($0, wanted) } ?? -1))
        case "isSorted":
            for (left, right) in zip(items, items.dropFirst()) where try compare(">", left, right) { return false }
            return true
        case "sum":
            var sum: Value = items.first ?? 0
            for item in items.dropFirst() { sum = try arithmetic("+", sum, item) }
            return sum
        case "min", "max":
            guard var best = items.first else { throw .evaluation("\(name) called on empty list") }
            for item in items.dropFirst() where try compare(name == "min" ? "<" : ">", item, best) { best = item }
            return best
        default: return nil
        }
    }
}
