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
