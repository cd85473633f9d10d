extension StarlarkValue {
    /// `str(value)`.
    var text: String { if case .string(let text) = self { text } else { representation } }

    /// `repr(value)`; what would be very long is cut.
    var representation: String {
        var out = ""
        represent(into: &out, within: [])
        return out
    }

    private static let longest = 1 << 20

    /// The lists and dictionaries around what this value holds; nil when it is one of them itself.
    private func path(from within: [ObjectIdentifier]) -> [ObjectIdentifier]? {
        let own: ObjectIdentifier
        switch self {
        case .list(let list): own = ObjectIdentifier(list)
        case .dict(let dict): own = ObjectIdentifier(dict)
        default: return within
        }
        return within.contains(own) ? nil : within + [own]
    }

    private func represent(into out: inout String, within: [ObjectIdentifier]) {
        if within.count > 100 || out.utf8.count > Self.longest {
            out += "..."
            return
        }
        // What holds itself is shown as such.
        guard let inner = path(from: within) else {
            if case .list = self { out += "[...]" } else { out += "{...}" }
            return
        }
        func join(_ items: [StarlarkValue]) {
            for (number, item) in items.enumerated() {
                if number > 0 { out += ", " }
                if out.utf8.count > Self.longest { return }
                item.represent(into: &out, within: inner)
            }
        }
        switch self {
        case .none: out += "None"
        case .bool(let value): out += value ? "True" : "False"
        case .int(let value): out += String(value)
        case .big(let value): out += value.text()
        case .float(let value): out += Self.floatText(value)
        case .string(let text): out += Self.quoted(text)
        case .list(let list):
            out += "["
            join(list.items)
            out += "]"
        case .tuple(let items):
            out += "("
            join(items)
            out += items.count == 1 ? ",)" : ")"
        case .dict(let dict):
            out += "{"
            for (number, entry) in dict.items.enumerated() {
                if number > 0 { out += ", " }
                if out.utf8.count > Self.longest { break }
                entry.key.represent(into: &out, within: inner)
                out += ": "
                entry.value.represent(into: &out, within: inner)
            }
            out += "}"
        case .set(let set):
            out += "set(["
            join(set.keys)
            out += "])"
        case .range(let range):
            out +=
                range.step != 1
                ? "range(\(range.start), \(range.stop), \(range.step))"
                : range.start != 0 ? "range(\(range.start), \(range.stop))" : "range(\(range.stop))"
        case .function(let function): out += "<function \(function.code.name)>"
        case .builtin(let builtin):
            out +=
                builtin.receiver.map { "<built-in method \(builtin.name) of \($0) value>" }
                ?? "<built-in function \(builtin.name)>"
        case .structure(let value): out += value.isModule ? "<module>" : "\(value.typeName)(...)"
        case .fragment(let value): out += "yamlfragment(\(value.goType))"
        case .noop: out += "noop"
        }
    }

    /// Six significant digits, as the Starlark that ytt uses prints floats.
    static func floatText(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return formatGeneral(value, precision: 6)
    }

    static func formatGeneral(_ value: Double, precision: Int) -> String {
        var (digits, point) = GoFloat.shortest(value.magnitude)
        if digits.count > precision {
            let up = digits[precision] >= 53
            digits = Array(digits[..<precision])
            if up {
                var place = precision - 1
                while place >= 0, digits[place] == 57 {
                    digits[place] = 48
                    place -= 1
                }
                if place >= 0 {
                    digits[place] += 1
                } else {
                    digits.insert(49, at: 0)
                    point += 1
                }
            }
            while digits.count > 1, digits.last == 48 { digits.removeLast() }
        }
        let sign = value.sign == .minus ? "-" : ""
        let exponent = point - 1
        if value != 0, exponent < -4 || exponent >= max(precision, 1) {
            return sign + GoFloat.scientific(digits, exponent)
        }
        return sign + GoFloat.fixed(digits, point)
    }

    /// A string in double quotes as Go's `strconv.Quote` writes it.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            case 10: result += "\\n"
            case 9: result += "\\t"
            case 13: result += "\\r"
            case 7: result += "\\a"
            case 8: result += "\\b"
            case 12: result += "\\f"
            case 11: result += "\\v"
            case 0..<32, 127:
                let digits = String(scalar.value, radix: 16)
                result += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
