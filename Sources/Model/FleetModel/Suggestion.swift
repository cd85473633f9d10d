/// "Did you mean": the names nearest to a word that is none of them.
package enum Suggestion {
    /// Longer words are near to nothing.
    private static let maximumLength = 64
    /// More names are counted.
    private static let shownNames = 20

    /// The nearest names, if they are within a third of the word's length, at least two changes.
    package static func near(_ word: String, among names: [String]) -> [String] {
        guard word.utf8.count <= maximumLength else { return [] }
        let limit = max(2, word.count / 3)
        let distances = names.filter { $0.utf8.count <= maximumLength }.map { (distance(word, $0), $0) }
        guard let least = distances.map(\.0).min(), least <= limit else { return [] }
        return distances.filter { $0.0 == least }.map(\.1).sorted()
    }

    /// `Did you mean X?`, or the names there are.
    package static func text(_ word: String, among names: [String]) -> String {
        let near = near(word, among: names)
        if !near.isEmpty { return "Did you mean \(near.joined(separator: " or "))?" }
        if names.isEmpty { return "there is none yet" }
        let more = names.count > shownNames ? " and \(names.count - shownNames) more" : ""
        return "known: \(names.sorted().prefix(shownNames).joined(separator: ", "))\(more)"
    }

    /// Levenshtein's edit distance, without regard to case.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased())
        let right = Array(right.lowercased())
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = a == b ? diagonal : min(diagonal, above, row[j]) + 1
                diagonal = above
            }
        }
        return row[right.count]
    }
}
