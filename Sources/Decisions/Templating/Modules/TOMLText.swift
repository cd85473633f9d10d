/// Writes TOML as ytt's encoder does: simple values first, then tables, keys sorted.
struct TOMLText {
    private var out = ""
    private let indent: String

    static func encode(_ value: YAMLValue, indent: Int) throws(TemplateError) -> String {
        guard let map = value.node, map.kind == .map else {
            throw TemplateError("top-level values must be Go maps or structs")
        }
        var writer = TOMLText(indent: String(repeating: " ", count: indent > 0 ? indent : 2))
        try writer.table(map, path: [], array: false)
        return writer.out
    }

    private init(indent: String) { self.indent = indent }

    private static func isTable(_ value: YAMLValue) -> Bool { value.node?.kind == .map }

    /// An array whose items are all tables is written as `[[…]]`.
    private static func isTableArray(_ value: YAMLValue) -> Bool {
        guard let node = value.node, node.kind == .array, !node.items.isEmpty else { return false }
        return node.items.allSatisfy { isTable($0.value) }
    }

    private mutating func table(_ map: YAMLNode, path: [String], array: Bool) throws(TemplateError) {
        let items = map.items.map { (key: YAMLConversion.keyText($0.key), value: $0.value) }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let pad = String(repeating: indent, count: path.count)
        for (key, value) in items where !Self.isTable(value) && !Self.isTableArray(value) {
            if value.isNull { continue }
            out += "\(pad)\(Self.key(key)) = \(try Self.inline(value))\n"
        }
        for (key, value) in items {
            guard let node = value.node, Self.isTable(value) || Self.isTableArray(value) else { continue }
            let inner = path + [key]
            let name = inner.map(Self.key).joined(separator: ".")
            if node.kind == .map {
                if !out.isEmpty, path.isEmpty { out += "\n" }
                out += "\(pad)[\(name)]\n"
                try table(node, path: inner, array: false)
            } else {
                for item in node.items {
                    if !out.isEmpty { out += "\n" }
                    out += "\(pad)[[\(name)]]\n"
                    if let table = item.value.node { try self.table(table, path: inner, array: true) }
                }
            }
        }
    }

    private static func key(_ text: String) -> String {
        let isBare =
            !text.isEmpty
            && text.utf8.allSatisfy {
                ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122) || $0 == 95 || $0 == 45
            }
        return isBare ? text : quoted(text)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 34: result += "\\\""
            case 92: result += "\\\\"
            case 10: result += "\\n"
            case 9: result += "\\t"
            case 13: result += "\\r"
            case 0..<32, 127:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func inline(_ value: YAMLValue) throws(TemplateError) -> String {
        switch value {
        case .string(let text): return quoted(text)
        case .float(let number):
            let text = GoFloat.format(number, exponentFrom: 21)
            return text.contains(".") || text.contains("e") ? text : text + ".0"
        case .null: throw TemplateError("TOML array element cannot contain null values")
        case .node(let node):
            var parts: [String] = []
            for item in node.items {
                let inner = try inline(item.value)
                parts.append(node.kind == .map ? "\(key(YAMLConversion.keyText(item.key))) = \(inner)" : inner)
            }
            let joined = parts.joined(separator: ", ")
            return node.kind == .map ? "{\(joined)}" : "[\(joined)]"
        case .bool, .int, .uint: return YAMLPrinter.plainText(value)
        }
    }
}
