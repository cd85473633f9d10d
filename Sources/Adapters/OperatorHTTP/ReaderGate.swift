internal import FleetModel
internal import Synchronization

/// Counts the requests that wait: streams of the feed and conditional requests.
final class ReaderGate: Sendable {
    private let limit: Int
    private let count = Mutex(0)

    init(limit: Int) { self.limit = limit }

    var readers: Int { count.withLock { $0 } }

    func enter() throws(FleetError) {
        let admitted = count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        guard admitted else {
            throw FleetError(
                .limitExceeded, "too many readers wait at the coordinator",
                reason: "at most \(limit) streams and waiting requests at once", next: "try again in a moment")
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}
