/// What is wrong with a JSON text, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package var message: String
    /// Byte offset into the text.
    package var offset: Int
    package var description: String { "\(message) at byte \(offset)" }
}

/// Reads JSON text into a `Value`.
///
/// Our own because the API server's rules need what Foundation's readers do not tell: `1` and `1.0` apart, duplicate
/// keys by path (field validation `Strict`), and a depth limit that ends in an error.
package struct JSONReader {
    package struct Limits: Sendable {
        /// No Kubernetes object or package comes near it, and the stack of a task's thread (512 KiB) carries it.
        package var depth = 500
        package init() {}
    }

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0
    private let limits: Limits
    private var path: [String] = []
    private let wantsDuplicates: Bool
    private var duplicates: [String] = []

    /// Reads one JSON document; trailing white space is allowed, anything else is an error.
    package static func read(_ bytes: [UInt8], limits: Limits = Limits()) throws(JSONError) -> Value {
        try readNotingDuplicates(bytes, limits: limits, wantsDuplicates: false).value
    }

    package static func read(_ text: String, limits: Limits = Limits()) throws(JSONError) -> Value {
        try read(Array(text.utf8), limits: limits)
    }

    /// As `read`, with the dotted paths of keys that stood twice in a mapping (the last one wins, as in Go).
    package static func readNotingDuplicates(
        _ bytes: [UInt8], limits: Limits = Limits(), wantsDuplicates: Bool = true
    ) throws(JSONError) -> (value: Value, duplicates: [String]) {
        var reader = JSONReader(bytes: bytes, limits: limits, wantsDuplicates: wantsDuplicates)
        let value = try reader.document()
        return (value, reader.duplicates)
    }

    private init(bytes: [UInt8], limits: Limits, wantsDuplicates: Bool) {
        self.bytes = bytes
        self.limits = limits
        self.wantsDuplicates = wantsDuplicates
    }

    /// Mutating, so that a build without optimisation does not copy the whole reader for each byte.
    private var current: UInt8? { mutating get { index < bytes.count ? bytes[index] : nil } }

    private func error(_ message: String) -> JSONError { JSONError(message: message, offset: index) }

    private mutating func skipSpace() {
        while let byte = current, byte <= 0x20 {
            guard byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D else { return }
            index += 1
        }
    }

    private mutating func document() throws(JSONError) -> Value {
        skipSpace()
        let value = try self.value()
        skipSpace()
        guard current == nil else { throw error("invalid character after top-level value") }
        return value
    }

    private mutating func value() throws(JSONError) -> Value {
        switch current {
        case nil: throw error("unexpected end of JSON input")
        case 0x7B: return try object()
        case 0x5B: return try array()
        case 0x22: return .string(try string())
        case 0x74: return try word("true", .bool(true))
        case 0x66: return try word("false", .bool(false))
        case 0x6E: return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: Value) throws(JSONError) -> Value {
        let literal = Array(word.utf8)
        for offset in literal.indices {
            guard let byte = current else { throw error("unexpected end of JSON input") }
            guard byte == literal[offset] else { throw error("invalid literal") }
            index += 1
        }
        return value
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        if depth > limits.depth { throw error("exceeded max depth") }
    }

    private mutating func object() throws(JSONError) -> Value {
        try enter()
        defer { depth -= 1 }
        index += 1
        var fields: [String: Value] = [:]
        skipSpace()
        if current == 0x7D {
            index += 1
            return .object(fields)
        }
        while true {
            skipSpace()
            guard current == 0x22 else {
                throw error(current == nil ? "unexpected end of JSON input" : "expected a string as object key")
            }
            let key = try string()
            skipSpace()
            guard current == 0x3A else {
                throw error(current == nil ? "unexpected end of JSON input" : "expected ':' after object key")
            }
            index += 1
            skipSpace()
            if wantsDuplicates { path.append(key) }
            let value = try self.value()
            if fields.updateValue(value, forKey: key) != nil, wantsDuplicates {
                duplicates.append(path.joined(separator: "."))
            }
            if wantsDuplicates { path.removeLast() }
            skipSpace()
            switch current {
            case 0x2C: index += 1
            case 0x7D:
                index += 1
                return .object(fields)
            case nil: throw error("unexpected end of JSON input")
            default: throw error("expected ',' or '}' in object")
            }
        }
    }

    private mutating func array() throws(JSONError) -> Value {
        try enter()
        defer { depth -= 1 }
        index += 1
        var items: [Value] = []
        skipSpace()
        if current == 0x5D {
            index += 1
            return .array(items)
        }
        while true {
            skipSpace()
            if wantsDuplicates { path.append("[\(items.count)]") }
            items.append(try value())
            if wantsDuplicates { path.removeLast() }
            skipSpace()
            switch current {
            case 0x2C: index += 1
            case 0x5D:
                index += 1
                return .array(items)
            case nil: throw error("unexpected end of JSON input")
            default: throw error("expected ',' or ']' in array")
            }
        }
    }

    private mutating func string() throws(JSONError) -> String {
        index += 1
        let (text, start) = (bytes, index)
        var end = start
        while end < text.count {
            let byte = text[end]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
            end += 1
        }
        index = end
        if end < text.count, text[end] == 0x22 {
            index += 1
            return String(decoding: text[start..<end], as: UTF8.self)
        }
        var utf8 = Array(text[start..<end])
        while true {
            guard let byte = current else { throw error("unexpected end of JSON input") }
            index += 1
            switch byte {
            case 0x22: return String(decoding: utf8, as: UTF8.self)
            case 0x5C: try escape(into: &utf8)
            case 0..<0x20:
                index -= 1
                throw error("invalid control character in string")
            default: utf8.append(byte)
            }
        }
    }

    private mutating func escape(into utf8: inout [UInt8]) throws(JSONError) {
        guard let byte = current else { throw error("unexpected end of JSON input") }
        index += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: utf8.append(byte)
        case 0x62: utf8.append(0x08)
        case 0x66: utf8.append(0x0C)
        case 0x6E: utf8.append(0x0A)
        case 0x72: utf8.append(0x0D)
        case 0x74: utf8.append(0x09)
        case 0x75:
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code), current == 0x5C, index + 1 < bytes.count,
                bytes[index + 1] == 0x75
            {
                let mark = index
                index += 2
                let low = try hexadecimal()
                if (0xDC00..<0xE000).contains(low) {
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                } else {
                    index = mark
                }
            }
            utf8.append(contentsOf: Array(String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8))
        default: throw error("invalid escape in string")
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current else { throw error("unexpected end of JSON input") }
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x37
            case 0x61...0x66: digit = byte - 0x57
            default: throw error("invalid \\u escape in string")
            }
            code = code << 4 | UInt32(digit)
            index += 1
        }
        return code
    }

    private mutating func number() throws(JSONError) -> Value {
        let start = index
        var isInteger = true
        if current == 0x2D { index += 1 }
        guard let first = current, (0x30...0x39).contains(first) else {
            throw error(current == nil ? "unexpected end of JSON input" : "invalid character looking for a value")
        }
        index += 1
        if first == 0x30, let next = current, (0x30...0x39).contains(next) { throw error("number with leading zero") }
        while let byte = current {
            switch byte {
            case 0x30...0x39: break
            case 0x2E, 0x65, 0x45, 0x2B, 0x2D: isInteger = false
            default: return try finish(start, isInteger)
            }
            index += 1
        }
        return try finish(start, isInteger)
    }

    private func finish(_ start: Int, _ isInteger: Bool) throws(JSONError) -> Value {
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let integer = Int64(text) { return .int(integer) }
        guard let double = Double(text), double.isFinite, text.last.map({ $0.isNumber }) == true else {
            throw error("invalid number")
        }
        return .double(double)
    }
}
