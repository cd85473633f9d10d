/// Go's ways to write values as text: `fmt` verbs, quoting.
enum GoFormat {
    /// `%q`.
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                out += "\\x" + padded(String(scalar.value, radix: 16), 2)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    /// Undoes Go's quoting of a constant; nil when it is malformed.
    static func unquoted(_ source: String) -> String? {
        guard let quote = source.first, source.count >= 2, source.last == quote else { return nil }
        let body = source.dropFirst().dropLast()
        if quote == "`" { return body.filter { $0 != "\r" } }
        var out = ""
        var rest = Substring(body)
        while let character = rest.popFirst() {
            guard character == "\\" else {
                if character == quote { return nil }
                out.append(character)
                continue
            }
            guard let escape = rest.popFirst(), let text = unescaped(escape, &rest) else { return nil }
            out += text
        }
        return out
    }

    private static let escapes: [Character: String] = [
        "a": "\u{07}", "b": "\u{08}", "f": "\u{0C}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{0B}", "\\": "\\",
        "\"": "\"", "'": "'",
    ]

    private static func unescaped(_ escape: Character, _ rest: inout Substring) -> String? {
        if let plain = escapes[escape] { return plain }
        let lengths: [Character: Int] = ["x": 2, "u": 4, "U": 8]
        if let length = lengths[escape] {
            let digits = String(rest.prefix(length))
            guard digits.count == length, let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value)
            else { return nil }
            rest = rest.dropFirst(length)
            return String(Character(scalar))
        }
        guard ("0"..."7").contains(escape) else { return nil }
        let digits = String(escape) + rest.prefix(2)
        guard digits.count == 3, let value = UInt32(digits, radix: 8), let scalar = Unicode.Scalar(value) else {
            return nil
        }
        rest = rest.dropFirst(2)
        return String(Character(scalar))
    }

    static func padded(_ text: String, _ width: Int, with filler: String = "0") -> String {
        String(repeating: filler, count: max(0, width - text.count)) + text
    }

    /// `%v`.
    static func text(_ value: GoValue) -> String {
        switch value {
        case .none: "<nil>"
        case .bool(let value): String(value)
        case .int(let value): String(value)
        case .float(let value): float(value)
        case .string(let text): text
        case .list(let items): "[" + items.map(text).joined(separator: " ") + "]"
        case .map(let entries):
            "map[" + entries.sorted { $0.key < $1.key }.map { "\($0.key):\(text($0.value))" }.joined(separator: " ")
                + "]"
        }
    }

    /// `%v` of a float: the shortest text that reads back, exponents from 21 digits on.
    static func float(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        var text = "\(value)"
        if let mark = text.firstIndex(of: "e") {
            var exponent = String(text[text.index(after: mark)...])
            var sign = "+"
            if exponent.hasPrefix("-") || exponent.hasPrefix("+") { sign = String(exponent.removeFirst()) }
            var digits = String(text[..<mark])
            if digits.hasSuffix(".0") { digits.removeLast(2) }
            text = digits + "e" + sign + padded(exponent, 2)
        }
        return text
    }

    /// `fmt.Sprint`: spaces between operands when neither is a string.
    static func print(_ values: [GoValue]) -> String {
        var out = ""
        for (index, value) in values.enumerated() {
            if index > 0, !isString(values[index - 1]), !isString(value) { out += " " }
            out += text(value)
        }
        return out
    }

    private static func isString(_ value: GoValue) -> Bool { if case .string = value { true } else { false } }
}
