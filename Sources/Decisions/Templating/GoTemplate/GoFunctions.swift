/// Why a function refused its arguments.
enum GoFunctionError: Error {
    /// An argument does not have the function's type.
    case type(String)
    /// The function itself failed.
    case call(String)
}

/// A function that templates may call.
struct GoFunction: Sendable {
    var least: Int
    /// Nil when there is no upper bound.
    var most: Int?
    var call: @Sendable ([GoValue]) throws(GoFunctionError) -> GoValue

    init(
        _ least: Int, _ most: Int?, _ call: @escaping @Sendable ([GoValue]) throws(GoFunctionError) -> GoValue
    ) {
        self.least = least
        self.most = most
        self.call = call
    }
}

/// Go's built-in template functions; those of sprig are in `GoFunctions+Sprig.swift`.
enum GoFunctions {
    static let all: [String: GoFunction] = builtin.merging(sprig) { first, _ in first }

    private static let builtin: [String: GoFunction] = [
        // Both stop at the first operand that decides: the evaluator does it.
        "and": GoFunction(1, nil) { $0.last ?? .none },
        "or": GoFunction(1, nil) { $0.last ?? .none },
        "not": GoFunction(1, 1) { .bool(!$0[0].isTrue) },
        "len": GoFunction(1, 1, length),
        "index": GoFunction(1, nil, index),
        "slice": GoFunction(1, nil, slice),
        "print": GoFunction(0, nil) { .string(GoFormat.print($0)) },
        "println": GoFunction(0, nil) { .string($0.map(GoFormat.text).joined(separator: " ") + "\n") },
        "printf": GoFunction(1, nil) { arguments throws(GoFunctionError) in
            .string(GoFormat.printf(try text(arguments[0]), Array(arguments.dropFirst())))
        },
        "html": GoFunction(0, nil) { .string(escaped($0, html)) },
        "js": GoFunction(0, nil) { .string(escaped($0, javaScript)) },
        "urlquery": GoFunction(0, nil) { .string(urlQuery(GoFormat.print($0))) },
        "call": GoFunction(1, nil) { arguments throws(GoFunctionError) in
            guard arguments[0] != .none else { throw .call("call of nil") }
            throw .call("non-function \(GoFormat.text(arguments[0])) of type \(arguments[0].typeName)")
        },
        "eq": GoFunction(1, nil, equal),
        "ne": GoFunction(2, 2) { arguments throws(GoFunctionError) in .bool(!(try same(arguments[0], arguments[1]))) },
        "lt": GoFunction(2, 2) { arguments throws(GoFunctionError) in .bool(try less(arguments[0], arguments[1])) },
        "le": GoFunction(2, 2) { arguments throws(GoFunctionError) in
            if try less(arguments[0], arguments[1]) { return .bool(true) }
            return .bool(try same(arguments[0], arguments[1]))
        },
        "gt": GoFunction(2, 2) { arguments throws(GoFunctionError) in
            if try less(arguments[0], arguments[1]) { return .bool(false) }
            return .bool(!(try same(arguments[0], arguments[1])))
        },
        "ge": GoFunction(2, 2) { arguments throws(GoFunctionError) in .bool(!(try less(arguments[0], arguments[1]))) },
    ]

    /// An argument that must be a string.
    static func text(_ value: GoValue) throws(GoFunctionError) -> String {
        if case .string(let text) = value { return text }
        throw .type(
            value == .none
                ? "invalid value; expected string" : "wrong type for value; expected string; got \(value.typeName)")
    }

    static func integer(_ value: GoValue) throws(GoFunctionError) -> Int64 {
        if case .int(let number) = value { return number }
        throw .type(
            value == .none ? "invalid value; expected int" : "wrong type for value; expected int; got \(value.typeName)"
        )
    }

    private static func length(_ arguments: [GoValue]) throws(GoFunctionError) -> GoValue {
        switch arguments[0] {
        case .string(let text): return .int(Int64(text.utf8.count))
        case .list(let items): return .int(Int64(items.count))
        case .map(let entries): return .int(Int64(entries.count))
        case .none: throw .call("len of nil pointer")
        case .bool, .int, .float: throw .call("len of type \(arguments[0].typeName)")
        }
    }

    private static func index(_ arguments: [GoValue]) throws(GoFunctionError) -> GoValue {
        var item = arguments[0]
        guard item != .none else { throw .call("index of untyped nil") }
        for key in arguments.dropFirst() {
            switch item {
            case .list(let items): item = items[try position(key, items.count)]
            case .string(let text):
                let bytes = Array(text.utf8)
                item = .int(Int64(bytes[try position(key, bytes.count)]))
            case .map(let entries):
                guard case .string(let name) = key else {
                    throw .call("value has type \(key.typeName); should be string")
                }
                item = entries[name] ?? .none
            case .none: throw .call("index of nil pointer")
            case .bool, .int, .float: throw .call("can't index item of type \(item.typeName)")
            }
        }
        return item
    }

    private static func position(_ key: GoValue, _ count: Int) throws(GoFunctionError) -> Int {
        guard case .int(let number) = key else {
            throw .call(
                key == .none
                    ? "cannot index slice/array with nil" : "cannot index slice/array with type \(key.typeName)")
        }
        guard number >= 0, number < count else { throw .call("index out of range: \(number)") }
        return Int(number)
    }

    private static func slice(_ arguments: [GoValue]) throws(GoFunctionError) -> GoValue {
        guard arguments.count <= 4 else { throw .call("too many slice indexes: \(arguments.count - 1)") }
        let count: Int
        switch arguments[0] {
        case .string(let text):
            if arguments.count == 4 { throw .call("cannot 3-index slice a string") }
            count = text.utf8.count
        case .list(let items): count = items.count
        case .none: throw .call("slice of untyped nil")
        case .bool, .int, .float, .map: throw .call("can't slice item of type \(arguments[0].typeName)")
        }
        var borders = [0, count]
        for (place, key) in arguments.dropFirst().enumerated() {
            guard case .int(let number) = key else {
                throw .call("cannot index slice/array with type \(key.typeName)")
            }
            guard number >= 0, number <= count else { throw .call("index out of range: \(number)") }
            if place < 2 { borders[place] = Int(number) }
        }
        guard borders[0] <= borders[1] else { throw .call("invalid slice index: \(borders[0]) > \(borders[1])") }
        switch arguments[0] {
        case .string(let text):
            return .string(String(decoding: Array(text.utf8)[borders[0]..<borders[1]], as: UTF8.self))
        case .list(let items): return .list(Array(items[borders[0]..<borders[1]]))
        case .none, .bool, .int, .float, .map: return .none
        }
    }

    // MARK: Comparison

    private static func equal(_ arguments: [GoValue]) throws(GoFunctionError) -> GoValue {
        guard arguments.count > 1 else { throw .call("missing argument for comparison") }
        for other in arguments.dropFirst() where try same(arguments[0], other) { return .bool(true) }
        return .bool(false)
    }

    private static func same(_ left: GoValue, _ right: GoValue) throws(GoFunctionError) -> Bool {
        switch (left, right) {
        case (.none, _), (_, .none): return left == right
        case (.bool, .bool), (.int, .int), (.float, .float), (.string, .string): return left == right
        case (.list, .list), (.map, .map):
            throw .call("non-comparable type \(GoFormat.text(left)): \(left.typeName)")
        default: throw .call("incompatible types for comparison")
        }
    }

    private static func less(_ left: GoValue, _ right: GoValue) throws(GoFunctionError) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): return left < right
        case (.float(let left), .float(let right)): return left < right
        case (.string(let left), .string(let right)):
            return Array(left.utf8).lexicographicallyPrecedes(Array(right.utf8))
        case (.none, _), (_, .none), (.list, _), (_, .list), (.map, _), (_, .map), (.bool, .bool):
            throw .call("invalid type for comparison")
        default: throw .call("incompatible types for comparison")
        }
    }

    // MARK: Escaping

    private static func escaped(_ arguments: [GoValue], _ escape: (Character) -> String?) -> String {
        GoFormat.print(arguments).map { escape($0) ?? String($0) }.joined()
    }

    private static func html(_ character: Character) -> String? {
        switch character {
        case "\"": "&#34;"
        case "'": "&#39;"
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\0": "\u{FFFD}"
        default: nil
        }
    }

    private static func javaScript(_ character: Character) -> String? {
        switch character {
        case "\\": return "\\\\"
        case "'": return "\\'"
        case "\"": return "\\\""
        case "<": return "\\u003C"
        case ">": return "\\u003E"
        case "&": return "\\u0026"
        case "=": return "\\u003D"
        default:
            guard let byte = character.asciiValue, byte < 0x20 else { return nil }
            return "\\u" + GoFormat.padded(String(byte, radix: 16, uppercase: true), 4)
        }
    }

    private static func urlQuery(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                out.unicodeScalars.append(Unicode.Scalar(byte))
            case 0x20: out += "+"
            default: out += "%" + GoFormat.padded(String(byte, radix: 16, uppercase: true), 2)
            }
        }
        return out
    }
}
