/// An integer of any size, up to a limit: what Starlark's integers are when they do not fit in 64 bits.
struct BigInteger: Hashable {
    /// Bits that a result may have.
    static let mostBits = 4_096

    let isNegative: Bool
    /// The magnitude in 64-bit digits, lowest first, without zeros at the top; empty for 0.
    let digits: [UInt64]

    init(isNegative: Bool, digits: [UInt64]) {
        var digits = digits
        while digits.last == 0 { digits.removeLast() }
        self.digits = digits
        self.isNegative = isNegative && !digits.isEmpty
    }

    init(_ value: Int) { self.init(isNegative: value < 0, digits: [UInt64(value.magnitude)]) }
    init(_ value: UInt64) { self.init(isNegative: false, digits: [value]) }

    /// The whole part of a finite number.
    init?(_ value: Double) {
        guard value.isFinite else { return nil }
        let whole = value.rounded(.towardZero)
        if whole == 0 {
            self.init(0)
            return
        }
        let exponent = Int(whole.exponent)
        let significand = (UInt64(1) << 52) | whole.significandBitPattern
        let magnitude = BigInteger(significand)
        let shifted = exponent >= 52 ? magnitude.shifted(left: exponent - 52) : magnitude.shifted(right: 52 - exponent)
        self.init(isNegative: whole < 0, digits: shifted.digits)
    }

    /// Digits of a radix from 2 to 36, without a sign.
    init?(_ text: some StringProtocol, radix: Int, isNegative: Bool = false) {
        var result: [UInt64] = []
        if text.isEmpty || text.utf8.count > Self.mostBits { return nil }
        for byte in text.utf8 {
            let digit: Int
            switch byte {
            case 48...57: digit = Int(byte) - 48
            case 97...122: digit = Int(byte) - 87
            case 65...90: digit = Int(byte) - 55
            default: return nil
            }
            if digit >= radix { return nil }
            Self.multiply(&result, by: UInt64(radix), adding: UInt64(digit))
        }
        if result.count * 64 > Self.mostBits { return nil }
        self.init(isNegative: isNegative, digits: result)
    }

    var isZero: Bool { digits.isEmpty }
    var bitWidth: Int { (digits.last.map { 64 - $0.leadingZeroBitCount } ?? 0) + max(0, digits.count - 1) * 64 }

    /// The value when it fits in 64 bits.
    var int: Int? {
        guard digits.count <= 1 else { return nil }
        let magnitude = digits.first ?? 0
        if isNegative { return magnitude <= UInt64(1) << 63 ? Int(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int(exactly: magnitude)
    }

    var uint: UInt64? { isNegative || digits.count > 1 ? nil : digits.first ?? 0 }

    var double: Double {
        let width = bitWidth
        if width > 1024 { return isNegative ? -.infinity : .infinity }
        // The top 64 bits, with one more that tells whether anything is below.
        let shift = max(0, width - 64)
        let top = shifted(right: shift)
        var high = top.digits.first ?? 0
        if shift > 0, top.magnitude.shifted(left: shift).digits != digits { high |= 1 }
        let value = Double(sign: .plus, exponent: shift, significand: Double(high))
        return isNegative ? -value : value
    }

    private var magnitude: BigInteger { BigInteger(isNegative: false, digits: digits) }
    var negated: BigInteger { BigInteger(isNegative: !isNegative, digits: digits) }

    // MARK: comparison

    static func compare(_ left: BigInteger, _ right: BigInteger) -> Int {
        if left.isNegative != right.isNegative { return left.isNegative ? -1 : 1 }
        let order = compare(left.digits, right.digits)
        return left.isNegative ? -order : order
    }

    private static func compare(_ left: [UInt64], _ right: [UInt64]) -> Int {
        if left.count != right.count { return left.count < right.count ? -1 : 1 }
        for place in left.indices.reversed() where left[place] != right[place] {
            return left[place] < right[place] ? -1 : 1
        }
        return 0
    }

    // MARK: arithmetic

    static func + (left: BigInteger, right: BigInteger) -> BigInteger {
        if left.isNegative == right.isNegative {
            return BigInteger(isNegative: left.isNegative, digits: add(left.digits, right.digits))
        }
        if compare(left.digits, right.digits) >= 0 {
            return BigInteger(isNegative: left.isNegative, digits: subtract(left.digits, right.digits))
        }
        return BigInteger(isNegative: right.isNegative, digits: subtract(right.digits, left.digits))
    }

    static func - (left: BigInteger, right: BigInteger) -> BigInteger { left + right.negated }

    static func * (left: BigInteger, right: BigInteger) -> BigInteger {
        var result = [UInt64](repeating: 0, count: left.digits.count + right.digits.count)
        for (place, digit) in left.digits.enumerated() {
            var carry: UInt64 = 0
            for (offset, other) in right.digits.enumerated() {
                let (high, low) = digit.multipliedFullWidth(by: other)
                let (first, firstCarry) = low.addingReportingOverflow(result[place + offset])
                let (second, secondCarry) = first.addingReportingOverflow(carry)
                result[place + offset] = second
                carry = high &+ (firstCarry ? 1 : 0) &+ (secondCarry ? 1 : 0)
            }
            if !right.digits.isEmpty { result[place + right.digits.count] = carry }
        }
        return BigInteger(isNegative: left.isNegative != right.isNegative, digits: result)
    }

    /// Quotient and rest of a division that rounds down; the divisor is not 0.
    func floorDivided(by divisor: BigInteger) -> (quotient: BigInteger, rest: BigInteger) {
        let (quotient, rest) = Self.divide(digits, divisor.digits)
        let whole = BigInteger(isNegative: isNegative != divisor.isNegative, digits: quotient)
        let left = BigInteger(isNegative: isNegative, digits: rest)
        if left.isZero || left.isNegative == divisor.isNegative { return (whole, left) }
        return (whole - BigInteger(1), left + divisor)
    }

    private static func add(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        var result: [UInt64] = []
        var carry: UInt64 = 0
        for place in 0..<max(left.count, right.count) {
            let first = place < left.count ? left[place] : 0
            let (sum, firstCarry) = first.addingReportingOverflow(place < right.count ? right[place] : 0)
            let (total, secondCarry) = sum.addingReportingOverflow(carry)
            result.append(total)
            carry = (firstCarry ? 1 : 0) + (secondCarry ? 1 : 0)
        }
        if carry > 0 { result.append(carry) }
        return result
    }

    /// `left` is not below `right`.
    private static func subtract(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        var result: [UInt64] = []
        var borrow: UInt64 = 0
        for place in left.indices {
            let (difference, first) = left[place].subtractingReportingOverflow(place < right.count ? right[place] : 0)
            let (total, second) = difference.subtractingReportingOverflow(borrow)
            result.append(total)
            borrow = (first ? 1 : 0) + (second ? 1 : 0)
        }
        return result
    }

    private static func multiply(_ digits: inout [UInt64], by factor: UInt64, adding carry: UInt64) {
        var carry = carry
        for place in digits.indices {
            let (high, low) = digits[place].multipliedFullWidth(by: factor)
            let (sum, overflow) = low.addingReportingOverflow(carry)
            digits[place] = sum
            carry = high &+ (overflow ? 1 : 0)
        }
        if carry > 0 { digits.append(carry) }
    }

    private static func divide(_ digits: [UInt64], by divisor: UInt64) -> (quotient: [UInt64], rest: UInt64) {
        var quotient = digits
        var rest: UInt64 = 0
        for place in digits.indices.reversed() {
            (quotient[place], rest) = divisor.dividingFullWidth((rest, digits[place]))
        }
        return (quotient, rest)
    }

    /// Long division bit by bit of the quotient's words: the sizes here are small.
    private static func divide(_ left: [UInt64], _ right: [UInt64]) -> (quotient: [UInt64], rest: [UInt64]) {
        if compare(left, right) < 0 { return ([], left) }
        if right.count == 1 {
            let (quotient, rest) = divide(left, by: right[0])
            return (quotient, [rest])
        }
        var quotient = [UInt64](repeating: 0, count: left.count)
        var rest: [UInt64] = []
        for place in left.indices.reversed() {
            for bit in (0..<64).reversed() {
                shiftLeftByOne(&rest, adding: (left[place] >> UInt64(bit)) & 1)
                if compare(rest, right) >= 0 {
                    rest = subtract(rest, right)
                    while rest.last == 0 { rest.removeLast() }
                    quotient[place] |= 1 << UInt64(bit)
                }
            }
        }
        return (quotient, rest)
    }

    private static func shiftLeftByOne(_ digits: inout [UInt64], adding bit: UInt64) {
        var carry = bit
        for place in digits.indices {
            let top = digits[place] >> 63
            digits[place] = digits[place] << 1 | carry
            carry = top
        }
        if carry > 0 { digits.append(carry) }
    }

    // MARK: bits

    func shifted(left count: Int) -> BigInteger {
        let words = count / 64
        let bits = UInt64(count % 64)
        var result = [UInt64](repeating: 0, count: words)
        var carry: UInt64 = 0
        for digit in digits {
            result.append(digit << bits | carry)
            carry = bits == 0 ? 0 : digit >> (64 - bits)
        }
        result.append(carry)
        return BigInteger(isNegative: isNegative, digits: result)
    }

    /// Of the magnitude: the sign stays, what falls off is lost.
    private func shifted(right count: Int) -> BigInteger {
        let words = count / 64
        guard words < digits.count else { return BigInteger(0) }
        let bits = UInt64(count % 64)
        var result: [UInt64] = []
        for place in words..<digits.count {
            let high = place + 1 < digits.count && bits > 0 ? digits[place + 1] << (64 - bits) : 0
            result.append(digits[place] >> bits | high)
        }
        return BigInteger(isNegative: isNegative, digits: result)
    }

    /// Rounds down, as a shift of two's complement does.
    func arithmeticShift(right count: Int) -> BigInteger {
        guard isNegative else { return shifted(right: count) }
        if count >= bitWidth { return BigInteger(-1) }
        let below = BigInteger(1).shifted(left: count) - BigInteger(1)
        return (self - below).shifted(right: count)
    }

    /// Combines the two's complements of two values.
    static func bitwise(
        _ left: BigInteger, _ right: BigInteger, _ combine: (UInt64, UInt64) -> UInt64
    ) -> BigInteger {
        let count = max(left.digits.count, right.digits.count) + 1
        let result = zip(left.complement(count), right.complement(count)).map { combine($0, $1) }
        guard let top = result.last, top >> 63 == 1 else { return BigInteger(isNegative: false, digits: result) }
        let flipped = BigInteger(isNegative: false, digits: result.map { ~$0 })
        return (flipped + BigInteger(1)).negated
    }

    private func complement(_ count: Int) -> [UInt64] {
        let padded = digits + Array(repeating: 0, count: count - digits.count)
        guard isNegative else { return padded }
        var carry = true
        return padded.map { digit in
            let (value, overflow) = (~digit).addingReportingOverflow(carry ? 1 : 0)
            carry = overflow
            return value
        }
    }

    // MARK: text

    func text(radix: Int = 10, uppercase: Bool = false) -> String {
        if isZero { return "0" }
        var chunk = UInt64(radix)
        var width = 1
        while !chunk.multipliedReportingOverflow(by: UInt64(radix)).overflow {
            chunk *= UInt64(radix)
            width += 1
        }
        var pieces: [String] = []
        var rest = digits
        while !rest.isEmpty {
            let (quotient, piece) = Self.divide(rest, by: chunk)
            rest = quotient
            while rest.last == 0 { rest.removeLast() }
            let text = String(piece, radix: radix, uppercase: uppercase)
            pieces.append(
                rest.isEmpty ? text : String(repeating: "0", count: width - text.utf8.count) + text)
        }
        return (isNegative ? "-" : "") + pieces.reversed().joined()
    }
}
