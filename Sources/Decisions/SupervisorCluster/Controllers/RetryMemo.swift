internal import FleetModel

/// Exponential retry per object, as a work queue's rate limiter.
struct RetryMemo: Sendable {
    struct Entry: Sendable {
        var attempts: Int
        var next: Timestamp
    }
    private(set) var entries: [String: Entry] = [:]
    let first: Duration
    let longest: Duration

    init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    func mayTry(_ key: String, now: Timestamp) -> Bool { entries[key].map { $0.next <= now } ?? true }
    func next(_ key: String) -> Timestamp? { entries[key]?.next }

    /// Notes a failure and returns when to try again.
    @discardableResult
    mutating func failed(_ key: String, now: Timestamp) -> Timestamp {
        let attempts = (entries[key]?.attempts ?? 0) + 1
        let wait = min(longest, first * (1 << min(attempts - 1, 16)))
        let next = now.advanced(by: wait)
        entries[key] = Entry(attempts: attempts, next: next)
        return next
    }

    mutating func succeeded(_ key: String) { entries[key] = nil }

    mutating func forget(exceptFor alive: Set<String>) {
        guard entries.count > alive.count else { return }
        entries = entries.filter { alive.contains($0.key) }
    }
}
