internal import FleetModel
import Synchronization

/// Who waits for content that is on its way over the link.
final class ContentWaiters: Sendable {
    typealias Arrival = Result<[UInt8], FleetError>

    private struct State {
        var next = 0
        var waiting: [ContentDigest: [Int: CheckedContinuation<Arrival, Never>]] = [:]
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Waits until the content is settled; a cancelled wait ends with `unavailable`.
    func wait(for digest: ContentDigest) async -> Arrival {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    state.waiting[digest, default: [:]][id] = continuation
                    return false
                }
                if isCancelled { continuation.resume(returning: Self.stopped) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let found = state.waiting[digest]?.removeValue(forKey: id)
                if found == nil { state.cancelled.insert(id) }
                return found
            }
            waiter?.resume(returning: Self.stopped)
        }
    }

    func settle(_ digest: ContentDigest, _ arrival: Arrival) {
        let waiters = state.withLock { $0.waiting.removeValue(forKey: digest) ?? [:] }
        for waiter in waiters.sorted(by: { $0.key < $1.key }) { waiter.value.resume(returning: arrival) }
    }

    private static let stopped = Arrival.failure(FleetError(.unavailable, "stopped waiting for content"))
}
