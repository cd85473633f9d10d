extension YAMLReader {
    /// The value a scalar's text stands for; quoted and block scalars are strings unless tagged.
    func resolve(_ text: String, _ tag: String?, plain: Bool) throws(TemplateError) -> YAMLValue {
        guard let tag, tag != "!" else {
            guard plain, tag == nil else { return .string(text) }
            return isStrict ? try ScalarResolver.resolveStrictly(text) : ScalarResolver.resolve(text)
        }
        let resolved = ScalarResolver.resolve(text)
        switch tag {
        case "!!str": return .string(text)
        case "!!binary":
            guard let bytes = Base64.decode(text), let decoded = String(validating: bytes, as: UTF8.self) else {
                throw TemplateError("yaml: !!binary value contains invalid base64 data")
            }
            return .string(decoded)
        case "!!int": if case .int = resolved { return resolved }
        case "!!bool": if case .bool = resolved { return resolved }
        case "!!null": if case .null = resolved { return resolved }
        case "!!float":
            if case .float = resolved { return resolved }
            if case .int(let number) = resolved { return .float(Double(number)) }
        default: return .string(text)
        }
        throw TemplateError("yaml: cannot decode \(ScalarResolver.tag(of: resolved)) `\(text)` as a \(tag)")
    }
}
