/// Prints YAML as ytt's go-yaml v2 does: two spaces, sequences at their key's column, no folding.
struct YAMLPrinter {
    private var out: [UInt8] = []

    /// Documents separated by `---`.
    static func print(documents: [YAMLNode]) -> String {
        var printer = YAMLPrinter()
        for (number, document) in documents.enumerated() {
            if number > 0 { printer.write("---\n") }
            printer.root(document.value)
        }
        return String(decoding: printer.out, as: UTF8.self)
    }

    static func print(_ value: YAMLValue) -> String {
        var printer = YAMLPrinter()
        if let node = value.node, node.kind == .documentSet { return print(documents: node.items) }
        if let node = value.node, node.kind == .document { return print(node.value) }
        printer.root(value)
        return String(decoding: printer.out, as: UTF8.self)
    }

    private mutating func write(_ text: String) { out.append(contentsOf: text.utf8) }

    private mutating func indent(_ count: Int) {
        for _ in 0..<count { out.append(32) }
    }

    private mutating func root(_ value: YAMLValue) {
        guard let node = value.node, !node.items.isEmpty else {
            scalar(value, blockIndent: 2)
            endScalar()
            return
        }
        collection(node, at: 0, firstInline: true)
    }

    /// A map or an array with items; the first line continues the current one when `firstInline`.
    private mutating func collection(_ node: YAMLNode, at column: Int, firstInline: Bool) {
        var inline = firstInline
        for item in node.items {
            if !inline { indent(column) }
            inline = false
            if node.kind == .map {
                mapItem(item, at: column)
            } else {
                out.append(contentsOf: [45, 32])
                if let child = item.value.node, !child.items.isEmpty {
                    collection(child, at: column + 2, firstInline: true)
                } else {
                    scalar(item.value, blockIndent: column + 2)
                    endScalar()
                }
            }
        }
    }

    private mutating func mapItem(_ item: YAMLNode, at column: Int) {
        let key = Self.keyText(item.key)
        if key.utf8.count > 128 {
            write("? \(key)\n")
            indent(column)
        } else {
            write(key)
        }
        out.append(58)
        guard let child = item.value.node, !child.items.isEmpty else {
            out.append(32)
            scalar(item.value, blockIndent: column + 2)
            endScalar()
            return
        }
        out.append(10)
        collection(child, at: child.kind == .map ? column + 2 : column, firstInline: false)
    }

    private mutating func endScalar() {
        // A literal block that ends with a line break has ended its own last line.
        if out.last != 10 { out.append(10) }
    }

    private static func keyText(_ key: YAMLValue) -> String {
        if case .string(let text) = key { return quoted(text, isKey: true) }
        return plainText(key)
    }

    static func plainText(_ value: YAMLValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .uint(let value): String(value)
        case .float(let value): floatText(value)
        case .string(let text): quoted(text, isKey: false)
        case .node(let node): node.kind == .map ? "{}" : "[]"
        }
    }

    private static func floatText(_ value: Double) -> String {
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
        return GoFloat.format(value)
    }

    private mutating func scalar(_ value: YAMLValue, blockIndent: Int) {
        guard case .string(let text) = value, text.utf8.contains(10) else {
            write(Self.plainText(value))
            return
        }
        if ScalarStyle(text).blockAllowed { literal(text, at: blockIndent) } else { write(Self.doubleQuoted(text)) }
    }

    private mutating func literal(_ text: String, at column: Int) {
        let bytes = Array(text.utf8)
        out.append(UInt8(ascii: "|"))
        if bytes[0] == 32 || bytes[0] == 10 { out.append(UInt8(ascii: "2")) }
        if bytes[bytes.count - 1] != 10 {
            out.append(UInt8(ascii: "-"))
        } else if bytes.count == 1 || bytes[bytes.count - 2] == 10 {
            out.append(UInt8(ascii: "+"))
        }
        out.append(10)
        var atLineStart = true
        for byte in bytes {
            if byte == 10 {
                out.append(10)
                atLineStart = true
            } else {
                if atLineStart { indent(column) }
                atLineStart = false
                out.append(byte)
            }
        }
    }

    // MARK: quoting

    static func quoted(_ text: String, isKey: Bool) -> String {
        if text.utf8.contains(10) { return doubleQuoted(text) }
        if ScalarResolver.needsQuotes(text) { return doubleQuoted(text) }
        let style = ScalarStyle(text)
        if style.plainAllowed { return text }
        if style.singleQuotedAllowed {
            return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        }
        return doubleQuoted(text)
    }

    private static let escapes: [UInt32: Character] = [
        0: "0", 7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 0x1B: "e", 0x22: "\"", 0x5C: "\\",
        0x85: "N", 0xA0: "_", 0x2028: "L", 0x2029: "P",
    ]

    static func doubleQuoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            let code = scalar.value
            if ScalarStyle.isPrintable(code), !ScalarStyle.isBreak(code), code != 0x22, code != 0x5C {
                result.unicodeScalars.append(scalar)
                continue
            }
            result += "\\"
            if let letter = escapes[code] {
                result.append(letter)
                continue
            }
            let (prefix, width) = code <= 0xFF ? ("x", 2) : code <= 0xFFFF ? ("u", 4) : ("U", 8)
            let digits = String(code, radix: 16, uppercase: true)
            result += prefix + String(repeating: "0", count: width - digits.count) + digits
        }
        return result + "\""
    }
}
