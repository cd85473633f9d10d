/// Writes a `Value` as YAML in the form `kubectl -o yaml` prints: keys sorted, two-space indentation, sequences at
/// their key's column, strings plain where they read back as the same string.
package enum YAMLWriter {
    package static func text(_ value: Value) -> String {
        var out = ""
        switch value {
        case .object(let fields) where !fields.isEmpty: mapping(fields, indent: 0, into: &out)
        case .array(let items) where !items.isEmpty: sequence(items, indent: 0, into: &out)
        default: out = scalar(value, indent: 0) + "\n"
        }
        return out
    }

    /// Documents separated by `---`.
    package static func text(documents: [Value]) -> String {
        documents.map { text($0) }.joined(separator: "---\n")
    }

    private static func mapping(_ fields: [String: Value], indent: Int, into out: inout String, firstLine: Bool = false)
    {
        let pad = String(repeating: " ", count: indent)
        for (position, field) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
            if !(firstLine && position == 0) { out += pad }
            out += string(field.key, indent: indent, isKey: true) + ":"
            switch field.value {
            case .object(let children) where !children.isEmpty:
                out += "\n"
                mapping(children, indent: indent + 2, into: &out)
            case .array(let items) where !items.isEmpty:
                out += "\n"
                sequence(items, indent: indent, into: &out)
            default: out += " " + scalar(field.value, indent: indent + 2) + "\n"
            }
        }
    }

    private static func sequence(_ items: [Value], indent: Int, into out: inout String, firstLine: Bool = false) {
        let pad = String(repeating: " ", count: indent)
        for (position, item) in items.enumerated() {
            if !(firstLine && position == 0) { out += pad }
            out += "- "
            switch item {
            case .object(let fields) where !fields.isEmpty:
                mapping(fields, indent: indent + 2, into: &out, firstLine: true)
            case .array(let children) where !children.isEmpty:
                sequence(children, indent: indent + 2, into: &out, firstLine: true)
            default: out += scalar(item, indent: indent + 2) + "\n"
            }
        }
    }

    private static func scalar(_ value: Value, indent: Int) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .int, .double: JSONWriter.text(value)
        case .string(let text): string(text, indent: indent, isKey: false)
        case .array: "[]"
        case .object: "{}"
        }
    }

    private static func string(_ text: String, indent: Int, isKey: Bool) -> String {
        if text.contains("\n"), !isKey, isSafeBlock(text) { return block(text, indent: indent) }
        return needsQuotes(text) ? quoted(text) : text
    }

    private static func block(_ text: String, indent: Int) -> String {
        let pad = String(repeating: " ", count: indent)
        let body = text.hasSuffix("\n") ? String(text.dropLast()) : text
        let chomp = text.hasSuffix("\n\n") ? "+" : text.hasSuffix("\n") ? "" : "-"
        let hint = text.first == " " || text.first == "\n" ? "2" : ""
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        return "|\(hint)\(chomp)\n" + lines.map { $0.isEmpty ? "" : pad + $0 }.joined(separator: "\n")
    }

    private static func isSafeBlock(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || ($0.value >= 0x20 && $0.value != 0x7F) }
            && text.contains { $0 != "\n" && $0 != " " }
            && !text.hasPrefix("\t") && !text.hasPrefix("\n")
    }

    private static func needsQuotes(_ text: String) -> Bool {
        guard case .string = ScalarRules.plain(text) else { return true }
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return true }
        if "!&*?|>'\"%@`{}[],#: ".unicodeScalars.contains(first) || last == " " || last == ":" { return true }
        if first == "-", text == "-" || text.hasPrefix("- ") || text.hasPrefix("---") { return true }
        if text.contains(": ") || text.contains(" #") || text.hasPrefix("...") || text == "=" || text == "<<" {
            return true
        }
        if ["y", "n", "yes", "no", "on", "off"].contains(text.lowercased()) { return true }
        if Timestamp11.looksLike(text) { return true }
        return text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0xFEFF }
    }

    private static func quoted(_ text: String) -> String {
        let printable = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0xFEFF }
        if printable, !text.contains("'") || text.contains("\"") || text.contains("\\") {
            if !ScalarRules.plainIsString(text) || text.isEmpty { return "\"\(escaped(text))\"" }
            return "'\(text.replacing("'", with: "''"))'"
        }
        return "\"\(escaped(text))\""
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0xFEFF {
                    let hexadecimal = String(scalar.value, radix: 16, uppercase: true)
                    out += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out
    }
}

extension ScalarRules {
    static func plainIsString(_ text: String) -> Bool {
        if case .string = plain(text) { true } else { false }
    }
}

/// YAML 1.1's timestamps, which must be quoted to stay strings for older readers.
private enum Timestamp11 {
    static func looksLike(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes[4] == 0x2D else { return false }
        return bytes[0..<4].allSatisfy { (0x30...0x39).contains($0) } && (0x30...0x39).contains(bytes[5])
    }
}
