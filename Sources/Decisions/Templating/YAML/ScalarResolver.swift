/// What a plain scalar means, as go-yaml v2 (YAML 1.1 without base 60) decides.
enum ScalarResolver {
    private enum Word: Sendable {
        case bool(Bool)
        case float(Double)
        case null
    }

    private static let words: [String: Word] = {
        var result: [String: Word] = [:]
        for word in ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"] {
            result[word] = .bool(true)
        }
        for word in ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"] {
            result[word] = .bool(false)
        }
        for word in ["", "~", "null", "Null", "NULL"] { result[word] = .null }
        for word in [".nan", ".NaN", ".NAN"] { result[word] = .float(.nan) }
        for word in [".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"] { result[word] = .float(.infinity) }
        for word in ["-.inf", "-.Inf", "-.INF"] { result[word] = .float(-.infinity) }
        return result
    }()

    private static func word(_ text: String) -> YAMLValue? {
        switch words[text] {
        case .bool(let value): .bool(value)
        case .float(let value): .float(value)
        case .null: .null
        case nil: nil
        }
    }

    static func resolve(_ text: String) -> YAMLValue {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            if let word = word(text) { return word }
            return number(text, startsWithDot: first == UInt8(ascii: ".")) ?? .string(text)
        case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"),
            UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"),
            UInt8(ascii: "~"):
            return text.utf8.count <= 5 ? word(text) ?? .string(text) : .string(text)
        default: return .string(text)
        }
    }

    /// Whether a string printed without quotes would be read as something else.
    static func needsQuotes(_ text: String) -> Bool {
        // As a key it would be a merge.
        if text == "<<" { return true }
        if case .string = resolve(text) { return isTimestamp(text) || isBase60(text) }
        return true
    }

    static func tag(of value: YAMLValue) -> String {
        switch value {
        case .null: "!!null"
        case .bool: "!!bool"
        case .int, .uint: "!!int"
        case .float: "!!float"
        case .string: "!!str"
        case .node: "!!map"
        }
    }

    private static func number(_ text: String, startsWithDot: Bool) -> YAMLValue? {
        if startsWithDot { return Double(text).map { .float($0) } }
        if isTimestamp(text) { return nil }
        let plain = text.filter { $0 != "_" }
        if let integer = integer(plain) { return integer }
        if isStyledFloat(plain), let value = Double(plain) { return .float(value) }
        return nil
    }

    /// Go's `ParseInt(_, 0, 64)`: `0x`, `0o`, `0b` and leading `0` (octal) are bases.
    private static func integer(_ text: String) -> YAMLValue? {
        var digits = Substring(text)
        var negative = false
        if let sign = digits.first, sign == "-" || sign == "+" {
            negative = sign == "-"
            digits = digits.dropFirst()
        }
        var radix = 10
        if digits.hasPrefix("0"), digits.utf8.count > 1 {
            let marker = digits.dropFirst().first
            switch marker {
            case "x", "X": radix = 16
            case "b", "B": radix = 2
            case "o", "O": radix = 8
            default: radix = 8
            }
            digits = digits.dropFirst(marker?.isLetter == true ? 2 : 1)
        }
        guard let first = digits.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+"),
            let magnitude = UInt64(digits, radix: radix)
        else { return nil }
        if negative {
            if magnitude == UInt64(Int.max) + 1 { return .int(Int.min) }
            return Int(exactly: magnitude).map { .int(-$0) }
        }
        return Int(exactly: magnitude).map { .int($0) } ?? .uint(magnitude)
    }

    /// `^[-+]?[0-9]*\.?[0-9]+([eE][-+][0-9]+)?$`
    private static func isStyledFloat(_ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        if let sign = bytes.first, sign == 43 || sign == 45 { bytes = bytes.dropFirst() }
        func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
        let whole = bytes.prefix(while: isDigit)
        bytes = bytes.dropFirst(whole.count)
        if bytes.first == 46 {
            bytes = bytes.dropFirst()
            let fraction = bytes.prefix(while: isDigit)
            if fraction.isEmpty { return false }
            bytes = bytes.dropFirst(fraction.count)
        } else if whole.isEmpty {
            return false
        }
        if bytes.isEmpty { return true }
        guard bytes.first == 101 || bytes.first == 69 else { return false }
        bytes = bytes.dropFirst()
        guard let sign = bytes.first, sign == 43 || sign == 45 else { return false }
        bytes = bytes.dropFirst()
        return !bytes.isEmpty && bytes.allSatisfy(isDigit)
    }

    /// The few forms go-yaml takes for timestamps: it keeps them as strings but quotes them when printing.
    private static func isTimestamp(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
        guard bytes.count >= 8, bytes[0..<4].allSatisfy(isDigit), bytes[4] == 45 else { return false }
        var at = 5
        func take(_ most: Int) -> Int? {
            let start = at
            while at < bytes.count, at - start < most, isDigit(bytes[at]) { at += 1 }
            return at == start ? nil : bytes[start..<at].reduce(0) { $0 * 10 + Int($1) - 48 }
        }
        func expect(_ byte: UInt8) -> Bool {
            if at < bytes.count, bytes[at] == byte { at += 1 } else { return false }
            return true
        }
        guard let month = take(2), (1...12).contains(month), expect(45), let day = take(2), (1...31).contains(day)
        else { return false }
        if at == bytes.count { return true }
        let separator = bytes[at]
        guard separator == 84 || separator == 116 || separator == 32 else { return false }
        at += 1
        guard let hour = take(2), hour < 24, expect(58), let minute = take(2), minute < 60, expect(58),
            let second = take(2), second < 60
        else { return false }
        if at < bytes.count, bytes[at] == 46 {
            at += 1
            if take(9) == nil { return false }
        }
        if separator == 32 { return at == bytes.count }
        if at < bytes.count, bytes[at] == 90 { return at + 1 == bytes.count }
        guard at < bytes.count, bytes[at] == 43 || bytes[at] == 45 else { return false }
        at += 1
        guard take(2) != nil, expect(58), take(2) != nil else { return false }
        return at == bytes.count
    }

    /// `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`: quoted for readers that know base 60.
    private static func isBase60(_ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        guard bytes.contains(58) else { return false }
        func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
        if let sign = bytes.first, sign == 43 || sign == 45 { bytes = bytes.dropFirst() }
        guard let first = bytes.first, isDigit(first) else { return false }
        bytes = bytes.drop { isDigit($0) || $0 == 95 }
        var groups = 0
        while bytes.first == 58 {
            bytes = bytes.dropFirst()
            let digits = Array(bytes.prefix(while: isDigit))
            guard digits.count == 1 || (digits.count == 2 && digits[0] <= 53) else { return false }
            bytes = bytes.dropFirst(digits.count)
            groups += 1
        }
        guard groups > 0 else { return false }
        if bytes.first == 46 { bytes = bytes.dropFirst().drop { isDigit($0) || $0 == 95 } }
        return bytes.isEmpty
    }
}
