internal import Foundation
import Synchronization
internal import ZeroMQ

/// One thread that runs a process's tasks and wakes its sleepers.
///
/// On the concurrency pool every step of a task wakes one thread or two, and a timer a third: for a process that mostly
/// waits these switches cost more than its work. Nothing that runs here may block or compute for long.
package final class TaskThread: TaskExecutor {
    struct Sleeper: Sendable {
        var id: UInt64
        var until: ContinuousClock.Instant
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var ready: [UnownedJob] = []
        /// The soonest last; the tasks of the process bound their number.
        var sleepers: [Sleeper] = []
        /// Told to end before they slept.
        var cancelled: Set<UInt64> = []
        var lastSleeper: UInt64 = 0
        var isWaiting = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let bell: Bell
    private let clock = ContinuousClock()

    private init(name: String) throws(ZeroMQError) {
        bell = try Bell()
        let thread = Thread { [self] in
            // On Linux a thread has its maker's name until it takes one itself.
            Thread.current.name = name
            loop()
        }
        thread.start()
    }

    /// Runs `body` and all tasks that it begins inside itself on a thread of this name, which then ends.
    package static func run<Output: Sendable>(
        name: String, _ body: @Sendable (TaskThread) async throws -> Output
    ) async throws -> Output {
        let thread = try TaskThread(name: name)
        defer { thread.close() }
        return try await withTaskExecutorPreference(thread) { try await body(thread) }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        wake { $0.ready.append(job) }
    }

    /// False when the task was cancelled before the time came.
    func sleep(until: ContinuousClock.Instant) async -> Bool {
        let id = state.withLock { state in
            state.lastSleeper += 1
            return state.lastSleeper
        }
        let slept = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let sleeper = Sleeper(id: id, until: until, continuation: continuation)
                if !add(sleeper) { continuation.resume(returning: false) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let place = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    // Not asleep yet, or just awake.
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: place)
            }
            sleeper?.continuation.resume(returning: false)
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        return slept
    }

    /// False when it was cancelled already.
    private func add(_ sleeper: Sleeper) -> Bool {
        wake { state in
            if state.cancelled.remove(sleeper.id) != nil { return false }
            let place = state.sleepers.firstIndex { $0.until <= sleeper.until } ?? state.sleepers.count
            state.sleepers.insert(sleeper, at: place)
            return true
        }
    }

    private func close() { wake { $0.isClosed = true } }

    private func wake<Output: Sendable>(_ change: (inout sending State) -> Output) -> Output {
        let (output, rings) = state.withLock { state in
            let output = change(&state)
            defer { state.isWaiting = false }
            return (output, state.isWaiting)
        }
        if rings { bell.ring() }
        return output
    }

    private func loop() {
        while true {
            let (jobs, isClosed) = state.withLock { state in
                defer { state.ready = [] }
                return (state.ready, state.isClosed)
            }
            for job in jobs { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
            for sleeper in due() { sleeper.continuation.resume(returning: true) }
            if isClosed, jobs.isEmpty { return }
            wait()
        }
    }

    private func due() -> [Sleeper] {
        state.withLock { state in
            guard let next = state.sleepers.last else { return [] }
            let now = clock.now
            guard next.until <= now else { return [] }
            let first = state.sleepers.firstIndex { $0.until <= now } ?? state.sleepers.count
            defer { state.sleepers.removeSubrange(first...) }
            return state.sleepers[first...].reversed()
        }
    }

    /// Until there is a job, a sleeper's time has come or the thread is to end.
    private func wait() {
        let wait = state.withLock { state -> Int? in
            guard state.ready.isEmpty, !state.isClosed else { return nil }
            guard let next = state.sleepers.last else {
                state.isWaiting = true
                return -1
            }
            let left = next.until - clock.now
            guard left > .zero else { return nil }
            state.isWaiting = true
            // Rounded up: who wakes early only waits again.
            return Int(min(left / .milliseconds(1), 1e9).rounded(.up))
        }
        guard let wait else { return }
        // A wait that fails ends at once; the loop then looks and waits again.
        _ = try? Poller().wait(for: [], bell: bell, milliseconds: wait)
        state.withLock { $0.isWaiting = false }
    }
}
