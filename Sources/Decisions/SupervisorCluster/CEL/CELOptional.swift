internal import ResourceModel

/// Optional values of the expression language, as a tree that no object can hold: its key is no text of JSON's users.
enum CELOptional {
    private static let key = "\u{1}optional"

    static let none = Value.object([key: .array([])])

    static func of(_ value: Value?) -> Value {
        guard let value else { return none }
        return .object([key: .array([value])])
    }

    static func isOptional(_ value: Value) -> Bool { value.objectValue?.count == 1 && value[key] != nil }

    /// What an optional value holds; a plain value is its own content.
    static func content(of value: Value) -> Value? { isOptional(value) ? value[key]?.arrayValue?.first : value }

    /// Nil when the function is none of optional values.
    static func call(_ name: String, _ arguments: [Value]) throws(CELError) -> Value? {
        switch (name, arguments.count) {
        case ("optional.none", 0): return none
        case ("optional.of", 1): return of(arguments[0])
        case ("optional.ofNonZeroValue", 1): return isZero(arguments[0]) ? none : of(arguments[0])
        default: break
        }
        guard let first = arguments.first, isOptional(first) else { return nil }
        let held = content(of: first)
        switch (name, arguments.count) {
        case ("hasValue", 1): return .bool(held != nil)
        case ("value", 1):
            guard let held else { throw .evaluation("optional.none() dereference") }
            return held
        case ("orValue", 2): return held ?? arguments[1]
        case ("or", 2): return held == nil ? arguments[1] : first
        default: return nil
        }
    }

    private static func isZero(_ value: Value) -> Bool {
        switch value {
        case .null, .bool(false), .int(0), .string(""): true
        case .double(let number): number == 0
        case .array(let items): items.isEmpty
        case .object(let fields): fields.isEmpty
        default: false
        }
    }
}
