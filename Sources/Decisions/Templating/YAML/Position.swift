/// Where a node stands: a line (from 1) of a file, or unknown for what was computed.
struct Position: Sendable {
    var line = 0
    var source: SourceFile?

    static let unknown = Position()

    var isKnown: Bool { line > 0 }
    var file: String { source?.name ?? "" }

    /// `file:12`, `file:?`, `12` or `?`.
    var compact: String {
        let prefix = file.isEmpty ? "" : file + ":"
        return prefix + (isKnown ? String(line) : "?")
    }

    var asString: String { "line " + compact }
    var lineText: String { source?.line(line) ?? "" }
}
