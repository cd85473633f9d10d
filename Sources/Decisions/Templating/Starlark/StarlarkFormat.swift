/// `%` and `.format` of strings.
enum StarlarkFormat {
    static func percent(_ format: String, _ value: StarlarkValue) throws(TemplateError) -> String {
        var args: [StarlarkValue] = [value]
        if case .tuple(let items) = value { args = items }
        var next = 0
        var result = ""
        var scalars = format.unicodeScalars[...]
        while let first = scalars.popFirst() {
            guard first == "%" else {
                result.unicodeScalars.append(first)
                continue
            }
            guard var verb = scalars.popFirst() else { throw TemplateError("incomplete format") }
            if verb == "%" {
                result += "%"
                continue
            }
            var argument: StarlarkValue?
            if verb == "(" {
                var key = ""
                while let scalar = scalars.popFirst(), scalar != ")" { key.unicodeScalars.append(scalar) }
                guard let pairs = StarlarkOperations.pairs(value) else {
                    throw TemplateError("format requires a mapping")
                }
                argument = pairs.first { $0.key.string == key }?.value
                guard argument != nil else { throw TemplateError("key not found: \(key)") }
                next = args.count
                guard let after = scalars.popFirst() else { throw TemplateError("incomplete format") }
                verb = after
            } else {
                guard next < args.count else { throw TemplateError("not enough arguments for format string") }
                argument = args[next]
                next += 1
            }
            result += try convert(verb, argument ?? .none)
        }
        if next < args.count, StarlarkOperations.pairs(value) == nil {
            throw TemplateError("too many arguments for format string")
        }
        return result
    }

    private static func convert(_ verb: Unicode.Scalar, _ value: StarlarkValue) throws(TemplateError) -> String {
        switch verb {
        case "s": return value.text
        case "r": return value.representation
        case "d", "i", "o", "x", "X":
            let number: BigInteger?
            if case .float(let real) = value {
                number = BigInteger(real)
            } else {
                number = StarlarkOperations.integer(value)
            }
            guard let number else {
                throw TemplateError("%\(verb) format requires integer: cannot convert \(value.typeName) to int")
            }
            let radix = verb == "o" ? 8 : verb == "x" || verb == "X" ? 16 : 10
            return number.text(radix: radix, uppercase: verb == "X")
        case "e", "f", "g", "E", "F", "G":
            guard let number = StarlarkOperations.number(value) else {
                throw TemplateError("%\(verb) format requires float, not \(value.typeName)")
            }
            return fixed(number, verb)
        case "c":
            if case .int(let code) = value, let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) {
                return String(Character(scalar))
            }
            if case .string(let text) = value, text.unicodeScalars.count == 1 { return text }
            throw TemplateError("%c format requires single-character string")
        default: throw TemplateError("unknown conversion %\(verb)")
        }
    }

    private static func fixed(_ value: Double, _ verb: Unicode.Scalar) -> String {
        if verb == "g" || verb == "G" { return StarlarkValue.formatGeneral(value, precision: 6) }
        var digits = value.magnitude
        var exponent = 0
        if verb == "e" || verb == "E" {
            while digits >= 10 { (digits, exponent) = (digits / 10, exponent + 1) }
            while digits > 0, digits < 1 { (digits, exponent) = (digits * 10, exponent - 1) }
        }
        guard digits < 9e12 else { return GoFloat.format(value, exponentFrom: 400) }
        let scaled = Int((digits * 1_000_000).rounded())
        let fraction = String(scaled % 1_000_000)
        var text = (value < 0 ? "-" : "") + String(scaled / 1_000_000) + "."
        text += String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
        if verb == "e" || verb == "E" {
            let size = String(abs(exponent))
            text += "e" + (exponent < 0 ? "-" : "+") + (size.utf8.count < 2 ? "0" : "") + size
        }
        return text
    }

    static func format(
        _ text: String, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords
    ) throws(TemplateError) -> String {
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        var automatic = 0
        var manual = false
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
                if index < bytes.count, bytes[index] == byte {
                    result.append(byte)
                    index += 1
                    continue
                }
                if byte == UInt8(ascii: "}") { throw TemplateError("format: single '}' in format") }
                guard let end = StarlarkBytes.find([UInt8(ascii: "}")], in: bytes, from: index) else {
                    throw TemplateError("format: unmatched '{' in format")
                }
                let field = StarlarkBytes.text(bytes[index..<end])
                index = end + 1
                result.append(contentsOf: try self.field(field, args, kwargs, &automatic, &manual).utf8)
            } else {
                result.append(byte)
            }
        }
        return StarlarkBytes.text(result)
    }

    private static func field(
        _ field: String, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords, _ automatic: inout Int,
        _ manual: inout Bool
    ) throws(TemplateError) -> String {
        var name = Substring(field)
        var conversion = "s"
        if let colon = name.firstIndex(of: ":") {
            if name.index(after: colon) != name.endIndex {
                throw TemplateError("format: unsupported format spec \(name[colon...])")
            }
            name = name[..<colon]
        }
        if let mark = name.firstIndex(of: "!") {
            conversion = String(name[name.index(after: mark)...])
            name = name[..<mark]
        }
        let value: StarlarkValue
        if name.isEmpty {
            if manual {
                throw TemplateError(
                    "format: cannot switch from manual field specification to automatic field numbering")
            }
            guard automatic < args.count else { throw TemplateError("format: tuple index out of range") }
            value = args[automatic]
            automatic += 1
        } else if let place = Int(name), place >= 0 {
            if automatic > 0 {
                throw TemplateError(
                    "format: cannot switch from automatic field numbering to manual field specification")
            }
            manual = true
            guard place < args.count else { throw TemplateError("format: tuple index out of range") }
            value = args[place]
        } else {
            guard let found = kwargs.first(where: { $0.name == name })?.value else {
                if name.contains(".") || name.contains("[") {
                    throw TemplateError("format: attribute syntax x.y is not supported in replacement fields: \(name)")
                }
                throw TemplateError("format: keyword \(name) not found")
            }
            value = found
        }
        switch conversion {
        case "s": return value.text
        case "r": return value.representation
        default: throw TemplateError("format: unknown conversion \(StarlarkValue.quoted(conversion))")
        }
    }
}
