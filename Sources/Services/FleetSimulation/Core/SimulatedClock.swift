import Synchronization

/// The virtual time as one process sees it: monotonic, moved by the scheduler only.
package struct SimulatedClock: Clock {
    package struct Instant: InstantProtocol {
        package typealias Duration = Swift.Duration
        package var offset: Swift.Duration
        package func advanced(by duration: Swift.Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Swift.Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let scheduler: SimulationScheduler

    package init(scheduler: SimulationScheduler) { self.scheduler = scheduler }

    package var now: Instant { Instant(offset: scheduler.now) }
    package var minimumResolution: Swift.Duration { .nanoseconds(1) }

    package func sleep(until deadline: Instant, tolerance: Swift.Duration?) async throws {
        let parking = Parking<Bool>()
        scheduler.after(deadline.offset - scheduler.now) { parking.settle(true) }
        guard await parking.wait(orCancelled: false) else { throw CancellationError() }
    }
}
