internal import Synchronization

/// A sleep that can be cut short: for one task that waits until the next deadline, while others move it to earlier.
package final class Alarm: Sendable {
    private struct State {
        var rung = false
        var sleeper: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    /// Ends the sleep under way; without one the next sleep ends at once.
    package func ring() {
        let sleeper = state.withLock { state in
            state.rung = state.sleeper == nil
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.resume()
    }

    /// Sleeps for `duration` (nil: until rung). One task at a time. Throws when cancelled.
    package func sleep(for duration: Duration?, on time: TimeSource) async throws {
        await withTaskGroup(of: Void.self) { group in
            if let duration { group.addTask { try? await time.sleep(for: duration) } }
            group.addTask { await self.untilRung() }
            await group.next()
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    private func untilRung() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.rung || Task.isCancelled {
                        state.rung = false
                        return true
                    }
                    state.sleeper = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                defer { state.sleeper = nil }
                return state.sleeper
            }
            sleeper?.resume()
        }
    }
}
