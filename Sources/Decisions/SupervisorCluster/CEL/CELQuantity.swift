internal import ResourceModel

/// `quantity('1Gi')` and what can be asked of it.
enum CELQuantity {
    private static let key = "\u{1}quantity"

    /// Nil when the function is none of quantities.
    static func call(_ name: String, _ arguments: [Value]) throws(CELError) -> Value? {
        guard let first = arguments.first else { return nil }
        switch (name, arguments.count) {
        case ("isQuantity", 1): return .bool(first.stringValue.flatMap(Quantity.init) != nil)
        case ("quantity", 1):
            guard let text = first.stringValue else { throw .evaluation("no such overload") }
            guard Quantity(text) != nil else { throw .evaluation(Quantity.ruleText) }
            return .object([key: first])
        default: break
        }
        guard let quantity = held(first) else { return nil }
        switch (name, arguments.count) {
        case ("sign", 1): return .int(Int64(quantity.nanos.signum()))
        case ("asApproximateFloat", 1): return .double(Double(quantity.nanos) / 1e9)
        case ("asInteger", 1):
            guard quantity.nanos % 1_000_000_000 == 0 else {
                throw .evaluation("cannot convert value to integer")
            }
            return .int(quantity.roundedUp)
        case ("isGreaterThan", 2), ("isLessThan", 2), ("compareTo", 2):
            guard let other = held(arguments[1]) else { throw .evaluation("no such overload") }
            if name == "isGreaterThan" { return .bool(quantity > other) }
            if name == "isLessThan" { return .bool(quantity < other) }
            return .int(quantity < other ? -1 : quantity == other ? 0 : 1)
        default: return nil
        }
    }

    private static func held(_ value: Value) -> Quantity? {
        guard value.objectValue?.count == 1 else { return nil }
        return value[key]?.stringValue.flatMap(Quantity.init)
    }
}
