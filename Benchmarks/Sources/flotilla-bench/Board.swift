internal import Synchronization

/// What the socket thread has counted, and who waits for it.
final class Board: Sendable {
    private struct State {
        var live = 0
        var outcomes = 0
        var reports = 0
        var commandBytes = 0
        var redials = 0
        var waiting: (isDone: @Sendable (Counts) -> Bool, continuation: CheckedContinuation<Void, Never>)?
    }

    struct Counts {
        var live: Int
        /// Outcomes and reports that the coordinator has acknowledged: they are on its disk.
        var outcomes: Int
        var reports: Int
        var commandBytes: Int
        /// Connections that had to be dialled anew because libzmq had given them up.
        var redials: Int
    }

    private let state = Mutex(State())

    var counts: Counts { state.withLock { Self.counts($0) } }

    func add(live: Int = 0, outcomes: Int = 0, reports: Int = 0, commandBytes: Int = 0, redials: Int = 0) {
        let done = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.live += live
            state.outcomes += outcomes
            state.reports += reports
            state.redials += redials
            if commandBytes > 0 { state.commandBytes = commandBytes }
            guard let waiting = state.waiting, waiting.isDone(Self.counts(state)) else { return nil }
            state.waiting = nil
            return waiting.continuation
        }
        done?.resume()
    }

    /// One waiter at a time.
    func wait(until isDone: @escaping @Sendable (Counts) -> Bool) async {
        await withCheckedContinuation { continuation in
            let done = state.withLock { state in
                if isDone(Self.counts(state)) { return true }
                state.waiting = (isDone, continuation)
                return false
            }
            if done { continuation.resume() }
        }
    }

    private static func counts(_ state: State) -> Counts {
        Counts(
            live: state.live, outcomes: state.outcomes, reports: state.reports, commandBytes: state.commandBytes,
            redials: state.redials)
    }
}
