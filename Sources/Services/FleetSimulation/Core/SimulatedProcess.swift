import Synchronization

/// One run of one process: everything it does are jobs of this executor, so it can be stopped between any two of them.
///
/// `kill` is kill -9 and power loss: from then on the seams that were given to this run have no effect.
/// Its tasks are cancelled and unwind unseen, which frees their memory.
package final class SimulatedProcess: TaskExecutor {
    private struct State {
        var isAlive = true
        var isHeld = false
        var held: [UnownedJob] = []
        var task: Task<Void, Never>?
        /// Jobs still run before it is killed; nil = no end in sight.
        var fuse: Int?
    }

    package let name: String
    let number: UInt64
    private let scheduler: SimulationScheduler
    private let state = Mutex(State())

    init(name: String, number: UInt64, scheduler: SimulationScheduler) {
        self.name = name
        self.number = number
        self.scheduler = scheduler
    }

    package var isAlive: Bool { state.withLock { $0.isAlive } }

    /// Starts the run. The layer's one task without a parent: a process has none, and a test that
    /// gives up on a run must not wait for it.
    func start(_ main: @escaping @Sendable () async -> Void) {
        let task = Task(executorPreference: self) { await main() }
        state.withLock { $0.task = task }
    }

    func kill() {
        let task = state.withLock { state -> Task<Void, Never>? in
            guard state.isAlive else { return nil }
            state.isAlive = false
            return state.task
        }
        hold(false)
        task?.cancel()
    }

    /// The run ended by itself.
    func ended() { state.withLock { $0.isAlive = false } }

    /// Kills it after some more jobs: at an await of the seed's choice.
    func lightFuse(jobs: Int, onEnd: @escaping @Sendable () -> Void) {
        state.withLock { $0.fuse = jobs }
        fuseEnd.withLock { $0 = onEnd }
    }

    private let fuseEnd = Mutex<(@Sendable () -> Void)?>(nil)

    /// Called before each job.
    func burn() {
        let isDue = state.withLock { state -> Bool in
            guard let left = state.fuse, state.isAlive else { return false }
            state.fuse = left > 0 ? left - 1 : nil
            return left == 0
        }
        if isDue { fuseEnd.withLock { $0 }?() }
    }

    /// SIGSTOP and SIGCONT.
    func hold(_ isHeld: Bool) {
        let released = state.withLock { state -> [UnownedJob] in
            state.isHeld = isHeld && state.isAlive
            guard !state.isHeld else { return [] }
            defer { state.held = [] }
            return state.held
        }
        for job in released { scheduler.enqueue(job, on: self) }
    }

    /// True when the job waits for SIGCONT.
    func keepsIfHeld(_ job: UnownedJob) -> Bool {
        state.withLock { state in
            if state.isHeld { state.held.append(job) }
            return state.isHeld
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if !keepsIfHeld(job) { scheduler.enqueue(job, on: self) }
    }
}
