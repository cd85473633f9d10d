internal import FleetModel
internal import Synchronization

/// One computer of the fleet: its disk, its wall clock, and the process that runs on it now.
final class SimulatedMachine: Sendable {
    private struct State {
        var process: SimulatedProcess?
        var wallOffset = Duration.zero
        /// False while it is to stay switched off.
        var isWanted = true
        var starts = 0
        var onDeath: (@Sendable () -> Void)?
        var recoveryFuses: [Int] = []
    }

    /// 2023-11-14T22:13:20Z.
    private static let epoch = Timestamp(milliseconds: 1_700_000_000_000)

    let name: String
    let disk: SimulatedDisk
    /// Nil: the coordinator's.
    let supervisor: SupervisorID?
    /// An agent's.
    let keys: SimulatedKeyFiles
    private let scheduler: SimulationScheduler
    private let state = Mutex(State())

    init(name: String, supervisor: SupervisorID?, disk: SimulatedDisk, scheduler: SimulationScheduler) {
        self.name = name
        self.supervisor = supervisor
        self.disk = disk
        self.scheduler = scheduler
        keys = SimulatedKeyFiles(name: supervisor?.rawValue ?? name)
    }

    var process: SimulatedProcess? { state.withLock { $0.process } }
    var isRunning: Bool { state.withLock { $0.process?.isAlive ?? false } }
    var starts: Int { state.withLock { $0.starts } }
    var isWanted: Bool {
        get { state.withLock { $0.isWanted } }
        set { state.withLock { $0.isWanted = newValue } }
    }

    func began(_ process: SimulatedProcess, onDeath: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.process = process
            state.starts += 1
            state.onDeath = onDeath
        }
    }

    /// The process is gone: takes its ends off the network. Nil when another one runs already.
    func died(_ process: SimulatedProcess) {
        let onDeath = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.process === process else { return nil }
            defer { state.onDeath = nil }
            return state.onDeath
        }
        onDeath?()
    }

    // MARK: Crashes while it recovers

    /// How many jobs each of the next processes lives.
    func setRecoveryFuses(_ jobs: [Int]) { state.withLock { $0.recoveryFuses = jobs } }

    func nextRecoveryFuse() -> Int? {
        state.withLock { $0.recoveryFuses.isEmpty ? nil : $0.recoveryFuses.removeFirst() }
    }

    // MARK: Wall clock

    var wall: Timestamp { Self.wall(scheduler.now + state.withLock { $0.wallOffset }) }
    func jump(by duration: Duration) { state.withLock { $0.wallOffset += duration } }

    static func wall(_ time: Duration) -> Timestamp { epoch.advanced(by: time) }
}
