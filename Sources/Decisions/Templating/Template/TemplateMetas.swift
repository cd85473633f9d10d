/// Code, values and annotations that a node's comments hold.
struct TemplateMetas {
    var code: [(text: String, position: Position)] = []
    var values: [(text: String, position: Position)] = []
    var annotations: [(annotation: TemplateAnnotation, position: Position)] = []
    var needsEnd = false

    private static let nodeKeywords = [
        ("if/end", "if"), ("else/end", "else"), ("elif/end", "elif"), ("for/end", "for"), ("def/end", "def"),
    ]

    init(_ node: YAMLNode, ignoreUnknown: Bool) throws(TemplateError) {
        for comment in node.comments {
            let found = try TemplateAnnotation(comment, nodeLine: node.position.line, ignoreUnknown: ignoreUnknown)
            switch found.name {
            case TemplateAnnotation.comment: continue
            case TemplateAnnotation.value:
                let isEmpty = node.holdsValue ? node.value.isNull : node.items.isEmpty
                if !isEmpty {
                    throw TemplateError(
                        "Expected YAML node at \(comment.position.asString) to have either computed or YAML value, "
                            + "but found both", file: comment.position.file, line: comment.position.line)
                }
                values.append((found.content, comment.position))
            case TemplateAnnotation.code:
                if needsEnd {
                    throw TemplateError(
                        "Unexpected code at \(comment.position.asString) after use of '*/end', expected YAML node",
                        file: comment.position.file, line: comment.position.line)
                }
                code.append((takeNodeKeyword(found.content), comment.position))
            default: annotations.append((found, comment.position))
            }
        }
    }

    /// `if/end x:` is `if x:` whose block is the node.
    private mutating func takeNodeKeyword(_ text: String) -> String {
        let trimmed = text.drop { $0.isWhitespace }
        for (keyword, plain) in Self.nodeKeywords where trimmed.hasPrefix(keyword) {
            needsEnd = true
            return plain + trimmed.dropFirst(keyword.count)
        }
        return text
    }

    var hasTextTemplatedStrings: Bool {
        annotations.contains { $0.annotation.name == "yaml/text-templated-strings" }
    }
}
