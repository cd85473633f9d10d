/// One line of the Starlark program that a template is turned into, and where it comes from.
struct TemplateLine {
    var code: String
    var source: SourceLine?
}

/// A line of a template as messages show it.
struct SourceLine {
    var position: Position
    var content: String
    /// Shown instead of the line: the piece of a text template inside of it.
    var selected: (position: Position, content: String)?

    var shown: String {
        let (position, content) = selected ?? (position, content)
        return "\(position.compact) | \(content)"
    }
}
