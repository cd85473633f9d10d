import Synchronization

/// The one thread of a simulation: it picks, by the seed, which of the ready jobs runs next, and moves the virtual time
/// when none is ready.
package final class SimulationScheduler: Sendable {
    private struct Ready: Sendable {
        var job: UnownedJob
        var process: SimulatedProcess
    }

    private struct State {
        var now = Duration.zero
        var ready: [Ready] = []
        var timers = TimerQueue()
        var random: SimulationRandom
        var trace = TraceHash()
        var steps = 0
        /// Jobs run since the time last moved.
        var stepsAtOnce = 0
        var processes: UInt64 = 0
        var log: [String]?
    }

    private let state: Mutex<State>

    /// `keepsLog`: for looking at one seed.
    package init(seed: UInt64, keepsLog: Bool = false) {
        state = Mutex(State(random: SimulationRandom(seed: seed, stream: "schedule"), log: keepsLog ? [] : nil))
    }

    /// Jobs that may run at one time: what takes more goes round in circles.
    private static let mostAtOnce = 300_000

    /// What runs never comes to wait for anything; nothing runs any more.
    package var isStuck: Bool { state.withLock { $0.stepsAtOnce > Self.mostAtOnce } }

    package var now: Duration { state.withLock { $0.now } }
    package var steps: Int { state.withLock { $0.steps } }
    package var trace: TraceHash { state.withLock { $0.trace } }
    package var log: [String] { state.withLock { $0.log ?? [] } }

    /// Whether `note` is worth its text.
    package var keepsLog: Bool { state.withLock { $0.log != nil } }

    /// A line for whoever looks at this seed.
    package func note(_ line: @autoclosure () -> String) {
        guard keepsLog else { return }
        let text = line()
        state.withLock { state in
            let time = state.now.components
            let fraction = String(1000 + time.attoseconds / 1_000_000_000_000_000).dropFirst()
            state.log?.append("\(time.seconds).\(fraction) #\(state.steps) \(text)")
        }
    }

    /// Takes what happened into the trace.
    func record(_ word: String, _ bytes: [UInt8] = []) {
        state.withLock { state in
            state.trace.mix(word)
            if !bytes.isEmpty { state.trace.mix(bytes) }
        }
    }

    func makeProcess(_ name: String) -> SimulatedProcess {
        let number = state.withLock { state in
            state.processes += 1
            return state.processes
        }
        return SimulatedProcess(name: name, number: number, scheduler: self)
    }

    func enqueue(_ job: UnownedJob, on process: SimulatedProcess) {
        state.withLock { $0.ready.append(Ready(job: job, process: process)) }
    }

    /// Runs `action` after a while, on the simulation's thread, outside any process.
    package func after(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
        state.withLock { state in
            let at = state.now + max(.zero, delay)
            state.timers.add(at: at, action)
        }
    }

    /// Runs until the condition holds (looked at between two times), the time is over or nothing is left to do.
    package func run(until deadline: Duration, _ isDone: () -> Bool = { false }) {
        while !isStuck {
            if let next = pickReady() {
                next.process.burn()
                if next.process.keepsIfHeld(next.job) { continue }
                unsafe next.job.runSynchronously(on: next.process.asUnownedTaskExecutor())
                continue
            }
            if isDone() { return }
            let action = state.withLock { state -> (@Sendable () -> Void)? in
                guard let first = state.timers.first, first <= deadline else {
                    state.now = max(state.now, deadline)
                    return nil
                }
                state.now = max(state.now, first)
                state.stepsAtOnce = 0
                return state.timers.popFirst()?.action
            }
            guard let action else { return }
            action()
        }
    }

    /// After the last run: what still waits for its time keeps the whole fleet in memory.
    func forgetTimers() { state.withLock { $0.timers = TimerQueue() } }

    private func pickReady() -> Ready? {
        state.withLock { state in
            guard !state.ready.isEmpty else { return nil }
            let index = state.random.below(state.ready.count)
            state.ready.swapAt(index, state.ready.count - 1)
            let next = state.ready.removeLast()
            state.steps += 1
            state.stepsAtOnce += 1
            state.trace.mix(next.process.number)
            return next
        }
    }
}
