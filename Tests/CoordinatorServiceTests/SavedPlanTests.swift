import CoordinatorService
import FleetModel
import FleetRuntime
import Testing

/// A plan that is kept is carried out as it was shown, or not at all.
@Suite struct SavedPlanTests {
    private static let oslo = TestCoordinator.oslo

    private func installed(_ test: TestCoordinator) async throws -> FakeAgent {
        let agent = try await test.join(Self.oslo)
        try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
        try await test.run(.addVersion(documents: TestCoordinator.package("1.1.0"), dryRun: false))
        var request = test.install([Self.oslo], set: ["replicas=2"])
        request.version = "1.0.0"
        let task = try await test.run(.install(request)).task
        try await test.until { try await test.state(task) == .succeeded }
        return agent
    }

    private func save(_ request: PlanRequest, _ test: TestCoordinator) async throws -> PlanID {
        let views = try await test.coordinator.plan(request)
        let seen = try views.map { PlannedTarget(supervisor: $0.supervisor, fingerprint: try #require($0.fingerprint)) }
        return try #require(try await test.run(.savePlan(request, seen: seen)).plan)
    }

    private static func upgrade(_ value: String = "3") -> PlanRequest {
        .upgrade(
            InstallRequest(
                service: ServiceID("harbor"), targets: .all, version: "1.1.0", set: ["replicas=\(value)"]))
    }

    @Test func aPlanIsCarriedOutOnceWithTheValuesItWasMadeWith() async throws {
        let journal = InMemoryJournal()
        try await TestCoordinator.with(journal: journal) { test in
            let agent = try await installed(test)
            let plan = try await save(Self.upgrade(), test)
            #expect(plan == PlanID("p-1"))
            let task = try await test.run(.applyPlan(plan)).task
            try await test.until { try await test.state(task) == .succeeded }
            let spec = try #require(agent.accepted[TestCoordinator.harbor])
            #expect(spec.generation == 2)
            guard case .present(let selection) = spec.intent else {
                Issue.record("not installed")
                return
            }
            #expect(selection.version == "1.1.0")
            #expect(
                try await test.coordinator.values(
                    of: InstallKey(service: ServiceID("harbor"), supervisor: Self.oslo)
                ).contains("replicas: 3"))
            let again = await #expect(throws: FleetError.self) { try await test.run(.applyPlan(plan)) }
            #expect(again?.exitCode == 7)

            let audit = try await test.coordinator.audit(AuditFilter(), limit: 10)
            let applied = try #require(audit.first { $0.task == task })
            #expect(applied.plan == plan)
            #expect(applied.action == "apply plan p-1: upgrade harbor 1.1.0 on sv-oslo")
            #expect(audit.contains { $0.plan == plan && $0.task == nil })
        }
    }

    @Test func aPlanIsStaleWhenTheInstallChangedSince() async throws {
        try await TestCoordinator.with { test in
            let agent = try await installed(test)
            let plan = try await save(Self.upgrade(), test)
            let task = try await test.run(.reconfigure(test.install([Self.oslo], set: ["replicas=5"]))).task
            try await test.until { try await test.state(task) == .succeeded }
            let error = await #expect(throws: FleetError.self) { try await test.run(.applyPlan(plan)) }
            #expect(error?.exitCode == 8)
            #expect(error?.message == "plan p-1 is stale; nothing was sent")
            #expect(error?.reason == "harbor@sv-oslo: generation 2 now, generation 1 when the plan was made")
            #expect(agent.accepted[TestCoordinator.harbor]?.generation == 2)
        }
    }

    @Test func aPlanIsStaleWhenTheVersionOrTheClusterChangedSince() async throws {
        try await TestCoordinator.with { test in
            let agent = try await installed(test)
            let plan = try await save(Self.upgrade(), test)
            agent.plan { selection in
                ResourcePlan(
                    consequence: .inPlace, changes: [], manifests: selection.values, live: ContentDigest("sha256:other")
                )
            }
            let live = await #expect(throws: FleetError.self) { try await test.run(.applyPlan(plan)) }
            #expect(live?.exitCode == 8)
            #expect(live?.reason == "harbor@sv-oslo: what is live, or what would be changed, differs")
            agent.plan(FakeAgent.changesInPlace)
            try await test.run(.deactivateVersion(ServiceID("harbor"), version: "1.1.0"))
            let version = await #expect(throws: FleetError.self) { try await test.run(.applyPlan(plan)) }
            #expect(version?.exitCode == 8)
            #expect(version?.reason == "harbor 1.1.0 is DEACTIVATED")
        }
    }

    @Test func aPlanNeedsTheAgentToBeAskedAgain() async throws {
        try await TestCoordinator.with { test in
            let agent = try await installed(test)
            let plan = try await save(Self.upgrade(), test)
            agent.disconnect()
            let error = await #expect(throws: FleetError.self) { try await test.run(.applyPlan(plan)) }
            #expect(error?.message.hasPrefix("plan p-1 cannot be compared with what is live") == true)
            agent.connect()
        }
    }

    @Test func plansSurviveARestart() async throws {
        let (journal, contents) = (InMemoryJournal(), InMemoryContentStore())
        var plan = PlanID("p-0")
        try await TestCoordinator.with(journal: journal, content: contents) { test in
            _ = try await installed(test)
            plan = try await save(Self.upgrade(), test)
        }
        try await TestCoordinator.with(journal: journal, content: contents) { test in
            let error = await #expect(throws: FleetError.self) { try await test.run(.applyPlan(plan)) }
            #expect(error?.message.hasPrefix("plan p-1 cannot be compared with what is live") == true)
        }
    }
}
