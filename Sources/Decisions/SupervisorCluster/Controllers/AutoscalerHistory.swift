internal import FleetModel

/// What an autoscaler remembers: its recommendations and the changes it made, for the windows of its behaviour.
struct AutoscalerHistory: Sendable {
    struct Mark: Sendable {
        var time: Timestamp
        /// Replicas recommended, or by how many they changed (negative: removed).
        var number: Int
    }
    /// Marks kept of each; a window of an hour with a look every 15 s makes 240.
    private static let limit = 512

    private(set) var recommendations: [Mark] = []
    private(set) var changes: [Mark] = []

    mutating func recommend(_ replicas: Int, at now: Timestamp) {
        recommendations.append(Mark(time: now, number: replicas))
        if recommendations.count > Self.limit { recommendations.removeFirst(Self.limit / 2) }
    }

    mutating func change(by number: Int, at now: Timestamp) {
        changes.append(Mark(time: now, number: number))
        if changes.count > Self.limit { changes.removeFirst(Self.limit / 2) }
    }

    /// Recommendations younger than so many seconds.
    func recommended(within seconds: Int, before now: Timestamp) -> [Int] {
        let begin = now.advanced(byMilliseconds: -Int64(seconds) * 1000)
        return recommendations.filter { $0.time > begin }.map(\.number)
    }

    /// Replicas added and removed in so many seconds.
    func changed(within seconds: Int, before now: Timestamp) -> (added: Int, removed: Int) {
        let begin = now.advanced(byMilliseconds: -Int64(seconds) * 1000)
        var added = 0
        var removed = 0
        for change in changes where change.time > begin {
            if change.number > 0 { added += change.number } else { removed -= change.number }
        }
        return (added, removed)
    }
}
