/// Writes a `Value` as JSON: keys sorted, no white space, `/` unescaped, so equal values give equal bytes.
package enum JSONWriter {
    package static func bytes(_ value: Value) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(256)
        write(value, into: &out)
        return out
    }

    package static func text(_ value: Value) -> String { String(decoding: bytes(value), as: UTF8.self) }

    /// Two-space indentation, as `kubectl -o json` and `jq` print with 4 and 2.
    package static func pretty(_ value: Value, indent: Int = 2) -> String {
        var out: [UInt8] = []
        write(value, into: &out, indent: indent, level: 0)
        return String(decoding: out, as: UTF8.self)
    }

    package static func write(_ value: Value, into out: inout [UInt8], indent: Int? = nil, level: Int = 0) {
        switch value {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
        case .int(let number): out.append(contentsOf: String(number).utf8)
        case .double(let number): out.append(contentsOf: text(of: number).utf8)
        case .string(let text): write(string: text, into: &out)
        case .array(let items):
            out.append(0x5B)
            var isFirst = true
            for item in items {
                if isFirst { isFirst = false } else { out.append(0x2C) }
                newLine(indent, level + 1, &out)
                write(item, into: &out, indent: indent, level: level + 1)
            }
            if !items.isEmpty { newLine(indent, level, &out) }
            out.append(0x5D)
        case .object(let fields):
            out.append(0x7B)
            var isFirst = true
            for key in fields.keys.sorted() {
                guard let value = fields[key] else { continue }
                if isFirst { isFirst = false } else { out.append(0x2C) }
                newLine(indent, level + 1, &out)
                write(string: key, into: &out)
                out.append(0x3A)
                if indent != nil { out.append(0x20) }
                write(value, into: &out, indent: indent, level: level + 1)
            }
            if !fields.isEmpty { newLine(indent, level, &out) }
            out.append(0x7D)
        }
    }

    private static func newLine(_ indent: Int?, _ level: Int, _ out: inout [UInt8]) {
        guard let indent else { return }
        out.append(0x0A)
        out.append(contentsOf: repeatElement(0x20, count: indent * level))
    }

    /// Shortest text that reads back equal; whole numbers without a fraction, as Go prints them.
    package static func text(of number: Double) -> String {
        if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
        return "\(number)"
    }

    package static func write(string: String, into out: inout [UInt8]) {
        out.append(0x22)
        guard hasEscapes(string) else {
            // Nearly every text: copied as it is.
            out.append(contentsOf: string.utf8)
            out.append(0x22)
            return
        }
        for byte in string.utf8 {
            switch byte {
            case 0x22: out.append(contentsOf: [0x5C, 0x22])
            case 0x5C: out.append(contentsOf: [0x5C, 0x5C])
            case 0x0A: out.append(contentsOf: [0x5C, 0x6E])
            case 0x0D: out.append(contentsOf: [0x5C, 0x72])
            case 0x09: out.append(contentsOf: [0x5C, 0x74])
            case 0..<0x20:
                out.append(contentsOf: Array("\\u00".utf8))
                out.append(contentsOf: [hexadecimal(byte >> 4), hexadecimal(byte & 15)])
            default: out.append(byte)
            }
        }
        out.append(0x22)
    }

    private static func hasEscapes(_ string: String) -> Bool {
        let bytes = string.utf8Span.span
        for index in bytes.indices {
            let byte = bytes[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { return true }
        }
        return false
    }

    private static func hexadecimal(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }
}
