/// What a `#@…` comment says.
struct TemplateAnnotation {
    static let code = "template/code"
    static let value = "template/value"
    static let comment = "comment"

    var name: String
    var content: String

    /// Reads a comment of a node on `nodeLine` (0 when unknown): code above the node, a value beside it.
    init(_ comment: YAMLComment, nodeLine: Int, ignoreUnknown: Bool) throws(TemplateError) {
        let text = comment.text
        if text.hasPrefix("!") {
            name = Self.comment
            content = String(text.dropFirst())
        } else if text.hasPrefix("@") {
            let parts = text.dropFirst().split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            name = parts.first.map(String.init) ?? ""
            content = parts.count > 1 ? String(parts[1]) : ""
            if name.isEmpty { name = nodeLine > 0 && comment.position.line == nodeLine ? Self.value : Self.code }
        } else if ignoreUnknown {
            name = Self.comment
            content = text
        } else {
            let line = comment.position.isKnown ? String(comment.position.line) : "?"
            throw TemplateError(
                "Failed to parse line \(line): '#\(text)': Expected ytt-formatted string (use '#@' for annotations "
                    + "or code, '#!' for comments)",
                file: comment.position.file, line: comment.position.line)
        }
    }

    /// Whether anything in a tree is for ytt to evaluate; files without are taken as they are.
    static func hasTemplating(_ node: YAMLNode) -> Bool {
        for comment in node.comments {
            guard let found = try? TemplateAnnotation(comment, nodeLine: node.position.line, ignoreUnknown: true)
            else { return false }
            if found.name != Self.comment { return true }
        }
        if let child = node.value.node, hasTemplating(child) { return true }
        return node.items.contains(where: hasTemplating)
    }

    /// Whether a document carries an annotation, before anything was evaluated.
    static func has(_ name: String, on node: YAMLNode) -> Bool {
        node.comments.contains {
            (try? TemplateAnnotation($0, nodeLine: node.position.line, ignoreUnknown: true))?.name == name
        }
    }
}
