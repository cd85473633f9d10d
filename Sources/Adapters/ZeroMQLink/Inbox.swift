internal import Synchronization

/// What a socket thread hands to its one consumer: whole batches, bounded.
///
/// When it is full the thread stops reading its sockets, and the peers are slowed by TCP; nothing is dropped.
final class Inbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiting: CheckedContinuation<[Element]?, Never>?
        var finished = false
        /// The thread was told to stop reading and waits for room.
        var stopped = false
    }

    private let state = Mutex(State())
    private let bound: Int

    init(bound: Int) { self.bound = bound }

    /// Takes a batch whole; the thread asks `hasRoom` before it reads the next one.
    func put(_ batch: [Element]) {
        guard !batch.isEmpty else { return }
        let (waiting, elements) = state.withLock { state -> (CheckedContinuation<[Element]?, Never>?, [Element]) in
            guard !state.finished else { return (nil, []) }
            state.elements += batch
            guard let waiting = state.waiting else { return (nil, []) }
            state.waiting = nil
            defer { state.elements = [] }
            return (waiting, state.elements)
        }
        waiting?.resume(returning: elements)
    }

    /// False: read no more; the consumer's next take rings.
    func hasRoom() -> Bool {
        state.withLock { state in
            state.stopped = state.elements.count >= bound
            return !state.stopped
        }
    }

    /// The next batch; nil once finished and empty. `resumed` is called when the thread waits for room.
    func next(resumed: @Sendable () -> Void) async -> [Element]? {
        let batch = await withCheckedContinuation { (continuation: CheckedContinuation<[Element]?, Never>) in
            let (ready, batch) = state.withLock { state -> (Bool, [Element]?) in
                if !state.elements.isEmpty {
                    defer { state.elements = [] }
                    return (true, state.elements)
                }
                // One consumer: a second one would take the first one's place, so it is told that it is over.
                if state.finished || state.waiting != nil { return (true, nil) }
                state.waiting = continuation
                return (false, nil)
            }
            if ready { continuation.resume(returning: batch) }
        }
        let ring = state.withLock { state in
            defer { state.stopped = false }
            return state.stopped
        }
        if ring { resumed() }
        return batch
    }

    func finish() {
        let waiting = state.withLock { state -> CheckedContinuation<[Element]?, Never>? in
            state.finished = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: nil)
    }
}
