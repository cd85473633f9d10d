internal import Foundation
internal import Synchronization

/// Hands the outcome of a thread's start to whoever started it.
final class StartGate<Success: Sendable, Failure: Error>: Sendable {
    private let outcome = Mutex<Result<Success, Failure>?>(nil)
    private let signal = DispatchSemaphore(value: 0)

    func open(_ result: Result<Success, Failure>) {
        outcome.withLock { $0 = result }
        signal.signal()
    }

    /// Waits for the thread's first act, which is a handful of system calls.
    func wait() throws(Failure) -> Success? {
        signal.wait()
        return try outcome.withLock { $0 }?.get()
    }
}
