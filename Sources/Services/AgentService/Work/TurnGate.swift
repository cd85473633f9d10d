import Synchronization

/// Lets a bounded number of pieces of work go on at once; the others wait in order.
final class TurnGate: Sendable {
    private struct State {
        var free: Int
        var next = 0
        var queue: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        var cancelled: Set<Int> = []
    }

    private let state: Mutex<State>

    init(limit: Int) { state = Mutex(State(free: max(1, limit))) }

    /// Runs the work when it is its turn; not at all when the task is cancelled before.
    func run(_ body: () async -> Void) async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        guard await enter(id) else { return }
        await body()
        leave(id)
    }

    private func enter(_ id: Int) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let verdict = state.withLock { state -> Bool? in
                    if state.cancelled.remove(id) != nil { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.queue.append((id, continuation))
                    return nil
                }
                if let verdict { continuation.resume(returning: verdict) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let place = state.queue.firstIndex(where: { $0.id == id }) else {
                    // Not in the queue yet, or already at work: then `leave` takes the mark away.
                    state.cancelled.insert(id)
                    return nil
                }
                return state.queue.remove(at: place).continuation
            }
            waiting?.resume(returning: false)
        }
    }

    private func leave(_ id: Int) {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            state.cancelled.remove(id)
            guard !state.queue.isEmpty else {
                state.free += 1
                return nil
            }
            return state.queue.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
