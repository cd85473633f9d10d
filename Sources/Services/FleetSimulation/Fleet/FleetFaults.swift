internal import AgentService
internal import FleetModel
internal import ResourceModel
internal import SupervisorCluster
internal import Synchronization

/// Makes the faults of a seed happen, and ends them.
struct FleetFaults: Sendable {
    let fleet: SimulatedFleet

    private var scheduler: SimulationScheduler { fleet.scheduler }

    /// Everything of the profile, from now on.
    func begin() {
        fleet.setCalm(false)
        let profile = fleet.profile
        fleet.network.setWeather(profile.network)
        for cluster in clusters { cluster.setWeather(profile.api) }
        var random = SimulationRandom(seed: fleet.settings.seed, stream: "faults")
        for kind in FaultEvent.Kind.allCases {
            for _ in 0..<(profile.events[kind] ?? 0) {
                let at = random.milliseconds(0...(profile.horizon * 1000))
                let numbers = SimulationRandom(seed: random.next(), stream: kind.rawValue)
                scheduler.after(at) { make(kind, numbers) }
            }
        }
    }

    private var clusters: [SimulatedCluster] { fleet.clusters.sorted { $0.key < $1.key }.map(\.value) }

    /// The network heals, disks work, clusters answer; clocks stay where they are.
    func end() {
        fleet.setCalm(true)
        scheduler.record("calm")
        scheduler.note("faults end")
        fleet.network.setWeather(SimulatedNetwork.Weather())
        for cluster in clusters { cluster.setWeather(SimulatedCluster.Weather()) }
        for machine in fleet.machines {
            machine.disk.disarm()
            machine.process?.hold(false)
            machine.process?.lightFuse(jobs: .max) {}
            machine.setRecoveryFuses([])
            if let supervisor = machine.supervisor { fleet.network.cut(supervisor, toHub: false, toAgent: false) }
            fleet.start(machine)
        }
    }

    private var isOver: Bool { fleet.isCalmNow }

    private func make(_ kind: FaultEvent.Kind, _ numbers: SimulationRandom) {
        guard !isOver else { return }
        var random = numbers
        let machine = random.pick(fleet.machines)
        let agent = random.pick(fleet.agents)
        guard let supervisor = agent.supervisor, let cluster = fleet.clusters[supervisor] else { return }
        scheduler.record("fault \(kind.rawValue)")
        scheduler.note("fault \(kind.rawValue) (\(machine.name), \(agent.name))")
        switch kind {
        case .crashCoordinator: crash(fleet.hub, &random)
        case .crashAgent: crash(agent, &random)
        case .crashAtSync: machine.disk.killAtNextSync(random.chance(50) ? .before : .after)
        case .partition: cut(supervisor, toHub: true, toAgent: true, for: random.milliseconds(2_000...90_000))
        case .oneWay:
            let toHub = random.chance(50)
            cut(supervisor, toHub: toHub, toAgent: !toHub, for: random.milliseconds(2_000...90_000))
        case .flapping: flap(supervisor, times: random.number(3...12))
        case .reset: fleet.network.reset(supervisor)
        case .slowDisk: slow(machine, for: random.milliseconds(5_000...40_000))
        case .fullDisk: fill(machine, for: random.milliseconds(2_000...30_000))
        case .failedSync: machine.disk.failNextSync()
        case .clockJump: machine.jump(by: random.pick([.seconds(3600), .seconds(-3600), .seconds(-90), .seconds(600)]))
        case .pause: pause(machine, for: random.milliseconds(3_000...60_000))
        case .apiAway: away(cluster, for: random.milliseconds(3_000...60_000))
        case .handEdit: Self.edit(cluster, supervisor, random.chance(50) ? FleetPackages.alpha : FleetPackages.beta)
        case .handDelete:
            let service = random.chance(50) ? FleetPackages.alpha : FleetPackages.beta
            _ = cluster.ask("DELETE", Self.path(service, supervisor))
        case .editsWhileAway:
            cut(supervisor, toHub: true, toAgent: true, for: random.milliseconds(30_000...90_000))
            edits(cluster, supervisor, left: random.number(5...20))
        case .restoreCoordinator:
            let pause = random.milliseconds(2_000...40_000)
            // So that what is restored began at an older position than what runs.
            scheduler.after(pause / 2) { if !isOver, let process = fleet.hub.process { fleet.kill(process) } }
            restore(fleet.hub, after: pause)
        case .restoreAgent:
            let pause = random.milliseconds(500...20_000)
            if random.chance(60) { rewind(agent, supervisor, cluster) } else { restore(agent, after: pause) }
        case .secondProcess: fleet.startSecond(machine)
        case .clockStrobe: strobe(machine, times: random.number(5...30))
        case .powerLoss:
            for machine in fleet.machines {
                if random.chance(fleet.profile.recoveryCrashes) { machine.setRecoveryFuses([random.number(1...60)]) }
                if let process = machine.process { fleet.kill(process) }
            }
        }
    }

    private func edits(_ cluster: SimulatedCluster, _ supervisor: SupervisorID, left: Int) {
        guard left > 0, !isOver else { return }
        Self.edit(cluster, supervisor, left.isMultiple(of: 2) ? FleetPackages.alpha : FleetPackages.beta)
        scheduler.after(.seconds(3)) { edits(cluster, supervisor, left: left - 1) }
    }

    /// Puts an agent's disk back to just before something that the coordinator has been told since, and leaves the
    /// agent alone for a while: it uses the same numbers for other things before it can speak to the coordinator.
    private func rewind(_ agent: SimulatedMachine, _ supervisor: SupervisorID, _ cluster: SimulatedCluster) {
        let copy = agent.disk.copy()
        let begin = agent.disk.tape.count
        edits(cluster, supervisor, left: 2)
        whenTold(agent, since: begin, looks: 100) {
            guard !isOver else { return }
            if let process = agent.process { fleet.kill(process) }
            agent.disk.restore(copy)
            cut(supervisor, toHub: true, toAgent: true, for: .seconds(60))
            edits(cluster, supervisor, left: 20)
        }
    }

    /// Looks at the agent's disk until a report that was written since is acknowledged, 20 seconds at most.
    private func whenTold(
        _ agent: SimulatedMachine, since begin: Int, looks: Int, _ action: @escaping @Sendable () -> Void
    ) {
        var first: UInt64?
        var isTold = false
        for taped in agent.disk.tape.dropFirst(begin) {
            switch try? AgentJournalEntry.read(taped.record) {
            case .report(let report): first = first ?? report.sequence
            case .acknowledged(let through): isTold = isTold || first.map { $0 <= through } ?? false
            default: break
            }
        }
        if isTold || looks == 0 { return action() }
        scheduler.after(.milliseconds(200)) { whenTold(agent, since: begin, looks: looks - 1, action) }
    }

    /// Takes a copy now; puts it back later.
    private func restore(_ machine: SimulatedMachine, after pause: Duration) {
        let copy = machine.disk.copy()
        let copied = scheduler.now
        scheduler.after(pause) {
            guard !isOver else { return }
            if let process = machine.process { fleet.kill(process) }
            machine.disk.restore(copy)
            guard machine === fleet.hub else { return }
            fleet.network.forgetServed()
            fleet.history.restored(.init(copied: copied, restored: scheduler.now))
        }
    }

    private func strobe(_ machine: SimulatedMachine, times: Int) {
        guard times > 0, !isOver else { return }
        machine.jump(by: times.isMultiple(of: 2) ? .seconds(40) : .seconds(-40))
        scheduler.after(.milliseconds(300)) { strobe(machine, times: times - 1) }
    }

    private func crash(_ machine: SimulatedMachine, _ random: inout SimulationRandom) {
        guard let process = machine.process else { return }
        let fleet = fleet
        process.lightFuse(jobs: random.number(0...80)) { fleet.kill(process) }
        guard random.chance(fleet.profile.recoveryCrashes) else { return }
        machine.setRecoveryFuses((0..<random.number(1...3)).map { _ in random.number(1...60) })
    }

    private func cut(_ supervisor: SupervisorID, toHub: Bool, toAgent: Bool, for duration: Duration) {
        fleet.network.cut(supervisor, toHub: toHub, toAgent: toAgent)
        scheduler.after(duration) { fleet.network.cut(supervisor, toHub: false, toAgent: false) }
    }

    private func flap(_ supervisor: SupervisorID, times: Int) {
        guard times > 0 else { return }
        cut(supervisor, toHub: true, toAgent: true, for: .milliseconds(500))
        scheduler.after(.seconds(1)) { if !isOver { flap(supervisor, times: times - 1) } }
    }

    private func slow(_ machine: SimulatedMachine, for duration: Duration) {
        machine.disk.setLatency(100...2_000)
        scheduler.after(duration) { machine.disk.setLatency(1...6) }
    }

    private func fill(_ machine: SimulatedMachine, for duration: Duration) {
        machine.disk.setFull(true)
        scheduler.after(duration) { machine.disk.setFull(false) }
    }

    private func pause(_ machine: SimulatedMachine, for duration: Duration) {
        guard let process = machine.process else { return }
        process.hold(true)
        scheduler.after(duration) { process.hold(false) }
    }

    private func away(_ cluster: SimulatedCluster, for duration: Duration) {
        cluster.setAway(true)
        scheduler.after(duration) { cluster.setAway(false) }
    }

    // MARK: Hands in the cluster

    static let handEdit = "edited by hand"

    static func path(_ service: ServiceID, _ supervisor: SupervisorID) -> String {
        "/api/v1/namespaces/\(namespace(service, supervisor))/configmaps/\(FleetPackages.settings)"
    }

    static func namespace(_ service: ServiceID, _ supervisor: SupervisorID) -> String {
        "svc-\(service.shortName)-\(SimulatedFleet.moid(supervisor))"
    }

    /// False when there is nothing to edit.
    @discardableResult
    static func edit(_ cluster: SimulatedCluster, _ supervisor: SupervisorID, _ service: ServiceID) -> Bool {
        cluster.ask(
            "PATCH", path(service, supervisor), ["data": ["message": .string(handEdit)]],
            type: "application/merge-patch+json"
        ).status == 200
    }
}
