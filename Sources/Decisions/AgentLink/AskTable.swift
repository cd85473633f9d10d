internal import FleetModel

/// The coordinator's open questions to one agent: each has a deadline and is repeated until then.
struct AskTable: Hashable, Sendable {
    private struct Open: Hashable, Sendable {
        var question: AgentQuestion
        var deadline: Duration
        var due: Duration
        var backoff: Backoff
    }

    private let limit: Int
    private let timing: LinkTiming
    private var open: [UInt64: Open] = [:]

    init(limits: LinkLimits, timing: LinkTiming) {
        limit = limits.outstandingAsks
        self.timing = timing
    }

    /// - Parameter sending: whether questions can go out now; else only their deadlines count.
    func nextWake(sending: Bool) -> Duration? {
        open.values.map { sending ? min($0.deadline, $0.due) : $0.deadline }.min()
    }

    func names(_ digest: ContentDigest) -> Bool {
        open.values.contains { open in
            guard case .plan(_, let selection) = open.question else { return false }
            return selection.names(digest)
        }
    }

    /// False when the limit is reached or the id is in use.
    mutating func add(id: UInt64, _ question: AgentQuestion, deadline: Duration, now: Duration) -> Bool {
        guard open.count < limit, open[id] == nil else { return false }
        open[id] = Open(
            question: question, deadline: now + deadline, due: now,
            backoff: Backoff(first: timing.resendFirst, longest: timing.resendLongest))
        return true
    }

    /// True when the question was open.
    mutating func close(_ id: UInt64) -> Bool { open.removeValue(forKey: id) != nil }

    /// A piece of the answer came; false when the question is not open.
    mutating func heard(_ id: UInt64, now: Duration) -> Bool {
        guard open[id] != nil else { return false }
        open[id]?.backoff.reset()
        if let wait = open[id]?.backoff.next() { open[id]?.due = now + wait }
        return true
    }

    mutating func closeAll() -> [UInt64] {
        defer { open = [:] }
        return open.keys.sorted()
    }

    mutating func expired(now: Duration) -> [UInt64] {
        let ids = open.filter { $0.value.deadline <= now }.keys.sorted()
        for id in ids { open[id] = nil }
        return ids
    }

    /// A new session has not seen any of them.
    mutating func restart(now: Duration) {
        for id in open.keys {
            open[id]?.due = now
            open[id]?.backoff.reset()
        }
    }

    mutating func due(now: Duration) -> [(id: UInt64, question: AgentQuestion, left: Duration)] {
        var out: [(id: UInt64, question: AgentQuestion, left: Duration)] = []
        for (id, entry) in open.sorted(by: { $0.key < $1.key }) where entry.due <= now {
            var again = entry
            again.due = now + again.backoff.next()
            open[id] = again
            out.append((id, entry.question, entry.deadline - now))
        }
        return out
    }
}
