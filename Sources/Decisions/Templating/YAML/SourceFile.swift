/// A file's name and its lines, kept for messages.
final class SourceFile: Sendable {
    let name: String
    let lines: [String]

    init(name: String, text: String) {
        self.name = name
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
    }

    /// The text of a line counted from 1; empty when there is no such line.
    func line(_ number: Int) -> String {
        lines.indices.contains(number - 1) ? lines[number - 1] : ""
    }
}
