import Synchronization

/// What came for one process, taken in batches by its one consumer.
final class SimulatedInbox<Input: Sendable>: Sendable {
    private struct State {
        var inputs: [Input] = []
        var isClosed = false
        var waiter: Parking<Void>?
        var most = 0
    }

    private let state = Mutex(State())

    func put(_ input: Input) {
        let waiter = state.withLock { state -> Parking<Void>? in
            guard !state.isClosed else { return nil }
            state.inputs.append(input)
            state.most = max(state.most, state.inputs.count)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.settle(())
    }

    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            state.inputs = []
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.settle(())
    }

    /// All that is there; nil once closed.
    func next() async -> [Input]? {
        while true {
            let parking = Parking<Void>()
            let taken = state.withLock { state -> [Input]?? in
                if state.isClosed { return .some(nil) }
                guard state.inputs.isEmpty else {
                    defer { state.inputs = [] }
                    return state.inputs
                }
                state.waiter = parking
                return .none
            }
            if let taken { return taken }
            await parking.wait(orCancelled: ())
            if Task.isCancelled { return nil }
        }
    }
}
