/// A YAML stream as text: documents are kept byte for byte, so that their digests are those of the files.
package enum DocumentStream {
    package static func split(_ text: String) -> [String] {
        var documents: [[Substring]] = [[]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "---" || line.hasPrefix("--- ") || line == "---\r" {
                documents.append([])
            } else {
                documents[documents.count - 1].append(line)
            }
        }
        return documents.filter { lines in
            lines.contains { line in
                let bare = line.drop { $0 == " " || $0 == "\t" }
                return !bare.isEmpty && bare != "\r" && !bare.hasPrefix("#")
            }
        }.map { $0.joined(separator: "\n") }
    }
}
