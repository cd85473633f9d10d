extension StarlarkValue {
    /// `str(value)`.
    var text: String { if case .string(let text) = self { text } else { representation } }

    /// `repr(value)`.
    var representation: String { represent(depth: 0) }

    private func represent(depth: Int) -> String {
        if depth > 50 { return "..." }
        func join(_ items: [StarlarkValue]) -> String {
            items.map { $0.represent(depth: depth + 1) }.joined(separator: ", ")
        }
        switch self {
        case .none: return "None"
        case .bool(let value): return value ? "True" : "False"
        case .int(let value): return String(value)
        case .float(let value): return Self.floatText(value)
        case .string(let text): return Self.quoted(text)
        case .list(let list): return "[" + join(list.items) + "]"
        case .tuple(let items): return "(" + join(items) + (items.count == 1 ? ",)" : ")")
        case .dict(let dict):
            let entries = dict.items.map {
                $0.key.represent(depth: depth + 1) + ": " + $0.value.represent(depth: depth + 1)
            }
            return "{" + entries.joined(separator: ", ") + "}"
        case .set(let set): return "set([" + join(set.keys) + "])"
        case .range(let range):
            return range.step != 1
                ? "range(\(range.start), \(range.stop), \(range.step))"
                : range.start != 0 ? "range(\(range.start), \(range.stop))" : "range(\(range.stop))"
        case .function(let function): return "<function \(function.code.name)>"
        case .builtin(let builtin): return "<built-in function \(builtin.name)>"
        case .structure(let value): return value.isModule ? "<module>" : "\(value.typeName)(...)"
        case .fragment(let value): return "yamlfragment(\(value.goType))"
        case .noop: return "noop"
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
