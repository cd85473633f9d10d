extension GoFormat {
    /// The widest field and the highest precision that `printf` takes.
    private static let widest = 10_000

    private struct Flags {
        var minus = false
        var plus = false
        var zero = false
        var space = false
        var sharp = false
        var width: Int?
        var precision: Int?
    }

    /// `fmt.Sprintf`; what does not fit is written into the text as Go does.
    static func printf(_ format: String, _ arguments: [GoValue]) -> String {
        var out = ""
        var rest = Substring(format)
        var used = 0
        while let character = rest.popFirst() {
            guard character == "%" else {
                out.append(character)
                continue
            }
            var flags = Flags()
            readFlags(&rest, &flags)
            guard let verb = rest.popFirst() else { return out + "%!(NOVERB)" }
            if verb == "%" {
                out += "%"
            } else if used < arguments.count {
                out += written(arguments[used], verb, flags)
                used += 1
            } else {
                out += "%!\(verb)(MISSING)"
            }
        }
        guard used < arguments.count else { return out }
        let extra = arguments[used...].map { $0 == .none ? "<nil>" : "\($0.typeName)=\(text($0))" }
        return out + "%!(EXTRA " + extra.joined(separator: ", ") + ")"
    }

    private static func readFlags(_ rest: inout Substring, _ flags: inout Flags) {
        while let flag = rest.first, "-+0 #".contains(flag) {
            switch flag {
            case "-": flags.minus = true
            case "+": flags.plus = true
            case "0": flags.zero = true
            case " ": flags.space = true
            default: flags.sharp = true
            }
            rest.removeFirst()
        }
        flags.width = number(&rest)
        if rest.first == "." {
            rest.removeFirst()
            flags.precision = number(&rest) ?? 0
        }
    }

    private static func number(_ rest: inout Substring) -> Int? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        return min(Int(digits) ?? widest, widest)
    }

    private static func written(_ value: GoValue, _ verb: Character, _ flags: Flags) -> String {
        let body: String
        switch (verb, value) {
        case ("v", _), ("s", .string), ("s", .list), ("s", .map): body = cut(text(value), value, flags)
        case ("T", _): body = value.typeName
        case ("q", .string(let text)): body = quoted(text)
        case ("t", .bool(let flag)): body = String(flag)
        case ("d", .int(let number)): body = signed(String(number), flags)
        case ("x", .int(let number)): body = signed((flags.sharp ? "0x" : "") + String(number, radix: 16), flags)
        case ("X", .int(let number)): body = String(number, radix: 16, uppercase: true)
        case ("o", .int(let number)): body = String(number, radix: 8)
        case ("b", .int(let number)): body = String(number, radix: 2)
        case ("c", .int(let number)):
            body = UInt32(exactly: number).flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? "\u{FFFD}"
        case ("x", .string(let text)): body = text.utf8.map { padded(String($0, radix: 16), 2) }.joined()
        case ("X", .string(let text)):
            body = text.utf8.map { padded(String($0, radix: 16, uppercase: true), 2) }.joined()
        case ("f", .float(let number)), ("F", .float(let number)):
            body = signed(fixed(number, min(flags.precision ?? 6, 15)), flags)
        case ("g", .float(let number)): body = signed(float(number), flags)
        default:
            return value == .none ? "%!\(verb)(<nil>)" : "%!\(verb)(\(value.typeName)=\(text(value)))"
        }
        guard let width = flags.width, body.count < width else { return body }
        if flags.minus { return body + String(repeating: " ", count: width - body.count) }
        guard flags.zero else { return padded(body, width, with: " ") }
        let sign = body.prefix { $0 == "-" || $0 == "+" }
        return sign + padded(String(body.dropFirst(sign.count)), width - sign.count)
    }

    private static func cut(_ text: String, _ value: GoValue, _ flags: Flags) -> String {
        guard case .string = value, let precision = flags.precision else { return text }
        return String(text.prefix(precision))
    }

    private static func signed(_ text: String, _ flags: Flags) -> String {
        if text.hasPrefix("-") { return text }
        return (flags.plus ? "+" : flags.space ? " " : "") + text
    }

    private static func fixed(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return float(value) }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let whole = value.magnitude.rounded(.towardZero)
        var fraction = ((value.magnitude - whole) * scale).rounded(.toNearestOrEven)
        var digits = UInt64(whole)
        if fraction >= scale {
            digits += 1
            fraction = 0
        }
        let text =
            places == 0
            ? "\(UInt64(value.magnitude.rounded(.toNearestOrEven)))"
            : "\(digits).\(padded(String(UInt64(fraction)), places))"
        return (value < 0 ? "-" : "") + text
    }
}
