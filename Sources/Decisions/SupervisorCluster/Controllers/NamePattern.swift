/// Matches `namespace/name` or `name` against a pattern in which `*` stands for any run of characters.
enum NamePattern {
    static func matches(_ pattern: String, namespace: String, name: String) -> Bool {
        pattern.utf8.contains(0x2F)
            ? matches(pattern, "\(namespace)/\(name)") : matches(pattern, name)
    }

    static func anyMatches(_ patterns: [String], namespace: String, name: String) -> Bool {
        patterns.contains { matches($0, namespace: namespace, name: name) }
    }

    /// Greedy matching with one remembered star: linear in practice, never exponential.
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let text = Array(text.utf8)
        var at = 0
        var position = 0
        var star: (pattern: Int, text: Int)?
        while position < text.count {
            if at < pattern.count, pattern[at] == 0x2A {
                star = (at, position)
                at += 1
            } else if at < pattern.count, pattern[at] == text[position] {
                at += 1
                position += 1
            } else if let mark = star {
                star = (mark.pattern, mark.text + 1)
                at = mark.pattern + 1
                position = mark.text + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == 0x2A }
    }
}
