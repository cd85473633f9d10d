internal import Synchronization

/// Why the agent's workers have to end, noted by the first that failed.
///
/// The task group cannot tell: ending one worker cancels the others, and whichever of them is gone first gives the
/// group's error, a cancellation. A failed write must end the process with an error all the same, because its service
/// manager starts it again only then.
final class FirstFailure: Sendable {
    private let noted = Mutex<(any Error)?>(nil)

    var error: (any Error)? { noted.withLock { $0 } }

    func note(_ error: any Error) {
        guard !(error is CancellationError) else { return }
        noted.withLock { $0 = $0 ?? error }
    }
}
