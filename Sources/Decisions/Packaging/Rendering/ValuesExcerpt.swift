/// ytt quotes the line of the values it complains about. The operator's values may hold secrets, also under a key that
/// was mistyped and is therefore not known to be secret; its words go into the feed, which keeps them.
enum ValuesExcerpt {
    private static let hidden = "…"

    /// The message with the right sides of quoted lines of `values` hidden; keys, positions and ytt's words stay.
    static func hidden(in message: String, of values: String) -> String {
        let known = Set(values.split(separator: "\n").map(trimmed))
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard let bar = line.firstRange(of: " | ") ?? line.firstRange(of: " # ") else { return String(line) }
            let head = line[..<bar.lowerBound]
            let quoted = trimmed(line[bar.upperBound...])
            guard head.allSatisfy({ $0 == " " || $0.isNumber || $0 == "?" }), known.contains(quoted) else {
                return String(line)
            }
            return String(line[..<bar.upperBound]) + shown(quoted)
        }
        return lines.joined(separator: "\n")
    }

    /// `password: …` of `password: secret`, `- …` of `- secret`; a line that only opens a mapping stays.
    private static func shown(_ line: Substring) -> String {
        if line.hasSuffix(":") { return String(line) }
        if let colon = line.firstRange(of: ": ") { return line[..<colon.upperBound] + hidden }
        return line.hasPrefix("- ") ? "- " + hidden : hidden
    }

    private static func trimmed(_ line: Substring) -> Substring {
        let start = line.drop { $0 == " " }
        return start.last == "\r" ? start.dropLast() : start
    }
}
