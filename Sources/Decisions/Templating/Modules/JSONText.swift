/// JSON as `@ytt:json` writes and reads it.
enum JSONText {
    static func encode(_ value: YAMLValue, indent: Int, escapeHTML: Bool) throws(TemplateError) -> String {
        var writer = Writer(indent: indent, escapeHTML: escapeHTML)
        try writer.write(value, depth: 0)
        return String(decoding: writer.out, as: UTF8.self)
    }

    private struct Writer {
        let indent: Int
        let escapeHTML: Bool
        var out: [UInt8] = []

        mutating func newLine(_ depth: Int) {
            if indent == 0 { return }
            out.append(10)
            out.append(contentsOf: Array(repeating: 32, count: indent * depth))
        }

        mutating func write(_ value: YAMLValue, depth: Int) throws(TemplateError) {
            guard let node = value.node else {
                try writeScalar(value)
                return
            }
            if node.holdsValue {
                try write(node.value, depth: depth)
                return
            }
            let isMap = node.kind == .map
            out.append(UInt8(ascii: isMap ? "{" : "["))
            // Go sorts the keys of its maps.
            let items =
                isMap
                ? node.items.sorted {
                    YAMLConversion.keyText($0.key).utf8.lexicographicallyPrecedes(YAMLConversion.keyText($1.key).utf8)
                } : node.items
            for (number, item) in items.enumerated() {
                if number > 0 { out.append(UInt8(ascii: ",")) }
                newLine(depth + 1)
                if isMap {
                    string(YAMLConversion.keyText(item.key))
                    out.append(UInt8(ascii: ":"))
                    if indent > 0 { out.append(32) }
                }
                try write(item.value, depth: depth + 1)
            }
            if !items.isEmpty { newLine(depth) }
            out.append(UInt8(ascii: isMap ? "}" : "]"))
        }

        private mutating func writeScalar(_ value: YAMLValue) throws(TemplateError) {
            switch value {
            case .string(let text): string(text)
            case .float(let number):
                guard number.isFinite else {
                    throw TemplateError("json: unsupported value: \(GoFloat.format(number))")
                }
                let size = number.magnitude
                let text: String
                if size != 0, size < 1e-6 || size >= 1e21 {
                    let (digits, point) = GoFloat.shortest(size)
                    var scientific = GoFloat.scientific(digits, point - 1)
                    if scientific.hasSuffix("e-0\(abs(point - 1))") {
                        scientific = String(scientific.dropLast(2)) + String(abs(point - 1))
                    }
                    text = (number < 0 ? "-" : "") + scientific
                } else {
                    text = GoFloat.format(number, exponentFrom: 21)
                }
                out.append(contentsOf: text.utf8)
            default: out.append(contentsOf: YAMLPrinter.plainText(value).utf8)
            }
        }

        private mutating func string(_ text: String) {
            out.append(34)
            for scalar in text.unicodeScalars {
                switch scalar.value {
                case 34, 92: out.append(contentsOf: [92, UInt8(scalar.value)])
                case 10: out.append(contentsOf: [92, 110])
                case 13: out.append(contentsOf: [92, 114])
                case 9: out.append(contentsOf: [92, 116])
                case let code
                where code < 32 || code == 0x2028 || code == 0x2029
                    || (escapeHTML && (code == 60 || code == 62 || code == 38)):
                    let digits = String(scalar.value, radix: 16)
                    let padding = String(repeating: "0", count: 4 - digits.utf8.count)
                    out.append(contentsOf: "\\u\(padding)\(digits)".utf8)
                default: out.append(contentsOf: Array(String(Character(scalar)).utf8))
                }
            }
            out.append(34)
        }
    }

    /// Reads JSON; messages are those of Go's decoder for the common mistakes.
    static func decode(_ text: String) throws(TemplateError) -> YAMLValue {
        var reader = Reader(bytes: Array(text.utf8))
        let value = try reader.value(depth: 0)
        reader.skipBlanks()
        if reader.index < reader.bytes.count {
            throw reader.invalid("after top-level value")
        }
        return value
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        mutating func skipBlanks() {
            while index < bytes.count, [32, 9, 10, 13].contains(bytes[index]) { index += 1 }
        }

        func invalid(_ context: String) -> TemplateError {
            guard index < bytes.count else { return TemplateError("unexpected end of JSON input") }
            let text = String(decoding: bytes[index...].prefix(4), as: UTF8.self).prefix(1)
            return TemplateError("invalid character '\(text)' \(context)")
        }

        mutating func value(depth: Int) throws(TemplateError) -> YAMLValue {
            if depth > 200 { throw TemplateError("exceeded max depth") }
            skipBlanks()
            guard index < bytes.count else { throw invalid("") }
            switch bytes[index] {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case 34: return .string(try string())
            case UInt8(ascii: "t"): return try word("true", .bool(true))
            case UInt8(ascii: "f"): return try word("false", .bool(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            case UInt8(ascii: "-"), 48...57: return try number()
            default: throw invalid("looking for beginning of value")
            }
        }

        private mutating func word(_ text: String, _ value: YAMLValue) throws(TemplateError) -> YAMLValue {
            for byte in text.utf8 {
                guard index < bytes.count, bytes[index] == byte else { throw invalid("in literal \(text)") }
                index += 1
            }
            return value
        }

        private mutating func number() throws(TemplateError) -> YAMLValue {
            let start = index
            while index < bytes.count, "+-.eE0123456789".utf8.contains(bytes[index]) { index += 1 }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            if let whole = Int(text) { return .int(whole) }
            guard let real = Double(text) else { throw TemplateError("invalid number literal \(text)") }
            return .float(real)
        }

        private mutating func array(depth: Int) throws(TemplateError) -> YAMLValue {
            let array = YAMLNode(.array)
            index += 1
            skipBlanks()
            if index < bytes.count, bytes[index] == UInt8(ascii: "]") {
                index += 1
                return .node(array)
            }
            while true {
                array.items.append(.arrayItem(try value(depth: depth + 1)))
                skipBlanks()
                guard index < bytes.count else { throw invalid("") }
                if bytes[index] == UInt8(ascii: "]") { break }
                guard bytes[index] == UInt8(ascii: ",") else { throw invalid("after array element") }
                index += 1
            }
            index += 1
            return .node(array)
        }

        private mutating func object(depth: Int) throws(TemplateError) -> YAMLValue {
            let map = YAMLNode(.map)
            index += 1
            skipBlanks()
            if index < bytes.count, bytes[index] == UInt8(ascii: "}") {
                index += 1
                return .node(map)
            }
            while true {
                skipBlanks()
                guard index < bytes.count, bytes[index] == 34 else {
                    throw invalid("looking for beginning of object key string")
                }
                let key = try string()
                skipBlanks()
                guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else { throw invalid("after object key") }
                index += 1
                map.items.append(.mapItem(.string(key), try value(depth: depth + 1)))
                skipBlanks()
                guard index < bytes.count else { throw invalid("") }
                if bytes[index] == UInt8(ascii: "}") { break }
                guard bytes[index] == UInt8(ascii: ",") else { throw invalid("after object key:value pair") }
                index += 1
            }
            index += 1
            return .node(map)
        }

        private mutating func string() throws(TemplateError) -> String {
            index += 1
            var units: [UInt8] = []
            while index < bytes.count, bytes[index] != 34 {
                if bytes[index] < 32 { throw invalid("in string literal") }
                guard bytes[index] == 92 else {
                    units.append(bytes[index])
                    index += 1
                    continue
                }
                index += 1
                guard index < bytes.count else { throw invalid("") }
                let simple: [UInt8: UInt8] = [98: 8, 102: 12, 110: 10, 114: 13, 116: 9, 34: 34, 47: 47, 92: 92]
                if let byte = simple[bytes[index]] {
                    units.append(byte)
                    index += 1
                } else if bytes[index] == 117 {
                    units.append(contentsOf: String(try unicodeEscape()).utf8)
                } else {
                    throw invalid("in string escape code")
                }
            }
            guard index < bytes.count else { throw invalid("") }
            index += 1
            return String(decoding: units, as: UTF8.self)
        }

        private mutating func unit() -> UInt32? {
            guard index + 5 <= bytes.count, bytes[index] == 117 else { return nil }
            let code = UInt32(String(decoding: bytes[index + 1..<index + 5], as: UTF8.self), radix: 16)
            index += 5
            return code
        }

        private mutating func unicodeEscape() throws(TemplateError) -> Character {
            guard var code = unit() else { throw invalid("in \\u hexadecimal character escape") }
            if code >= 0xD800, code < 0xDC00, index + 1 < bytes.count, bytes[index] == 92, bytes[index + 1] == 117 {
                index += 1
                if let low = unit(), low >= 0xDC00, low < 0xE000 {
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                }
            }
            return Character(Unicode.Scalar(code) ?? "\u{FFFD}")
        }
    }
}
