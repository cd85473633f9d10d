/// A Kubernetes resource quantity (`10Gi`, `500m`, `1e3`), exact to a nano.
///
/// Two quantities are equal when their amounts are; `description` is the canonical text the API server answers with
/// (`1024Mi` reads back as `1Gi`, `0.5` as `500m`).
package struct Quantity: Hashable, Comparable, Sendable, CustomStringConvertible {
    package enum Format: Hashable, Sendable {
        case binary, decimal, exponent
    }

    /// The rule of k8s.io/apimachinery, quoted verbatim by the API server when a text is not a quantity.
    package static let ruleText =
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

    /// The amount in billionths.
    package private(set) var nanos: Int128
    package var format: Format

    package init(nanos: Int128, format: Format) {
        self.nanos = nanos
        self.format = format
    }

    /// A whole amount, such as bytes; printed with binary suffixes.
    package init(bytes: Int64) {
        nanos = Int128(bytes) * Self.unit
        format = .binary
    }

    /// The amount rounded up to a whole number, saturated to 64 bits.
    package var roundedUp: Int64 {
        let (whole, rest) = nanos.quotientAndRemainder(dividingBy: Self.unit)
        let rounded = rest > 0 ? whole + 1 : whole
        return Int64(clamping: rounded)
    }

    package static func == (left: Self, right: Self) -> Bool { left.nanos == right.nanos }
    package func hash(into hasher: inout Hasher) { hasher.combine(nanos) }
    package static func < (left: Self, right: Self) -> Bool { left.nanos < right.nanos }
    package static func + (left: Self, right: Self) -> Self {
        Self(nanos: left.nanos &+ right.nanos, format: left.format)
    }
    package static func - (left: Self, right: Self) -> Self {
        Self(nanos: left.nanos &- right.nanos, format: left.format)
    }

    private static let unit: Int128 = 1_000_000_000

    private static let binarySuffixes: [(String, Int128)] = [
        ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40), ("Pi", 1 << 50), ("Ei", 1 << 60),
    ]
    /// Suffix and power of ten.
    private static let decimalSuffixes: [(String, Int)] = [
        ("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18),
    ]

    /// Reads a quantity; nil when the text breaks `ruleText`.
    package init?(_ text: String) {
        var rest = text.utf8[...]
        var negative = false
        if let sign = rest.first, sign == 0x2B || sign == 0x2D {
            negative = sign == 0x2D
            rest = rest.dropFirst()
        }
        var digits: Int128 = 0
        var scale = 0
        var seenDigit = false
        var seenPoint = false
        while let byte = rest.first {
            if byte == 0x2E {
                guard !seenPoint else { return nil }
                seenPoint = true
            } else if (0x30...0x39).contains(byte) {
                seenDigit = true
                // More than 24 digits: beyond any quantity; digits after the ninth decimal are rounded up.
                if seenPoint, scale >= 12 {
                    rest = rest.dropFirst()
                    continue
                }
                guard digits < 1_000_000_000_000_000_000_000_000 else { return nil }
                digits = digits * 10 + Int128(byte - 0x30)
                if seenPoint { scale += 1 }
            } else {
                break
            }
            rest = rest.dropFirst()
        }
        guard seenDigit, let read = Self.amount(digits, scale: scale, suffix: String(Substring(rest)))
        else { return nil }
        nanos = negative ? -read.nanos : read.nanos
        format = read.format
    }

    private static func amount(_ digits: Int128, scale: Int, suffix: String) -> (nanos: Int128, format: Format)? {
        if let binary = binarySuffixes.first(where: { $0.0 == suffix }) {
            let (product, overflow) = digits.multipliedReportingOverflow(by: binary.1)
            return overflow ? nil : scaled(product, power: 9 - scale).map { ($0, .binary) }
        }
        if let decimal = decimalSuffixes.first(where: { $0.0 == suffix }) {
            return scaled(digits, power: 9 - scale + decimal.1).map { ($0, .decimal) }
        }
        guard let marker = suffix.utf8.first, marker == 0x65 || marker == 0x45, let power = Int(suffix.dropFirst()),
            abs(power) <= 18
        else { return nil }
        return scaled(digits, power: 9 - scale + power).map { ($0, .exponent) }
    }

    /// `value × 10^power`, rounded up; nil on overflow.
    private static func scaled(_ value: Int128, power: Int) -> Int128? {
        var result = value
        if power >= 0 {
            for _ in 0..<power {
                let (product, overflow) = result.multipliedReportingOverflow(by: 10)
                if overflow { return nil }
                result = product
            }
            return result
        }
        var lost = false
        for _ in 0..<(-power) {
            let (quotient, remainder) = result.quotientAndRemainder(dividingBy: 10)
            lost = lost || remainder != 0
            result = quotient
        }
        return lost ? result + 1 : result
    }

    package var description: String {
        if nanos == 0 { return "0" }
        let magnitude = nanos < 0 ? -nanos : nanos
        let sign = nanos < 0 ? "-" : ""
        if format == .binary, magnitude >= 1024 * Self.unit, magnitude % Self.unit == 0 {
            let whole = magnitude / Self.unit
            if let suffix = Self.binarySuffixes.last(where: { whole % $0.1 == 0 }) {
                return "\(sign)\(whole / suffix.1)\(suffix.0)"
            }
            return "\(sign)\(whole)"
        }
        var mantissa = magnitude
        var power = -9
        while mantissa % 1000 == 0, power < 18 {
            mantissa /= 1000
            power += 3
        }
        if format == .exponent { return power == 0 ? "\(sign)\(mantissa)" : "\(sign)\(mantissa)e\(power)" }
        return "\(sign)\(mantissa)\(Self.decimalSuffixes.first { $0.1 == power }?.0 ?? "")"
    }
}
