import Synchronization

/// Lets running work be stopped by name inside a structured task group.
///
/// A task group cancels all its children or none; here each piece of work runs under a key, and `cancel` stops exactly
/// the work of one key and returns when it has ended.
final class CancelScope: Sendable {
    enum Key: Hashable, Sendable {
        case attempt(UInt64)
        case timer(String)
    }

    private struct Running {
        var key: Key
        var stop: AsyncStream<Never>.Continuation
    }

    private struct State {
        var next = 0
        var running: [Int: Running] = [:]
        var waiters: [(key: Key, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Announces work before its task is started, so that a `cancel` in between stops it too.
    func register(_ key: Key) -> Ticket {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let id = state.withLock { state in
            state.next += 1
            state.running[state.next] = Running(key: key, stop: continuation)
            return state.next
        }
        return Ticket(id: id, key: key, stopped: stream)
    }

    struct Ticket: Sendable {
        fileprivate var id: Int
        fileprivate var key: Key
        fileprivate var stopped: AsyncStream<Never>
    }

    /// Runs the work until it ends or is cancelled.
    func run(_ ticket: Ticket, _ body: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask { for await _ in ticket.stopped {} }
            await group.next()
            group.cancelAll()
        }
        finish(ticket)
    }

    private func finish(_ ticket: Ticket) {
        let ended = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.running[ticket.id] = nil
            guard !state.running.values.contains(where: { $0.key == ticket.key }) else { return [] }
            let ready = state.waiters.filter { $0.key == ticket.key }.map(\.continuation)
            state.waiters.removeAll { $0.key == ticket.key }
            return ready
        }
        for waiter in ended { waiter.resume() }
    }

    /// Stops the work of a key and returns once all of it has ended.
    func cancel(_ key: Key) async {
        stop(key)
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                guard state.running.values.contains(where: { $0.key == key }) else { return true }
                state.waiters.append((key, continuation))
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    /// Stops the work of a key without waiting.
    func stop(_ key: Key) {
        let streams = state.withLock { state in state.running.values.filter { $0.key == key }.map(\.stop) }
        for stream in streams { stream.finish() }
    }
}
