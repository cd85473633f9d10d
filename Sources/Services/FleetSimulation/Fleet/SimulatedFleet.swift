internal import AgentLink
internal import AgentService
internal import CoordinatorService
package import FleetModel
internal import FleetRuntime
internal import KubernetesClient
internal import Logging
internal import PackageSources
internal import Reconciliation
internal import Synchronization

/// A coordinator, its agents and their clusters: the real services over simulated seams.
package final class SimulatedFleet: Sendable {
    private struct Serving: Sendable {
        var coordinator: Coordinator
        var process: SimulatedProcess
    }

    package let settings: SimulationSettings
    package let profile: FaultProfile
    package let scheduler: SimulationScheduler
    package let history = FleetHistory()
    let network: SimulatedNetwork
    let hub: SimulatedMachine
    /// In the order of their names.
    let agents: [SimulatedMachine]
    package let clusters: [SupervisorID: SimulatedCluster]
    private let serving = Mutex<Serving?>(nil)
    private let random: Mutex<SimulationRandom>
    private let isCalm = Mutex(true)

    package init(settings: SimulationSettings) {
        self.settings = settings
        let seed = settings.seed
        let profile = settings.profile ?? FaultProfile(seed: seed)
        let scheduler = SimulationScheduler(seed: seed, keepsLog: settings.keepsLog)
        func machine(_ name: String, _ supervisor: SupervisorID?) -> SimulatedMachine {
            SimulatedMachine(
                name: name, supervisor: supervisor,
                disk: SimulatedDisk(name: name, seed: seed, scheduler: scheduler), scheduler: scheduler)
        }
        hub = machine("coordinator", nil)
        agents = (1...profile.agents).map { machine("agent-\($0)", SupervisorID("sv-\($0)")) }
        var clusters: [SupervisorID: SimulatedCluster] = [:]
        for (index, agent) in agents.enumerated() {
            guard let supervisor = agent.supervisor else { continue }
            clusters[supervisor] = SimulatedCluster(
                name: "cluster-\(index + 1)", moid: Self.moid(supervisor), seed: seed, scheduler: scheduler,
                wall: { SimulatedMachine.wall(scheduler.now) })
        }
        self.clusters = clusters
        self.profile = profile
        self.scheduler = scheduler
        network = SimulatedNetwork(seed: seed, scheduler: scheduler)
        random = Mutex(SimulationRandom(seed: seed, stream: "fleet"))
        for machine in machines { machine.disk.setKiller { [weak self] in self?.kill($0) } }
        switch settings.sabotage {
        case .acknowledgeBeforeSync: hub.disk.acknowledgeEarly()
        case .agentAcknowledgesBeforeSync: for agent in agents { agent.disk.acknowledgeEarly() }
        default: break
        }
    }

    var machines: [SimulatedMachine] { [hub] + agents }
    package static func moid(_ supervisor: SupervisorID) -> String { "domain-\(supervisor.rawValue.dropFirst(3))" }

    /// The coordinator that answers now.
    func coordinator() -> (Coordinator, SimulatedProcess)? {
        serving.withLock { $0.flatMap { $0.process.isAlive ? ($0.coordinator, $0.process) : nil } }
    }

    func draw<Value>(_ body: (inout SimulationRandom) -> Value) -> Value { random.withLock { body(&$0) } }

    // MARK: Processes

    func start(_ machine: SimulatedMachine) {
        guard machine.isWanted, !machine.isRunning else { return }
        let process = scheduler.makeProcess(machine.name)
        guard machine.disk.lock(for: process) else { return restart(machine) }
        scheduler.note("\(machine.name) starts")
        let main =
            machine.supervisor.map { agentMain($0, machine, process) } ?? coordinatorMain(machine, process)
        if let jobs = machine.nextRecoveryFuse() {
            process.lightFuse(jobs: jobs) { [weak self] in self?.kill(process) }
        }
        process.start {
            await self.withSabotage {
                do {
                    try await main()
                    self.scheduler.note("\(machine.name) ended")
                } catch {
                    self.scheduler.note("\(machine.name) ended: \(error)")
                }
            }
            self.ended(machine, process)
        }
    }

    /// A second process on the machine's directory: the lock must turn it away, whatever the first one does.
    func startSecond(_ machine: SimulatedMachine) {
        guard let first = machine.process, first.isAlive else { return }
        let second = scheduler.makeProcess(machine.name + " again")
        if machine.disk.lock(for: second) { history.violated(.fence, "\(machine.name): a second process got the lock") }
    }

    /// Someone at a terminal: what they ask runs in their own task.
    @discardableResult
    func startPerson(_ name: String, _ body: @escaping @Sendable () async -> Void) -> SimulatedProcess {
        let process = scheduler.makeProcess(name)
        process.start { await self.withSabotage(body) }
        return process
    }

    private func withSabotage(_ body: @Sendable () async -> Void) async {
        #if FLOTILLA_SABOTAGE
            await Sabotage.$active.withValue(settings.sabotage) { await body() }
        #else
            await body()
        #endif
    }

    private func ended(_ machine: SimulatedMachine, _ process: SimulatedProcess) {
        guard process.isAlive else { return }
        process.ended()
        machine.died(process)
        restart(machine)
    }

    /// As its service manager does.
    private func restart(_ machine: SimulatedMachine) {
        let calm = isCalm.withLock { $0 }
        let pause = draw { $0.milliseconds(calm ? 100...300 : 100...$0.pick([500, 3_000, 20_000])) }
        scheduler.after(pause) { self.start(machine) }
    }

    /// kill -9 and power loss at once.
    func kill(_ process: SimulatedProcess) {
        guard process.isAlive, let machine = machines.first(where: { $0.process === process }) else { return }
        scheduler.record("kill \(machine.name)")
        scheduler.note("\(machine.name) is killed")
        process.kill()
        machine.disk.crashed(process)
        machine.died(process)
        restart(machine)
    }

    func stop(_ machine: SimulatedMachine) {
        machine.isWanted = false
        if let process = machine.process { kill(process) }
    }

    func setCalm(_ calm: Bool) { isCalm.withLock { $0 = calm } }
    var isCalmNow: Bool { isCalm.withLock { $0 } }

    // MARK: What they run

    private func time(_ machine: SimulatedMachine) -> TimeSource {
        TimeSource(clock: SimulatedClock(scheduler: scheduler)) { machine.wall }
    }

    private func logger(_ machine: SimulatedMachine) -> Logger {
        let scheduler = scheduler
        guard scheduler.keepsLog else { return Logger(label: machine.name) { _ in SwiftLogNoOpLogHandler() } }
        return Logger(label: machine.name) { label in
            JSONLogHandler(label: label, level: .debug, now: { machine.wall }, write: { scheduler.note($0) })
        }
    }

    private func coordinatorMain(
        _ machine: SimulatedMachine, _ process: SimulatedProcess
    ) -> @Sendable () async throws -> Void {
        var configuration = CoordinatorConfiguration(
            version: "1.0.0", address: "tcp://coordinator:1", enrolmentAddress: "tcp://coordinator:2",
            publicKey: "key-of-the-coordinator", tokenSecret: Array(repeating: 7, count: 32))
        configuration.snapshotEvery = profile.snapshotEvery
        configuration.followingRecords = profile.followingRecords
        configuration.retainedRecords = profile.retainedRecords
        configuration.recentEvents = profile.recentEvents
        configuration.session.timing.fullSync = .seconds(20)
        configuration.reconnectGrace = .seconds(profile.reconnectGrace)
        configuration.keyTimes.overlap = .seconds(profile.keyOverlap)
        configuration.keyTimes.grace = .seconds(profile.keyGrace)
        let journal = SimulatedJournal(disk: machine.disk, process: process)
        let content = SimulatedContentStore(disk: machine.disk, process: process)
        let transport = SimulatedHubTransport(network: network, process: process)
        let (time, log) = (time(machine), logger(machine))
        machine.began(process) { transport.close() }
        network.attach(transport)
        return { [configuration] in
            let coordinator = try await Coordinator.recovered(
                configuration: configuration, journal: journal, content: content, hub: transport, time: time, log: log)
            if process.isAlive {
                self.serving.withLock { $0 = Serving(coordinator: coordinator, process: process) }
            }
            try await coordinator.run()
        }
    }

    private func agentMain(
        _ supervisor: SupervisorID, _ machine: SimulatedMachine, _ process: SimulatedProcess
    ) -> @Sendable () async throws -> Void {
        var configuration = AgentConfiguration(
            supervisor: supervisor, moid: Self.moid(supervisor), agentVersion: "1.0.0", syncPeriod: .seconds(120))
        configuration.limits.outboxReports = profile.outboxReports
        configuration.limits.recordsPerSnapshot = profile.agentSnapshotEvery
        configuration.reconcile.waitTimeout = .seconds(120)
        configuration.reconcile.applyTimeout = .seconds(60)
        let transport = SimulatedAgentTransport(supervisor: supervisor, network: network, process: process)
        let (time, logger) = (time(machine), logger(machine))
        var journal = SimulatedJournal(disk: machine.disk, process: process)
        journal.forgetsReports = settings.sabotage == .forgetOutboxAtRestart
        guard let cluster = clusters[supervisor] else { return {} }
        machine.began(process) { transport.close() }
        let keychain = SimulatedKeychain(files: machine.keys, process: process, transport: transport) {
            self.keyWasDropped(machine)
        }
        let entropy = SeededEntropy(seed: draw { $0.next() })
        let agent = Agent(
            configuration: configuration,
            client: KubernetesClient(
                exchange: SimulatedExchange(cluster: cluster, process: process), time: time, logger: logger),
            journal: journal, contents: SimulatedContentStore(disk: machine.disk, process: process),
            transport: transport, bundles: SourceMap(rules: []), time: time, entropy: entropy,
            compute: InlineComputeExecutor(), keychain: keychain, logger: logger)
        network.attach(transport, of: supervisor, key: machine.keys.first)
        return { try await agent.work() }
    }

    /// An agent let a key go: one that the coordinator admits, by its journal, must be left.
    private func keyWasDropped(_ machine: SimulatedMachine) {
        guard let supervisor = machine.supervisor else { return }
        var facts = FleetFacts(disk: hub.disk)
        facts.update()
        guard FleetInspector.isLockedOut(machine, facts), !FleetInspector.isExcused(supervisor, facts) else { return }
        history.violated(.keys, "\(supervisor): its agent threw the last key away that the coordinator admits")
    }
}
