package import FleetModel

/// Time as a process sees it: a wall clock for stamps and a monotonic clock for waiting.
///
/// Injected everywhere, so that the seeded simulation can run on virtual time.
package struct TimeSource: Sendable {
    package var clock: any Clock<Duration>
    private let wall: @Sendable () -> Timestamp

    package init(clock: any Clock<Duration>, wall: @escaping @Sendable () -> Timestamp) {
        self.clock = clock
        self.wall = wall
    }

    package var now: Timestamp { wall() }

    package func sleep(for duration: Duration) async throws {
        try await clock.sleep(for: duration, tolerance: nil)
    }
}

extension Clock where Duration == Swift.Duration {
    fileprivate func sleep(for duration: Swift.Duration, tolerance: Swift.Duration?) async throws {
        try await sleep(until: now.advanced(by: duration), tolerance: tolerance)
    }
}
