internal import Dispatch
internal import Foundation
internal import Synchronization

/// Ctrl-C as a value, so that following can end with a word instead of a kill.
enum Interrupts {
    private struct State {
        /// Ctrl-C came while nobody waited: the next one to wait has it.
        var isPending = false
        var waiter: AsyncStream<Void>.Continuation?
    }

    private static let state = Mutex(State())

    /// Listens from the first use to the end of the process: a source that is made anew for each wait would miss what
    /// comes in between.
    private static let isListening: Bool = {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT)
        source.setEventHandler {
            withExtendedLifetime(source) {
                let waiter = state.withLock { state in
                    state.isPending = state.waiter == nil
                    return state.waiter
                }
                waiter?.yield()
            }
        }
        source.resume()
        return true
    }()

    /// Returns at the first SIGINT, or when cancelled; its default action is off from the call on.
    private static func wait() async {
        guard isListening else { return }
        let (interrupts, continuation) = AsyncStream.makeStream(of: Void.self)
        let came = state.withLock { state in
            defer { state.isPending = false }
            if !state.isPending { state.waiter = continuation }
            return state.isPending
        }
        guard !came else { return }
        for await _ in interrupts { break }
        state.withLock { $0.waiter = nil }
    }

    /// Runs `body`; nil when Ctrl-C came first.
    static func racing<Result: Sendable>(
        _ body: @Sendable @escaping () async throws -> Result
    ) async throws -> Result? {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                await wait()
                return nil
            }
            let first = try await group.next()
            group.cancelAll()
            return first ?? nil
        }
    }
}
