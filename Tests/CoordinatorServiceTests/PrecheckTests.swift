import CoordinatorService
import FleetModel
import FleetRuntime
import Testing

/// What a command would lose or cannot do is refused before anything is journalled.
@Suite struct PrecheckTests {
    private static let oslo = TestCoordinator.oslo
    private static let bergen = TestCoordinator.bergen
    private static let registry = DataInventory.Claim(
        name: "harbor-registry", namespace: "svc-harbor-domain-c8", size: "60Gi", storageClass: "gold",
        origin: "claim", reclaimPolicy: "Delete")

    private static func losing(_ selection: PackageSelection) -> ResourcePlan? {
        ResourcePlan(consequence: .oneWay, changes: [], dataLoss: [registry], manifests: selection.values)
    }

    /// Harbor 1.0.0 runs on Oslo and, if wanted, Bergen; 1.1.0 is registered as well.
    private func installed(
        _ test: TestCoordinator, on names: [SupervisorID] = [oslo]
    ) async throws -> [SupervisorID: FakeAgent] {
        var agents: [SupervisorID: FakeAgent] = [:]
        for name in names { agents[name] = try await test.join(name) }
        try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
        try await test.run(.addVersion(documents: TestCoordinator.package("1.1.0"), dryRun: false))
        var request = test.install(names, set: ["replicas=2"])
        request.version = "1.0.0"
        let task = try await test.run(.install(request)).task
        try await test.until { try await test.state(task) == .succeeded }
        let asked = agents.values.contains { !$0.planned.isEmpty }
        #expect(!asked, "a first install loses nothing")
        return agents
    }

    @Test func aChangeThatLosesDataNeedsConsentAndLeavesNoTrace() async throws {
        let journal = InMemoryJournal()
        try await TestCoordinator.with(journal: journal) { test in
            let agents = try await installed(test)
            agents[Self.oslo]?.plan(Self.losing)
            let before = try await journal.lastPosition()
            var request = test.install(set: ["hostname=s3"])
            let error = await #expect(throws: FleetError.self) { try await test.run(.reconfigure(request)) }
            #expect(error?.code == .refused)
            #expect(error?.exitCode == 5)
            #expect(error?.message == "harbor@sv-oslo: this would delete or orphan data: harbor-registry (60Gi)")
            #expect(
                error?.reason
                    == "1 claim, 60Gi in all; data is never deleted without consent that names the install")
            #expect(
                error?.next == "flotilla reconfigure harbor --on sv-oslo … --delete-data --confirm harbor@sv-oslo")
            #expect(try await journal.lastPosition() == before)
            #expect(await test.coordinator.tasks(limit: 10).count == 1)

            request.dataConsent = [InstallKey(service: ServiceID("harbor"), supervisor: Self.oslo)]
            let task = try await test.run(.reconfigure(request)).task
            try await test.until { try await test.state(task) == .succeeded }
            #expect(agents[Self.oslo]?.accepted[TestCoordinator.harbor]?.generation == 2)
        }
    }

    @Test func oneInstallThatWouldLoseDataRefusesTheWholeUpgrade() async throws {
        try await TestCoordinator.with { test in
            let agents = try await installed(test, on: [Self.oslo, Self.bergen])
            agents[Self.bergen]?.plan(Self.losing)
            let request = InstallRequest(service: ServiceID("harbor"), targets: .all, version: "1.1.0")
            let error = await #expect(throws: FleetError.self) { try await test.run(.upgrade(request)) }
            #expect(error?.message.hasPrefix("harbor@sv-bergen:") == true)
            #expect(error?.next == "flotilla upgrade harbor --to 1.1.0 --all --delete-data --confirm harbor@sv-bergen")
            agents[Self.oslo]?.plan(Self.losing)
            let both = await #expect(throws: FleetError.self) { try await test.run(.upgrade(request)) }
            #expect(both?.message.hasPrefix("harbor@sv-bergen, harbor@sv-oslo:") == true)
            #expect(both?.next.hasSuffix("--confirm harbor@sv-bergen --confirm harbor@sv-oslo") == true)
        }
    }

    @Test func whatTheServerDoesNotTakeIsRefusedInItsOwnWords() async throws {
        try await TestCoordinator.with { test in
            let agents = try await installed(test)
            let words = #"StatefulSet.apps "harbor-database" is invalid: spec: Forbidden (reason: Invalid)"#
            agents[Self.oslo]?.plan { selection in
                ResourcePlan(
                    consequence: .impossible,
                    changes: [
                        .init(operation: "update", resource: "sts", consequence: .impossible, message: words),
                        .init(operation: "update", resource: "deploy", consequence: .rolling, message: "pods roll"),
                    ], manifests: selection.values)
            }
            let error = await #expect(throws: FleetError.self) {
                try await test.run(
                    .adoptDrift(
                        InstallKey(service: ServiceID("harbor"), supervisor: Self.oslo),
                        valueChanges: ["disk.size": "5Gi"]))
            }
            #expect(error?.code == .refused)
            #expect(error?.reason == words)
            #expect(error?.next == "flotilla plan reconfigure harbor --on sv-oslo …")
            let upgrade = await #expect(throws: FleetError.self) {
                try await test.run(.upgrade(test.install()))
            }
            #expect(upgrade?.next == "flotilla plan upgrade harbor --on sv-oslo")
            #expect(await test.coordinator.tasks(limit: 10).count == 1)
        }
    }

    /// A volume that was grown by hand: the change is impossible until what is live is declared.
    @Test func anEditThatCannotBeTakenBackNamesDriftAdopt() async throws {
        try await TestCoordinator.with { test in
            let agents = try await installed(test)
            agents[Self.oslo]?.plan { selection in
                ResourcePlan(
                    consequence: .impossible,
                    changes: [
                        .init(
                            operation: "update", resource: "pvc", consequence: .impossible,
                            message: "field can not be less than previous value")
                    ], manifests: selection.values, warnings: [ResourcePlan.outsideEdit(of: "pvc")])
            }
            let error = await #expect(throws: FleetError.self) {
                try await test.run(.reconfigure(test.install(set: ["hostname=x"])))
            }
            #expect(error?.exitCode == 5)
            #expect(error?.next == "flotilla drift adopt harbor@sv-oslo, then this command again")
        }
    }

    @Test func aPlanThatTheAgentCannotMakeRefusesTheCommandInItsWords() async throws {
        try await TestCoordinator.with { test in
            let agents = try await installed(test)
            let words = "ytt: Error: - assert.fail: hostname must be set (config/values.star:7)"
            agents[Self.oslo]?.failPlans(FleetError(.refused, "the package cannot be rendered", reason: words))
            let error = await #expect(throws: FleetError.self) {
                try await test.run(.reconfigure(test.install(set: ["hostname=x"])))
            }
            #expect(error?.exitCode == 5)
            #expect(error?.message == "harbor@sv-oslo: the package cannot be rendered; nothing was sent")
            #expect(error?.reason == words)
            #expect(error?.next == "flotilla plan reconfigure harbor --on sv-oslo …")
            #expect(await test.coordinator.tasks(limit: 10).count == 1)

            // Its cluster is away: the change waits for it like one for an agent that is away.
            agents[Self.oslo]?.failPlans(FleetError(.unavailable, "the Kubernetes API does not answer"))
            let task = try await test.run(.reconfigure(test.install(set: ["hostname=x"]))).task
            try await test.until { try await test.state(task) == .succeeded }
        }
    }

    @Test func nothingIsAskedWhenNothingChangesOrNobodyCanAnswer() async throws {
        try await TestCoordinator.with(configure: { $0.precheckTimeout = .milliseconds(200) }) { test in
            let agents = try await installed(test)
            let agent = try #require(agents[Self.oslo])
            agent.plan(Self.losing)
            let same = try await test.run(.reconfigure(test.install(set: ["replicas=2"]))).task
            try await test.until { try await test.state(same) == .succeeded }
            #expect(agent.planned.isEmpty)

            agent.plan { _ in nil }
            let silent = try await test.run(.reconfigure(test.install(set: ["replicas=3"]))).task
            #expect(agent.planned.count == 1)
            try await test.until { try await test.state(silent) == .succeeded }

            agent.disconnect()
            try await test.until { await !test.isConnected(Self.oslo) }
            try await test.run(.reconfigure(test.install(set: ["replicas=4"])))
            #expect(agent.planned.count == 1)
        }
    }

    @Test func aChangeBuildsOnWhatTheAgentDidNotRefuse() async throws {
        try await TestCoordinator.with { test in
            let agents = try await installed(test)
            let key = InstallKey(service: TestCoordinator.harbor, supervisor: Self.oslo)
            agents[Self.oslo]?.script { _ in
                ReconcileOutcome(verdict: .refused, version: nil, objectCount: 0, message: "no consent")
            }
            var refused = test.install(set: ["hostname=s3"])
            refused.version = "1.1.0"
            let task = try await test.run(.upgrade(refused)).task
            try await test.until { try await test.state(task) == .failed }
            #expect(try await test.coordinator.values(of: key) == "replicas: 2\n")
            let view = try #require(try await test.coordinator.service("harbor").installs.first)
            #expect(view.inForce?.version == "1.0.0")
            #expect(view.refusedGeneration == 2)
            #expect(view.install.desiredVersion == "1.1.0")

            agents[Self.oslo]?.script(FakeAgent.succeeds)
            let next = try await test.run(.reconfigure(test.install(set: ["disk.size=5Gi"]))).task
            try await test.until { try await test.state(next) == .succeeded }
            #expect(try await test.coordinator.values(of: key) == "disk:\n  size: 5Gi\nreplicas: 2\n")
            let after = try #require(try await test.coordinator.service("harbor").installs.first)
            #expect(after.inForce?.version == "1.0.0")
            #expect(after.refusedGeneration == nil)
            let upgraded = try await test.run(.upgrade(test.install())).task
            try await test.until { try await test.state(upgraded) == .succeeded }
        }
    }
}
