internal import Dispatch
internal import Foundation

/// Ctrl-C as a value, so that following can end with a word instead of a kill.
enum Interrupts {
    /// Returns at the first SIGINT, or when cancelled; its default action is off from the call on.
    private static func wait() async {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT)
        let (interrupts, continuation) = AsyncStream.makeStream(of: Void.self)
        source.setEventHandler { continuation.yield() }
        source.resume()
        for await _ in interrupts { break }
        source.cancel()
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
