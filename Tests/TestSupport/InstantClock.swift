import Synchronization

/// A clock whose sleeps end at once and move its time: waiting rules are tested without waiting.
package final class InstantClock: Clock {
    package typealias Duration = Swift.Duration

    package struct Instant: InstantProtocol {
        package typealias Duration = Swift.Duration
        package var offset: Swift.Duration
        package func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let elapsed = Mutex(Swift.Duration.zero)
    private let slept = Mutex<[Swift.Duration]>([])

    package init() {}

    package var now: Instant { Instant(offset: elapsed.withLock { $0 }) }
    package var minimumResolution: Swift.Duration { .nanoseconds(1) }
    /// Every sleep so far, in order.
    package var sleeps: [Swift.Duration] { slept.withLock { $0 } }

    package func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
        try Task.checkCancellation()
        let length = elapsed.withLock { elapsed in
            defer { elapsed = max(elapsed, deadline.offset) }
            return deadline.offset - elapsed
        }
        slept.withLock { $0.append(length) }
        await Task.yield()
        try Task.checkCancellation()
    }
}
