/// "Did you mean": the nearest of some names, as Starlark suggests.
enum SpellingHint {
    static func nearest(_ word: String, _ candidates: [String]) -> String? {
        let wanted = fold(word)
        var best: String?
        var bestDistance = (wanted.count + 1) / 2
        for candidate in candidates {
            let distance = distance(wanted, fold(candidate), limit: bestDistance)
            if distance < bestDistance {
                bestDistance = distance
                best = candidate
            }
        }
        return best
    }

    /// Underscores and case do not count.
    private static func fold(_ text: String) -> [UInt8] {
        text.utf8.filter { $0 != 95 }.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
    }

    private static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int {
        if abs(left.count - right.count) >= limit { return limit }
        var row = Array(0...right.count)
        for (number, byte) in left.enumerated() {
            var previous = row[0]
            row[0] = number + 1
            for column in right.indices {
                let old = row[column + 1]
                row[column + 1] = min(
                    previous + (byte == right[column] ? 0 : 1), row[column] + 1, old + 1)
                previous = old
            }
        }
        return row[right.count]
    }
}
