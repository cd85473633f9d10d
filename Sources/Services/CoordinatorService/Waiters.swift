/// Feed readers that wait for the next event.
struct Waiters: Sendable {
    private var lastID: UInt64 = 0
    private var waiting: [UInt64: (after: UInt64, continuation: CheckedContinuation<Void, Never>)] = [:]
    private var cancelled: Set<UInt64> = []
    private(set) var isClosed = false

    mutating func newID() -> UInt64 {
        lastID += 1
        return lastID
    }

    /// False when the wait is over already: the caller resumes.
    mutating func add(_ id: UInt64, after: UInt64, _ continuation: CheckedContinuation<Void, Never>) -> Bool {
        guard !isClosed, cancelled.remove(id) == nil else { return false }
        waiting[id] = (after, continuation)
        return true
    }

    mutating func cancel(_ id: UInt64) -> CheckedContinuation<Void, Never>? {
        guard let known = waiting.removeValue(forKey: id) else {
            cancelled.insert(id)
            return nil
        }
        return known.continuation
    }

    /// The wait ended by itself: a late cancellation must not be remembered.
    mutating func forget(_ id: UInt64) { cancelled.remove(id) }

    mutating func due(upTo position: UInt64) -> [CheckedContinuation<Void, Never>] {
        let ids = waiting.filter { $0.value.after < position }.keys.sorted()
        return ids.compactMap { waiting.removeValue(forKey: $0)?.continuation }
    }

    mutating func close() -> [CheckedContinuation<Void, Never>] {
        isClosed = true
        return due(upTo: .max)
    }
}
