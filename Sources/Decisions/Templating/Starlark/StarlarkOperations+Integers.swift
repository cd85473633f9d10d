extension StarlarkOperations {
    static let overflow = TemplateError(
        "integer has more than \(BigInteger.mostBits) bits (limit 'integerBits')")

    /// The value as an integer of any size; nil when it is none.
    static func integer(_ value: StarlarkValue) -> BigInteger? {
        switch value {
        case .int(let number): BigInteger(number)
        case .big(let number): number
        default: nil
        }
    }

    /// What fits in 64 bits is kept as such: equal integers are held alike.
    static func integer(_ number: BigInteger) throws(TemplateError) -> StarlarkValue {
        if let small = number.int { return .int(small) }
        if number.bitWidth > BigInteger.mostBits { throw overflow }
        return .big(number)
    }

    /// Integers beyond 64 bits; nil when one of the values is no integer.
    static func large(
        _ operation: StarlarkOperator, _ left: StarlarkValue, _ right: StarlarkValue, _ thread: StarlarkThread
    ) throws(TemplateError) -> StarlarkValue? {
        guard let first = integer(left), let second = integer(right) else { return nil }
        // What a multiplication or division of large numbers costs.
        try thread.session.charge(bytes: first.digits.count * second.digits.count * 16)
        switch operation {
        case .add: return try integer(first + second)
        case .subtract: return try integer(first - second)
        case .multiply: return try integer(first * second)
        case .floorDivide:
            if second.isZero { throw TemplateError("floored division by zero") }
            try thread.session.charge(bytes: first.digits.count * second.digits.count * 1_024)
            return try integer(first.floorDivided(by: second).quotient)
        case .modulo:
            if second.isZero { throw TemplateError("integer modulo by zero") }
            try thread.session.charge(bytes: first.digits.count * second.digits.count * 1_024)
            return try integer(first.floorDivided(by: second).rest)
        case .bitOr: return try integer(BigInteger.bitwise(first, second, |))
        case .bitXor: return try integer(BigInteger.bitwise(first, second, ^))
        case .bitAnd: return try integer(BigInteger.bitwise(first, second, &))
        case .shiftLeft:
            guard let count = second.int, count >= 0 else {
                throw TemplateError("negative shift count: \(right.representation)")
            }
            guard count < 512 else { throw TemplateError("shift count too large: \(count)") }
            return try integer(first.shifted(left: count))
        case .shiftRight:
            guard let count = second.int, count >= 0 else {
                throw TemplateError("negative shift count: \(right.representation)")
            }
            return try integer(first.arithmeticShift(right: min(count, BigInteger.mostBits)))
        default: return nil
        }
    }
}
