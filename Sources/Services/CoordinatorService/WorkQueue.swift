import Synchronization

/// A bounded queue with one consumer that takes everything that waits, up to a batch, in order.
final class WorkQueue<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var consumer: CheckedContinuation<Void, Never>?
        var isClosed = false
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// False when the queue is full or closed: the item was not taken. `beyondLimit` is for what is bounded elsewhere.
    func push(_ item: Item, beyondLimit: Bool = false) -> Bool {
        let outcome = state.withLock { state -> (taken: Bool, consumer: CheckedContinuation<Void, Never>?) in
            guard !state.isClosed, beyondLimit || state.items.count < limit else { return (false, nil) }
            state.items.append(item)
            defer { state.consumer = nil }
            return (true, state.consumer)
        }
        outcome.consumer?.resume()
        return outcome.taken
    }

    /// The next items; nil once the queue is closed and empty. Without `waits` none when none are there.
    func next(upTo count: Int, waits: Bool = true) async -> [Item]? {
        while true {
            let (taken, isOver) = state.withLock { state -> ([Item], Bool) in
                let batch = Array(state.items.prefix(count))
                state.items.removeFirst(batch.count)
                return (batch, batch.isEmpty && state.isClosed)
            }
            if isOver { return nil }
            if !taken.isEmpty || !waits { return taken }
            await withCheckedContinuation { continuation in
                let resumeNow = state.withLock { state in
                    guard state.items.isEmpty, !state.isClosed else { return true }
                    state.consumer = continuation
                    return false
                }
                if resumeNow { continuation.resume() }
            }
        }
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Refuses further items; the consumer still gets those that wait.
    func close() {
        let consumer = state.withLock { state in
            state.isClosed = true
            defer { state.consumer = nil }
            return state.consumer
        }
        consumer?.resume()
    }
}
