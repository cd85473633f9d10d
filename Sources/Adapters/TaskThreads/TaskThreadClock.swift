/// The continuous clock, whose sleepers are woken by the thread that then runs them.
package struct TaskThreadClock: Clock {
    package typealias Duration = Swift.Duration
    package typealias Instant = ContinuousClock.Instant

    private let thread: TaskThread
    private let clock = ContinuousClock()

    package init(_ thread: TaskThread) { self.thread = thread }

    package var now: Instant { clock.now }
    package var minimumResolution: Duration { .milliseconds(1) }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        guard await thread.sleep(until: deadline) else { throw CancellationError() }
    }
}
