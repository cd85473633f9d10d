/// ytt's strict subset of YAML (`--strict`, `library.get(…, strict=True)`).
extension ScalarResolver {
    /// What a plain scalar means to everybody; an error where YAML's readers differ.
    static func resolveStrictly(_ text: String) throws(TemplateError) -> YAMLValue {
        let lenient = resolve(text)
        let strict = try conservative(text)
        if tag(of: lenient) != tag(of: strict) {
            throw TemplateError(
                "yaml: Strict parsing: Found '\(text)' ambigious (could be \(tag(of: strict)) or \(tag(of: lenient)))")
        }
        return lenient
    }

    private static func conservative(_ text: String) throws(TemplateError) -> YAMLValue {
        switch text {
        case "": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        if text.wholeMatch(of: /-?(0|[1-9][0-9]*)/) != nil {
            let value = resolve(text)
            if case .float = value {
                throw TemplateError("yaml: Strict parsing: Parsing int '\(text)': value out of range")
            }
            return value
        }
        if text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil {
            return .float(Double(text) ?? .nan)
        }
        let rules: [(what: String, isBroken: Bool)] = [
            ("whitespace", text.unicodeScalars.contains { $0.properties.isWhitespace }),
            ("colon", text.utf8.contains(UInt8(ascii: ":"))), ("triple-dash", text.contains("---")),
        ]
        for rule in rules where rule.isBroken {
            throw TemplateError(
                "yaml: Strict parsing: Strings with \(rule.what) must be explicitly quoted: '\(text)'")
        }
        return .string(text)
    }
}
