internal import AgentLink
internal import CoordinatorService
internal import FleetModel
internal import FleetRuntime
internal import Synchronization

/// A person at a terminal: commands one after the other, each repeated under its id until its answer is known.
struct SimulatedOperator: Sendable {
    /// How an agent is let in.
    enum Admission { case unseen, accepted, rejectedFirst }

    static let principal = Principal(name: "uid:0", from: "unix")
    private static let alphaVersions = ["1.0.0", "1.1.0", "1.2.0"]

    let fleet: SimulatedFleet
    let number: Int

    private var clock: SimulatedClock { SimulatedClock(scheduler: fleet.scheduler) }

    func pause(_ duration: Duration) async { try? await clock.sleep(for: duration) }

    // MARK: Before the faults

    /// False when something of it was refused: commands about it would be refused too, and nothing be looked at.
    func prepare() async -> Bool {
        for service in [FleetPackages.alpha, FleetPackages.beta] {
            let command = FleetCommand.registerService(documents: documents(service, "1.0.0"), dryRun: false)
            guard case .success = await submit(command, "register-\(service)") else { return false }
        }
        for agent in fleet.agents { await join(agent) }
        return fleet.agents.allSatisfy(\.isRunning)
    }

    func documents(_ service: ServiceID, _ version: String) -> [SourceDocument] {
        FleetPackages.documents(service, version: version, hasWorkload: fleet.profile.hasWorkload)
    }

    /// Adds the Supervisor, lets its agent in and starts it.
    func join(_ agent: SimulatedMachine, again: Int = 0, _ admission: Admission = .unseen) async {
        guard let supervisor = agent.supervisor else { return }
        let command = FleetCommand.addSupervisor(
            supervisor, moid: SimulatedFleet.moid(supervisor), labels: [:], tokenLifetime: 86_400,
            autoAccept: admission == .unseen)
        var answered: JoinFile?
        // An answer without the file is asked for once more.
        for _ in 0..<2 where answered == nil {
            guard case .success(let reply) = await submit(command, "add-\(supervisor)-\(again)") else { return }
            answered = reply.joinFile
            // The file is carried to the agent's machine.
            await pause(.milliseconds(100))
        }
        guard let file = answered else { return }
        let key = agent.keys.current
        let request = EnrolmentCodec.encode(
            EnrolmentRequest(
                token: file.token, publicKey: key.rawValue, agentVersion: "1.0.0", supervisor: supervisor))
        for _ in 0..<200 {
            let parking = Parking<[UInt8]?>()
            fleet.network.enrol(request, key: key) { parking.settle($0) }
            fleet.scheduler.after(.seconds(3)) { parking.settle(nil) }
            let bytes = await parking.wait(orCancelled: nil)
            fleet.network.endEnrolment(key)
            if let bytes, let reply = try? EnrolmentCodec.reply(bytes) {
                if case .enrolled = reply { break }
                guard case .pending = reply else { return }
                return await decide(agent, again, admission)
            }
            await pause(.seconds(1))
        }
        agent.isWanted = true
        fleet.start(agent)
    }

    /// The agent waits to be let in; its process begins when it is, as after `flotilla-agent --join`.
    private func decide(_ agent: SimulatedMachine, _ again: Int, _ admission: Admission) async {
        guard let supervisor = agent.supervisor else { return }
        if admission == .rejectedFirst {
            await submit(.rejectSupervisor(supervisor), "reject-\(supervisor)-\(again)")
            return await join(agent, again: again + 1, .accepted)
        }
        let shown = KeyFingerprint.text(of: agent.keys.current.rawValue)
        await submit(.acceptSupervisor(supervisor, fingerprint: shown), "accept-\(supervisor)-\(again)")
        agent.isWanted = true
        fleet.start(agent)
    }

    // MARK: The script

    func run() async {
        fleet.history.scriptBegan()
        var random = SimulationRandom(seed: fleet.settings.seed, stream: "operator \(number)")
        let count = fleet.profile.commands / fleet.profile.operators
        let pace = max(1_000, fleet.profile.horizon * 1000 / max(1, count))
        for index in 0..<count {
            let began = fleet.hub.disk.tape.count
            await step("\(number)-\(index)", &random)
            if random.chance(fleet.profile.pounces) {
                await waitForMoment(random.pick(Moment.allCases), since: began)
                await pounce("\(number)-\(index)-again", &random)
            }
            await pause(random.milliseconds(0...pace))
        }
        fleet.history.scriptEnded()
    }

    func step(_ id: String, _ random: inout SimulationRandom) async {
        let service = random.chance(75) ? FleetPackages.alpha : FleetPackages.beta
        switch random.below(100) {
        case ..<30: await submit(.install(install(service, id, &random)), id)
        case ..<50: await submit(.reconfigure(reconfigure(id, &random)), id)
        case ..<62: await upgrade(id, &random)
        case ..<80: await submit(.uninstall(uninstall(service, &random)), id)
        case ..<86: await lifecycle(id, &random)
        case ..<90: await removeAndJoin(id, &random)
        default: await submit(.install(install(service, id, &random, isBroken: random.chance(60))), id)
        }
    }

    private func targets(_ random: inout SimulationRandom) -> TargetSelection {
        let all = fleet.agents.compactMap(\.supervisor)
        guard random.chance(45) else { return .all }
        let chosen = all.filter { _ in random.chance(50) }
        return .named(chosen.isEmpty ? [random.pick(all)] : chosen)
    }

    func install(
        _ service: ServiceID, _ id: String, _ random: inout SimulationRandom, isBroken: Bool = false
    ) -> InstallRequest {
        var request = InstallRequest(service: service, targets: targets(&random))
        if service == FleetPackages.alpha {
            request.set = ["message=m\(id)"]
            if isBroken { request.set.append("broken=true") }
        }
        limits(&request, &random)
        return request
    }

    private func limits(_ request: inout InstallRequest, _ random: inout SimulationRandom) {
        request.maxParallel = random.pick([0, 1, 1, 2])
        request.maxFailures = random.pick([0, 1, 1, 2])
    }

    /// Now and then one that would lose the claim, with and without consent.
    func reconfigure(_ id: String, _ random: inout SimulationRandom) -> InstallRequest {
        var request = InstallRequest(service: FleetPackages.alpha, targets: targets(&random))
        request.set = ["message=m\(id)", "broken=\(random.chance(8) ? "true" : "false")"]
        if random.chance(fleet.profile.dataLosses) {
            request.set.append("claim=false")
            if random.chance(40) { request.dataConsent = keys(request.service, request.targets) }
        } else if random.chance(50) {
            request.set.append("claim=true")
        }
        limits(&request, &random)
        return request
    }

    private func keys(_ service: ServiceID, _ targets: TargetSelection) -> [InstallKey] {
        switch targets {
        case .named(let names): names.map { InstallKey(service: service, supervisor: $0) }
        case .all, .labels:
            fleet.agents.compactMap(\.supervisor).map { InstallKey(service: service, supervisor: $0) }
        }
    }

    func upgrade(_ id: String, _ random: inout SimulationRandom) async {
        let version =
            random.chance(fleet.profile.dataLosses / 2) ? FleetPackages.claimless : random.pick(Self.alphaVersions)
        if version != "1.0.0" {
            await submit(
                .addVersion(documents: documents(FleetPackages.alpha, version), dryRun: false), "version-\(id)")
        }
        var request = InstallRequest(service: FleetPackages.alpha, targets: targets(&random), version: version)
        limits(&request, &random)
        await submit(.upgrade(request), id)
    }

    func uninstall(_ service: ServiceID, _ random: inout SimulationRandom) -> UninstallRequest {
        var request = UninstallRequest(service: service, targets: targets(&random))
        if random.chance(40) {
            request.data = .delete
            if random.chance(70) { request.dataConsent = keys(service, request.targets) }
        }
        request.maxParallel = random.pick([0, 1])
        return request
    }

    func lifecycle(_ id: String, _ random: inout SimulationRandom) async {
        switch random.below(4) {
        case 0: await submit(.deactivateVersion(FleetPackages.alpha, version: "1.0.0"), id)
        case 1: await submit(.activateVersion(FleetPackages.alpha, version: "1.0.0"), id)
        case 2: await submit(.deleteVersion(FleetPackages.alpha, version: "1.1.0"), id)
        default:
            await submit(.deactivateService(FleetPackages.beta), id)
            await submit(.activateService(FleetPackages.beta), "re" + id)
        }
    }

    func removeAndJoin(_ id: String, _ random: inout SimulationRandom) async {
        let agent = random.pick(fleet.agents)
        guard let supervisor = agent.supervisor else { return }
        await submit(.removeSupervisor(supervisor), id)
        await pause(random.milliseconds(100...10_000))
        await join(agent, again: number * 1000 + random.number(1...999))
    }

    // MARK: One command

    /// Asked again under the same id until the answer is known.
    @discardableResult
    func submit(_ command: FleetCommand, _ id: String) async -> Result<CommandReply, FleetError>? {
        let id = CommandID("command-" + id)
        fleet.history.asks(command, id)
        var unknown = 0
        while unknown < 2_000 {
            guard let (coordinator, process) = fleet.coordinator() else {
                await pause(.milliseconds(700))
                continue
            }
            let result: Result<CommandReply, FleetError>
            crashAtRecord()
            do throws(FleetError) {
                result = .success(try await coordinator.submit(command, id: id, by: Self.principal, reason: nil))
            } catch {
                result = .failure(error)
            }
            if process.isAlive, case .success(let reply) = result { fleet.history.told(id, reply, isHeard: false) }
            let isLost = fleet.draw { $0.chance(fleet.isCalmNow ? 0 : fleet.profile.lostReplies) }
            if process.isAlive, !isLost, Self.isKnown(result, of: command) {
                fleet.scheduler.note("answered \(id): \(result)")
                fleet.scheduler.record("answered \(id)")
                fleet.history.answered(
                    .init(id: id, command: command, result: result, unknownBefore: unknown, at: fleet.scheduler.now))
                return result
            }
            unknown += 1
            await pause(.milliseconds(900))
        }
        return nil
    }

    /// Kills the coordinator while it writes, just after it was asked for something.
    private func crashAtRecord() {
        let percent = fleet.profile.commandCrashes
        guard percent > 0, !fleet.isCalmNow, fleet.draw({ $0.chance(percent) }) else { return }
        fleet.hub.disk.killAtNextSync(fleet.draw { $0.chance(50) } ? .before : .after)
    }

    /// These say nothing about what became of the command.
    private static func isKnown(_ result: Result<CommandReply, FleetError>, of command: FleetCommand) -> Bool {
        guard case .failure(let error) = result else { return true }
        switch command {
        // The world is not as the plan saw it.
        case .savePlan,
            .applyPlan where error.code == .conflict:
            return true
        default: break
        }
        return ![.unavailable, .internalError, .conflict, .timedOut, .limitExceeded].contains(error.code)
    }
}
