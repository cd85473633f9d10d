/// Reads TOML 0.5 without dates, which ytt has no values for.
struct TOMLReader {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private let root = YAMLNode(.map)

    static func decode(_ text: String) throws(TemplateError) -> YAMLValue {
        var reader = TOMLReader(bytes: Array(text.utf8))
        try reader.read()
        return .node(reader.root)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func fail(_ message: String) -> TemplateError { TemplateError("toml: line \(line): \(message)") }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        if current == byte { index += 1 } else { return false }
        return true
    }

    private mutating func skipBlanks(lines: Bool) {
        while let byte = current {
            if byte == 32 || byte == 9 || byte == 13 {
                index += 1
            } else if byte == UInt8(ascii: "#") {
                while let next = current, next != 10 {
                    _ = next
                    index += 1
                }
            } else if byte == 10, lines {
                index += 1
                line += 1
            } else {
                return
            }
        }
    }

    private mutating func read() throws(TemplateError) {
        var table = root
        while true {
            skipBlanks(lines: true)
            guard current != nil else { return }
            if take(UInt8(ascii: "[")) {
                let isArray = take(UInt8(ascii: "["))
                let path = try keyPath()
                guard take(UInt8(ascii: "]")), !isArray || take(UInt8(ascii: "]")) else {
                    throw fail("expected end of table name delimiter ']'")
                }
                table = try open(path, isArray: isArray)
            } else {
                try pair(into: table)
            }
            skipBlanks(lines: false)
            if current != nil, current != 10 { throw fail("expected a newline") }
        }
    }

    private mutating func pair(into table: YAMLNode) throws(TemplateError) {
        var path = try keyPath()
        skipBlanks(lines: false)
        guard take(UInt8(ascii: "=")) else { throw fail("expected key separator '='") }
        skipBlanks(lines: false)
        let name = path.removeLast()
        var target = table
        for part in path { target = try child(part, of: target) }
        if target.item(name) != nil { throw fail("Key '\(name)' has already been defined.") }
        target.items.append(.mapItem(.string(name), try value(depth: 0)))
    }

    private func child(_ name: String, of table: YAMLNode) throws(TemplateError) -> YAMLNode {
        if let found = table.item(name) {
            if let node = found.value.node {
                if node.kind == .map { return node }
                if let last = node.items.last?.value.node, last.kind == .map { return last }
            }
            throw fail("Key '\(name)' has already been defined.")
        }
        let made = YAMLNode(.map)
        table.items.append(.mapItem(.string(name), .node(made)))
        return made
    }

    private func open(_ path: [String], isArray: Bool) throws(TemplateError) -> YAMLNode {
        var table = root
        for name in path.dropLast() { table = try child(name, of: table) }
        guard let name = path.last else { throw fail("expected a table name") }
        if !isArray { return try child(name, of: table) }
        let made = YAMLNode(.map)
        if let found = table.item(name) {
            guard let array = found.value.node, array.kind == .array else {
                throw fail("Key '\(name)' has already been defined.")
            }
            array.items.append(.arrayItem(.node(made)))
        } else {
            table.items.append(.mapItem(.string(name), .node(.collection(.array, [.arrayItem(.node(made))]))))
        }
        return made
    }

    private mutating func keyPath() throws(TemplateError) -> [String] {
        var path: [String] = []
        repeat {
            if path.count >= 100 { throw fail("key has too many parts (limit 'tomlDepth')") }
            skipBlanks(lines: false)
            if current == 34 || current == 39 {
                path.append(try string())
            } else {
                let start = index
                while let byte = current,
                    (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
                        || byte == 95 || byte == 45
                { index += 1 }
                guard index > start else { throw fail("bare keys cannot be empty") }
                path.append(String(decoding: bytes[start..<index], as: UTF8.self))
            }
            skipBlanks(lines: false)
        } while take(UInt8(ascii: "."))
        return path
    }

    private mutating func value(depth: Int) throws(TemplateError) -> YAMLValue {
        if depth > 100 { throw fail("value is nested too deeply (limit 'tomlDepth')") }
        guard let byte = current else { throw fail("expected value but found end of text") }
        switch byte {
        case 34, 39: return .string(try string())
        case UInt8(ascii: "["):
            index += 1
            let array = YAMLNode(.array)
            while true {
                skipBlanks(lines: true)
                if take(UInt8(ascii: "]")) { return .node(array) }
                array.items.append(.arrayItem(try value(depth: depth + 1)))
                skipBlanks(lines: true)
                if !take(UInt8(ascii: ",")) {
                    guard take(UInt8(ascii: "]")) else { throw fail("expected a comma or array terminator ']'") }
                    return .node(array)
                }
            }
        case UInt8(ascii: "{"):
            index += 1
            let table = YAMLNode(.map)
            skipBlanks(lines: false)
            if take(UInt8(ascii: "}")) { return .node(table) }
            repeat {
                try pair(into: table)
                skipBlanks(lines: false)
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw fail("expected a comma or an inline table terminator '}'") }
            return .node(table)
        default: return try word()
        }
    }

    private mutating func word() throws(TemplateError) -> YAMLValue {
        let start = index
        while let byte = current, !" \t\r\n,]}#".utf8.contains(byte) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        let plain = text.filter { $0 != "_" }
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "inf", "+inf": return .float(.infinity)
        case "-inf": return .float(-.infinity)
        case "nan", "+nan", "-nan": return .float(.nan)
        default: break
        }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where plain.hasPrefix(prefix) {
            if let number = Int(plain.dropFirst(2), radix: radix) { return .int(number) }
        }
        if let number = Int(plain) { return .int(number) }
        if let number = Double(plain) { return .float(number) }
        throw fail("expected value but found '\(text)' instead")
    }

    private mutating func string() throws(TemplateError) -> String {
        let quote = bytes[index]
        let triple = index + 2 < bytes.count && bytes[index + 1] == quote && bytes[index + 2] == quote
        index += triple ? 3 : 1
        if triple, current == 10 {
            index += 1
            line += 1
        }
        var result: [UInt8] = []
        while let byte = current {
            if byte == quote {
                if !triple {
                    index += 1
                    return String(decoding: result, as: UTF8.self)
                }
                if index + 2 < bytes.count, bytes[index + 1] == quote, bytes[index + 2] == quote {
                    index += 3
                    return String(decoding: result, as: UTF8.self)
                }
            }
            if byte == 10 {
                if !triple { throw fail("strings cannot contain newlines") }
                line += 1
            }
            index += 1
            if byte == 92, quote == 34 { try escape(into: &result) } else { result.append(byte) }
        }
        throw fail("unexpected EOF; expected '\(Character(Unicode.Scalar(quote)))'")
    }

    private mutating func escape(into result: inout [UInt8]) throws(TemplateError) {
        guard let byte = current else { throw fail("unexpected EOF") }
        index += 1
        let simple: [UInt8: UInt8] = [98: 8, 116: 9, 110: 10, 102: 12, 114: 13, 34: 34, 92: 92]
        if let replaced = simple[byte] {
            result.append(replaced)
        } else if byte == 10 {
            line += 1
            while let next = current, [32, 9, 10, 13].contains(next) {
                if next == 10 { line += 1 }
                index += 1
            }
        } else if byte == 117 || byte == 85 {
            let length = byte == 117 ? 4 : 8
            guard index + length <= bytes.count,
                let code = UInt32(String(decoding: bytes[index..<index + length], as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(code)
            else { throw fail("invalid escape") }
            index += length
            result.append(contentsOf: String(Character(scalar)).utf8)
        } else {
            throw fail("invalid escape character '\(Character(Unicode.Scalar(byte)))'")
        }
    }
}
