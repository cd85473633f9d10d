import FleetModel
import FleetRuntime
import Testing

@Suite struct AlarmTests {
    private let time = TimeSource(clock: ContinuousClock()) { .zero }

    @Test(.timeLimit(.minutes(10))) func aRingEndsTheSleep() async throws {
        let alarm = Alarm()
        // A clock that rings as soon as somebody sleeps on it, and sleeps for an hour.
        let ringing = TimeSource(clock: SleepingClock { alarm.ring() }) { .zero }
        try await alarm.sleep(for: .seconds(3600), on: ringing)
    }

    @Test(.timeLimit(.minutes(10))) func aRingBeforeTheSleepIsNotLost() async throws {
        let alarm = Alarm()
        alarm.ring()
        try await alarm.sleep(for: nil, on: time)
        alarm.ring()
        try await alarm.sleep(for: .seconds(3600), on: time)
    }

    @Test(.timeLimit(.minutes(10))) func sleepsAtMostItsTime() async throws {
        try await Alarm().sleep(for: .milliseconds(5), on: time)
    }

    @Test(.timeLimit(.minutes(10))) func aCancelledSleepThrows() async throws {
        let alarm = Alarm()
        let task = Task { try await alarm.sleep(for: nil, on: time) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // The next one sleeps as if nothing had been.
        try await alarm.sleep(for: .milliseconds(5), on: time)
    }
}

/// Says when somebody sleeps.
private struct SleepingClock: Clock {
    let sleeping: @Sendable () -> Void
    var now: ContinuousClock.Instant { ContinuousClock.now }
    var minimumResolution: Duration { .nanoseconds(1) }
    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        sleeping()
        try await ContinuousClock().sleep(until: deadline)
    }
}
