internal import CoordinatorService
internal import FleetModel
internal import FleetRuntime

/// Keys, joins, other operators, saved plans: the orders of the one who looks after the fleet.
extension SimulatedOperator {
    func administer() async {
        fleet.history.scriptBegan()
        var random = SimulationRandom(seed: fleet.settings.seed, stream: "administrator")
        let pace = fleet.profile.horizon * 1000 / (fleet.profile.administration + 1)
        for index in 0..<fleet.profile.administration {
            await pause(random.milliseconds(0...pace))
            await order("administrator-\(index)", &random)
        }
        fleet.history.scriptEnded()
    }

    private func order(_ id: String, _ random: inout SimulationRandom) async {
        let agent = random.pick(fleet.agents)
        guard let supervisor = agent.supervisor else { return }
        switch random.below(100) {
        case ..<45: await rotate(supervisor, id, &random)
        case ..<55:
            let key = InstallKey(service: FleetPackages.alpha, supervisor: supervisor)
            await submit(.adoptDrift(key, valueChanges: ["message": "a\(id)"]), id)
        case ..<72: await plan(id, &random)
        case ..<84: await access(id, &random)
        case ..<94:
            await submit(.removeSupervisor(supervisor), id)
            await pause(random.milliseconds(100...10_000))
            let number = random.number(100_000...900_000)
            await join(agent, again: number, random.chance(30) ? .rejectedFirst : .accepted)
        default: await replaceService(id)
        }
    }

    /// Half of the time on a slow disk: what is asked for before a record is written shows.
    private func rotate(_ supervisor: SupervisorID, _ id: String, _ random: inout SimulationRandom) async {
        if random.chance(50) {
            let fleet = fleet
            fleet.hub.disk.setLatency(100...random.pick([300, 2_000]))
            fleet.scheduler.after(.seconds(15)) { fleet.hub.disk.setLatency(1...6) }
        }
        await submit(.rotateKey(supervisor), id)
        guard random.chance(25) else { return }
        await pause(random.milliseconds(0...4_000))
        await submit(.rotateKey(supervisor), "again-" + id)
    }

    /// A plan that is looked at, kept, and carried out later.
    private func plan(_ id: String, _ random: inout SimulationRandom) async {
        guard let (coordinator, process) = fleet.coordinator() else { return }
        let service = random.chance(75) ? FleetPackages.alpha : FleetPackages.beta
        var change = random.chance(70) ? install(service, id, &random) : reconfigure(id, &random)
        change.maxFailures = 1
        let request: PlanRequest =
            switch random.below(6) {
            case 0: .uninstall(uninstall(service, &random))
            case _ where change.set.contains { $0.hasPrefix("broken") }: .reconfigure(change)
            default: .install(change)
            }
        guard let views = try? await coordinator.plan(request), process.isAlive else { return }
        let seen = views.compactMap { view in
            view.fingerprint.map { PlannedTarget(supervisor: view.supervisor, fingerprint: $0) }
        }
        guard !seen.isEmpty else { return }
        guard case .success(let reply) = await submit(.savePlan(request, seen: seen), id), let plan = reply.plan else {
            return
        }
        fleet.history.saved(plan, request)
        await pause(random.milliseconds(0...6_000))
        await submit(.applyPlan(plan), "apply-" + id)
    }

    /// An operator comes, gets a token, is locked, loses the token, goes.
    private func access(_ id: String, _ random: inout SimulationRandom) async {
        let name = OperatorID("op-\(id)")
        await submit(
            .setOperator(name, privileges: [.install], scope: .all, certificates: [], isNew: true), "set-" + id)
        guard case .success(let reply) = await submit(.createToken(name, lifetime: 86_400), "token-" + id),
            let token = reply.token
        else { return }
        await pause(random.milliseconds(0...8_000))
        await expect(token, isGood: true)
        if random.chance(60) {
            await submit(.lockOperator(name, locked: true), "lock-" + id)
            await expect(token, isGood: false)
            await submit(.lockOperator(name, locked: false), "unlock-" + id)
            await submit(
                .setOperator(name, privileges: [.manage], scope: .all, certificates: [], isNew: false), "change-" + id)
        }
        let digest = ContentDigest(sha256Of: Array(token.utf8)).rawValue
        await submit(.revokeToken(AccessTokenID("tk-" + digest.dropFirst("sha256:".count).prefix(12))), "revoke-" + id)
        await expect(token, isGood: false)
        if random.chance(50) { await submit(.removeOperator(name), "remove-" + id) }
    }

    /// What was answered about a token holds (contract C7), unless the journal was put back since.
    private func expect(_ token: String, isGood: Bool) async {
        guard fleet.history.restores.isEmpty, fleet.profile.events[.restoreCoordinator] == nil,
            let (coordinator, process) = fleet.coordinator()
        else { return }
        let answer: Result<Principal, FleetError>
        do throws(FleetError) {
            answer = .success(try await coordinator.authenticate(token: token, from: "simulation"))
        } catch {
            answer = .failure(error)
        }
        guard process.isAlive else { return }
        switch answer {
        case .success where !isGood: fleet.history.violated(.c7, "a token that was taken back is good")
        case .failure(let error) where isGood && error.code == .unauthenticated:
            fleet.history.violated(.c7, "a token that was given is not good: \(error.message)")
        default: break
        }
    }

    /// Out of the catalog and in again; refused while it is in use.
    private func replaceService(_ id: String) async {
        let service = FleetPackages.beta
        await submit(.deactivateService(service), "off-" + id)
        if case .success = await submit(.deleteService(service), id) {
            await submit(.registerService(documents: documents(service, "1.0.0"), dryRun: false), "on-" + id)
        } else {
            await submit(.activateService(service), "on-" + id)
        }
    }

    /// An agent without a key that the coordinator admits is let in again, as a person does who sees that it is away.
    func readmit(_ agent: SimulatedMachine, isKnown: Bool, _ number: Int) async {
        guard let supervisor = agent.supervisor else { return }
        if isKnown { await submit(.removeSupervisor(supervisor), "readmit-\(supervisor)-\(number)") }
        await join(agent, again: number)
    }
}
