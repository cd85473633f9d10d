internal import CoordinatorService
internal import FleetControl
internal import FleetModel

extension SimulatedOperator {
    /// When the next command hurts most.
    enum Moment: CaseIterable {
        /// The first target was sent its generation.
        case started
        /// An agent has it on its disk.
        case accepted
        /// An agent changes the cluster.
        case applying
        /// The first outcome came; other targets are under way.
        case outcome
    }

    /// Looks at the coordinator's disk until the moment has come, 20 seconds at most.
    func waitForMoment(_ moment: Moment, since began: Int) async {
        var seen = began
        for _ in 0..<400 {
            let tape = fleet.hub.disk.tape
            while seen < tape.count {
                if let record = try? RecordCodec.record(tape[seen].record), Self.isMoment(moment, record) { return }
                seen += 1
            }
            await pause(.milliseconds(50))
        }
    }

    private static func isMoment(_ moment: Moment, _ record: FleetRecord) -> Bool {
        switch (moment, record) {
        case (.started, .targetStarted): true
        case (.accepted, .report(let body)): if case .accepted = body.report.body { true } else { false }
        case (.applying, .report(let body)):
            switch body.report.body {
            case .progress(let stage, _, _, _): stage == .applying || stage == .deleting || stage == .waiting
            default: false
            }
        case (.outcome, .report(let body)): if case .outcome = body.report.body { true } else { false }
        default: false
        }
    }

    /// Against what is under way: uninstall during upgrade, delete the version during install, remove the Supervisor.
    func pounce(_ id: String, _ random: inout SimulationRandom) async {
        let service = random.chance(80) ? FleetPackages.alpha : FleetPackages.beta
        switch random.below(8) {
        case 0, 1: await submit(.uninstall(uninstall(service, &random)), id)
        case 2: await submit(.deleteVersion(FleetPackages.alpha, version: random.pick(Self.versions)), id)
        case 3:
            await submit(.deactivateService(service), id)
            await pause(random.milliseconds(0...3_000))
            await submit(.activateService(service), "re" + id)
        case 4: await removeAndJoin(id, &random)
        case 5: await upgrade(id, &random)
        case 6: await submit(.reconfigure(reconfigure(id, &random)), id)
        default: await submit(.install(install(service, id, &random)), id)
        }
    }

    private static let versions = ["1.0.0", "1.1.0", "1.2.0", FleetPackages.claimless]
}
