import Synchronization

/// A continuation that takes the first of several answers.
final class OnceOnly<Output: Sendable>: Sendable {
    private let waiting: Mutex<CheckedContinuation<Output, Never>?>

    init(_ continuation: CheckedContinuation<Output, Never>) { waiting = Mutex(continuation) }

    func resume(_ output: Output) {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(returning: output)
    }
}
