/// One way in which values or a schema are wrong.
struct SchemaViolation {
    var description = ""
    var position: Position
    var annotations: [Position] = []
    var expected = ""
    var found = ""
    var hints: [String] = []
    /// The node as YAML, for what has no place because it was computed.
    var calculated = ""

    static func mismatch(_ node: YAMLNode, _ type: SchemaType) -> SchemaViolation {
        SchemaViolation(
            position: node.position, expected: "\(type.name) (by \(type.position.compact))",
            found: typeName(node.holdsValue ? node.value : .node(node)), calculated: text(of: node))
    }

    private static func text(of node: YAMLNode) -> String {
        if node.position.isKnown { return "" }
        switch node.kind {
        case .mapItem: return firstLine(.node(.collection(.map, [node])))
        case .arrayItem: return firstLine(.node(.collection(.array, [node])))
        default: return firstLine(.node(node))
        }
    }

    private static func firstLine(_ value: YAMLValue) -> String {
        YAMLPrinter.print(value).split(separator: "\n").first.map(String.init) ?? ""
    }

    static func unexpectedKey(_ item: YAMLNode, _ map: SchemaType, _ keys: [String]) -> SchemaViolation {
        let key = YAMLConversion.keyText(item.key)
        let sorted = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let place = "(from \(map.position.compact))"
        var violation = SchemaViolation(
            description: "Given data value is not declared in schema", position: item.position, found: key,
            calculated: text(of: item))
        switch sorted.count {
        case 1: violation.expected = "a map item with the key named \"\(sorted[0])\" \(place)"
        case 2...9: violation.expected = "one of { \(sorted.joined(separator: ", ")) } \(place)"
        default: violation.expected = "a key declared in map \(place)"
        }
        if let near = SpellingHint.nearest(key, sorted) { violation.hints.append("did you mean \"\(near)\"?") }
        return violation
    }

    static func typeName(_ value: YAMLValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .int, .uint: "integer"
        case .float: "float"
        case .string: "string"
        case .node(let node): node.displayName
        }
    }

    /// The report of some violations, as ytt lays it out.
    static func report(_ summary: String, _ violations: [SchemaViolation]) -> TemplateError {
        func place(_ position: Position) -> String { position.isKnown ? String(position.line) : "?" }
        let width = violations.map { place($0.position).count }.max() ?? 0
        func pad(_ mark: String, _ text: String = "") -> String {
            "  " + String(repeating: " ", count: max(0, width - text.count)) + text + " " + mark
        }
        var text = "\n\(summary)\n" + String(repeating: "=", count: summary.count)
        func finish(_ violation: SchemaViolation) {
            if !violation.found.isEmpty { text += "\(pad("=")) found: \(violation.found)" }
            text += "\n"
            if !violation.expected.isEmpty { text += "\(pad("=")) expected: \(violation.expected)" }
            for hint in violation.hints { text += "\n\(pad("=")) hint: \(hint)" }
        }
        for violation in violations {
            text += "\n"
            if !violation.description.isEmpty { text += "\n\(violation.description)" }
            guard violation.calculated.isEmpty else {
                text += "\nData value calculated:\n\(pad("#"))\n\(pad("#")) \(violation.calculated)\n\(pad("#"))\n\n"
                finish(violation)
                continue
            }
            text += "\n\(violation.position.file):\n\(pad("|"))\n"
            for annotation in violation.annotations where annotation.isKnown {
                text += "\(pad("|", place(annotation))) \(annotation.lineText)\n"
            }
            text += "\(pad("|", place(violation.position))) \(violation.position.lineText)\n\(pad("|"))\n\n"
            finish(violation)
        }
        text += "\n\n"
        return TemplateError(text, file: violations.first?.position.file, line: violations.first?.position.line)
    }
}
