import AgentLink
import CoordinatorService
import FleetModel
import FleetRuntime
import Testing

/// The coordinator end to end: real journal records, real link protocol, agents in memory.
@Suite struct CoordinatorTests {
    private let oslo = TestCoordinator.oslo

    @Test func anInstallIsDecidedJournalledDispatchedAndReported() async throws {
        let journal = InMemoryJournal()
        try await TestCoordinator.with(journal: journal) { test in
            let agent = try await test.join(oslo)
            let registered = try await test.run(
                .registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            #expect(registered.lines == ["registered  harbor.example.com 1.0.0  ACTIVATED"])
            let reply = try await test.run(.install(test.install(values: ["hostname: harbor.oslo"])))
            #expect(reply.task == TaskID("t-1"))
            #expect(try await journal.lastPosition() >= reply.position)
            try await test.until { try await test.state(reply.task) == .succeeded }
            let view = try await test.coordinator.service("harbor")
            #expect(view.installs.map(\.install.status.state) == [.configured])
            #expect(view.installs.map(\.install.status.currentVersion) == ["1.0.0"])
            #expect(agent.accepted[TestCoordinator.harbor]?.generation == 1)
            let key = InstallKey(service: ServiceID("harbor"), supervisor: oslo)
            #expect(try await test.coordinator.values(of: key) == "hostname: harbor.oslo\n")
            try await test.until {
                try await test.coordinator.events(after: 0, filter: .init(), limit: 1000).last?.reason
                    == "TaskSucceeded"
            }
            let reasons = try await test.coordinator.events(after: 0, filter: .init(), limit: 1000).map(\.reason)
            #expect(
                reasons == [
                    "CoordinatorStarted", "SupervisorAdded", "SupervisorEnrolled", "AgentConnected",
                    "ServiceRegistered", "VersionRegistered", "TaskCreated", "Configuring", "Accepted", "Reconciling",
                    "ReconcileSucceeded", "TaskSucceeded",
                ])
        }
    }

    @Test func aRetriedCommandGetsTheSameAnswerAlsoAfterARestart() async throws {
        let journal = InMemoryJournal()
        let content = InMemoryContentStore()
        let command = FleetCommand.addSupervisor(
            oslo, moid: "domain-c8", labels: [:], tokenLifetime: 60, autoAccept: true)
        let first = try await TestCoordinator.with(journal: journal, content: content) { test in
            let first = try await test.run(command, id: "once")
            #expect(try await test.run(command, id: "once") == first)
            return first
        }
        try await TestCoordinator.with(journal: journal, content: content) { test in
            let again = try await test.run(command, id: "once")
            #expect(again == first)
            #expect(first.joinFile?.token.utf8.count == 64)
            #expect(await test.coordinator.supervisors().count == 1)
        }
    }

    @Test func aRestartLosesNothingAndTheAgentGetsWhatIsWanted() async throws {
        let journal = InMemoryJournal()
        let content = InMemoryContentStore()
        try await TestCoordinator.with(journal: journal, content: content) { test in
            let agent = try await test.join(oslo)
            agent.disconnect()
            try await test.until { await !test.isConnected(oslo) }
            try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            let reply = try await test.run(.install(test.install()))
            #expect(try await test.coordinator.task(reply.task!).targets.map(\.state) == [.deferred])
            #expect(try await test.state(reply.task) == .blocked)
            let waiting = try await test.coordinator.service("harbor").waiting
            #expect(waiting.map(\.state) == [.deferred])
            #expect(waiting.first?.message.hasPrefix("last heard ") == true)
            #expect(try await test.coordinator.supervisor(oslo).waiting == waiting)
        }
        try await TestCoordinator.with(journal: journal, content: content) { test in
            #expect(await test.coordinator.services().count == 1)
            let agent = FakeAgent(key: "key-of-sv-oslo", hub: test.hub, incarnation: 2, now: TestCoordinator.now)
            agent.connect()
            try await test.until { try await test.state(TaskID("t-1")) == .succeeded }
            #expect(agent.accepted[TestCoordinator.harbor]?.generation == 1)
        }
    }

    @Test func contentThatNothingNamesIsRemovedWithTheNextSnapshot() async throws {
        let content = InMemoryContentStore()
        try await TestCoordinator.with(content: content, configure: { $0.snapshotEvery = 1 }) { test in
            _ = try await test.join(oslo)
            try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            let stray = try await content.put(Array("nobody names this".utf8))
            let task = try await test.run(.install(test.install(values: ["hostname: a"]))).task
            try await test.until { try await test.state(task) == .succeeded }
            try await test.until { try await !content.contains(stray) }
            let key = InstallKey(service: TestCoordinator.harbor, supervisor: oslo)
            #expect(try await test.coordinator.values(of: key) == "hostname: a\n")
        }
    }

    @Test func removingASupervisorCutsItsSession() async throws {
        try await TestCoordinator.with { test in
            let agent = try await test.join(oslo)
            try await test.run(.removeSupervisor(oslo))
            try await test.until { agent.isCut }
            #expect(await test.coordinator.supervisors().isEmpty)
        }
    }

    @Test func aFailureKeepsTheClustersWordsAndStopsTheRest() async throws {
        try await TestCoordinator.with { test in
            _ = try await test.join(oslo) { _ in
                ReconcileOutcome(verdict: .failed, version: nil, objectCount: 0, message: "kapp: Error: its own words")
            }
            _ = try await test.join(TestCoordinator.bergen)
            try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            var request = test.install([oslo, TestCoordinator.bergen])
            request.maxParallel = 1
            let task = try await test.run(.install(request)).task
            try await test.until { try await test.state(task) == .failed }
            let targets = try await test.coordinator.task(task!).targets
            #expect(targets.map(\.state) == [.failed, .notSent])
            #expect(targets[0].message == "kapp: Error: its own words")
        }
    }

    @Test func valuesAreCheckedCarriedForwardAndReset() async throws {
        try await TestCoordinator.with { test in
            _ = try await test.join(oslo)
            try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            try await test.run(.addVersion(documents: TestCoordinator.package("1.1.0"), dryRun: false))
            let error = await #expect(throws: FleetError.self) {
                try await test.run(.install(test.install(values: ["replicas: 0"])))
            }
            #expect(error?.reason.contains("replicas: Invalid value: 0") == true, "\(error?.reason ?? "")")
            #expect(await test.coordinator.tasks(limit: 10).isEmpty)

            var request = test.install(values: ["hostname: a\nreplicas: 2", "replicas: 3\nunknown: 1"])
            request.version = "1.0.0"
            let reply = try await test.run(.install(request))
            #expect(reply.warnings.contains { $0.hasPrefix("unknown: not in the schema") })
            let key = InstallKey(service: TestCoordinator.harbor, supervisor: oslo)
            try await test.run(.reconfigure(test.install(set: ["disk.size=60Gi", "unknown=null"])))
            #expect(try await test.coordinator.values(of: key) == "disk:\n  size: 60Gi\nhostname: a\nreplicas: 3\n")
            try await test.run(.upgrade(test.install(set: ["replicas=4"])))
            #expect(try await test.coordinator.values(of: key) == "disk:\n  size: 60Gi\nhostname: a\nreplicas: 4\n")
            var reset = test.install(set: ["hostname=b"])
            reset.resetValues = true
            try await test.run(.reconfigure(reset))
            #expect(try await test.coordinator.values(of: key) == "hostname: b\n")
        }
    }

    @Test func agentsFetchWantedContentAndAnswerQuestions() async throws {
        try await TestCoordinator.with { test in
            let agent = try await test.join(oslo)
            try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            let plan = try await test.coordinator.plan(.install(test.install(values: ["hostname: x"])))
            #expect(plan.map(\.plan?.consequence) == [.inPlace])
            let task = try await test.run(.install(test.install(values: ["hostname: x"]))).task
            try await test.until { try await test.state(task) == .succeeded }
            guard case .present(let selection) = agent.accepted[TestCoordinator.harbor]?.intent else {
                Issue.record("no wanted state arrived")
                return
            }
            agent.fetch(selection.values)
            agent.fetch(selection.package)
            try await test.until { agent.content(selection.values) != nil && agent.content(selection.package) != nil }
            #expect(agent.content(selection.values) == Array("hostname: x\n".utf8))
            let why = await #expect(throws: FleetError.self) {
                try await test.coordinator.ask(.why(ServiceID("harbor")), of: oslo, timeout: .seconds(10))
            }
            #expect(why?.code == .unsupported)
        }
    }

    @Test func theBundleOfAVersionIsKeptForAgentsThatHaveNoSource() async throws {
        let archive = [UInt8](repeating: 5, count: 3000)
        let tree = ContentDigest(sha256Of: [1])
        let configure = { (configuration: inout CoordinatorConfiguration) in
            configuration.pinBundle = { (_) async throws(FleetError) in
                CoordinatorConfiguration.PinnedBundle(digest: tree, archive: archive)
            }
            configuration.sharesBundles = true
        }
        try await TestCoordinator.with(configure: configure) { test in
            let agent = try await test.join(oslo)
            try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            let task = try await test.run(.install(test.install(values: ["hostname: x"]))).task
            try await test.until { try await test.state(task) == .succeeded }
            guard case .present(let selection) = agent.accepted[TestCoordinator.harbor]?.intent else {
                Issue.record("no wanted state arrived")
                return
            }
            #expect(selection.bundleTree == tree)
            let bundle = try #require(selection.bundleContent)
            agent.fetch(bundle)
            try await test.until { agent.content(bundle) != nil }
            #expect(agent.content(bundle) == archive)
        }
    }

    @Test func aPlanGivesEachSupervisorItsOwnRefusal() async throws {
        try await TestCoordinator.with { test in
            _ = try await test.join(oslo)
            _ = try await test.join(TestCoordinator.bergen, connect: false)
            try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            let fresh = try await test.coordinator.plan(.install(test.install([oslo, TestCoordinator.bergen])))
            #expect(fresh.map(\.supervisor) == [oslo, TestCoordinator.bergen])
            #expect(fresh.map(\.refusal?.code) == [nil, .unavailable])
            let task = try await test.run(.install(test.install([oslo]))).task
            try await test.until { try await test.state(task) == .succeeded }
            let again = try await test.coordinator.plan(.install(test.install([oslo, TestCoordinator.bergen])))
            #expect(again.map(\.refusal?.code) == [.alreadyExists, .unavailable])
            let removal = try await test.coordinator.plan(
                .uninstall(UninstallRequest(service: ServiceID("harbor"), targets: .all)))
            #expect(removal.map(\.inventory?.total) == ["0"])
        }
    }

    @Test func aUsedOrWrongJoinTokenIsRefused() async throws {
        try await TestCoordinator.with { test in
            _ = try await test.join(oslo)
            let peer = LinkPeer(key: LinkKey("stranger"), routingID: [9])
            test.hub.enrol(
                EnrolmentCodec.encode(
                    EnrolmentRequest(token: "guess", publicKey: "stranger", agentVersion: "1", supervisor: oslo)),
                from: peer)
            try await test.until { test.hub.enrolmentReply(LinkKey("stranger")) != nil }
            guard case .refused(let error) = try EnrolmentCodec.reply(test.hub.enrolmentReply(LinkKey("stranger"))!)
            else {
                Issue.record("the stranger was let in")
                return
            }
            #expect(error.code == .unauthenticated)
        }
    }

    @Test func aFailedJournalStopsTheCoordinatorAndAcknowledgesNothing() async throws {
        let journal = InMemoryJournal()
        do {
            try await TestCoordinator.with(journal: journal) { test in
                journal.fail(with: .storage(detail: "disk full"))
                let command = FleetCommand.addSupervisor(
                    oslo, moid: "domain-c8", labels: [:], tokenLifetime: 60, autoAccept: true)
                let error = await #expect(throws: FleetError.self) { try await test.run(command) }
                #expect(error?.reason == "disk full")
                #expect(await test.coordinator.supervisors().isEmpty)
                #expect(await test.coordinator.status().checks.first?.ok == false)
            }
            Issue.record("the coordinator ended as if nothing had happened")
        } catch let error as FleetError {
            #expect(error.reason == "disk full")
        }
    }

    @Test func theFeedIsReadFromMemoryAndJournalAlikeAndNamesWhatWasTrimmed() async throws {
        let journal = InMemoryJournal()
        try await TestCoordinator.with(
            journal: journal,
            configure: {
                $0.recentEvents = 5
                $0.snapshotEvery = 50
                $0.retainedRecords = 40
            }
        ) { test in
            try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            try await test.run(.addVersion(documents: TestCoordinator.package("1.1.0"), dryRun: false))
            for _ in 0..<10 {
                try await test.run(.deactivateVersion(TestCoordinator.harbor, version: "1.0.0"))
                try await test.run(.activateVersion(TestCoordinator.harbor, version: "1.0.0"))
            }
            var paged: [UInt64] = []
            var position: UInt64 = 0
            while true {
                let page = try await test.coordinator.events(after: position, filter: .init(), limit: 3)
                guard let last = page.last else { break }
                paged += page.map(\.position)
                position = last.position
            }
            #expect(paged == paged.sorted() && Set(paged).count == paged.count)
            #expect(paged.last == (await test.coordinator.lastEventPosition()))
            for _ in 0..<60 {
                try await test.run(.deactivateVersion(TestCoordinator.harbor, version: "1.0.0"))
                try await test.run(.activateVersion(TestCoordinator.harbor, version: "1.0.0"))
            }
            try await test.until { try await journal.firstPosition() > 1 }
            let first = try await journal.firstPosition()
            let events = try await test.coordinator.events(after: 0, filter: .init(service: ServiceID("x")), limit: 10)
            #expect(events.first?.reason == "Gap")
            #expect(events.first.map { $0.position >= first - 1 } == true)
        }
        try await TestCoordinator.with(journal: journal) { test in
            #expect(await test.coordinator.services().map(\.service.versions.count) == [2])
        }
    }

    @Test func reportsAreUniqueAndWithoutHolesAcrossReconnects() async throws {
        try await TestCoordinator.with { test in
            let agent = try await test.join(oslo)
            for number in 1...600 {
                if number % 150 == 0 {
                    agent.disconnect()
                    agent.report(nil, 0, .note(reason: "Note", message: "\(number)"))
                    agent.connect()
                } else {
                    agent.report(nil, 0, .note(reason: "Note", message: "\(number)"))
                }
            }
            func notes() async throws -> [FleetEvent] {
                try await test.coordinator.events(after: 0, filter: .init(supervisor: oslo), limit: 10_000)
                    .filter { $0.reason == "Note" }
            }
            try await test.until { try await notes().count >= 600 }
            #expect(try await notes().map(\.message) == (1...600).map(String.init))
            #expect(try await notes().map(\.source?.sequence) == (1...600).map { UInt64($0) })
        }
    }

    @Test func aPackageThatDoesNotFitTheSupervisorsKubernetesIsRefused() async throws {
        try await TestCoordinator.with { test in
            let agent = try await test.join(oslo)
            agent.report(nil, 0, .supervisorInfo(kubernetesVersion: "v1.25.10", nodes: 3))
            try await test.until {
                try await test.coordinator.supervisor(oslo).supervisor.kubernetesVersion != nil
            }
            var document = TestCoordinator.package("1.0.0")[0]
            document.text += "\n  kubernetesVersionSelection: {constraints: '>=1.26.0'}"
            try await test.run(.registerService(documents: [document], dryRun: false))
            let error = await #expect(throws: FleetError.self) { try await test.run(.install(test.install())) }
            #expect(error?.code == .incompatible)
            #expect(error?.reason.contains(">=1.26.0") == true)
        }
    }

    @Test func aReaderIsWokenByTheNextEvent() async throws {
        try await TestCoordinator.with { test in
            let position = await test.coordinator.lastEventPosition()
            async let waited: Void = test.coordinator.waitForEvents(after: position, timeout: .seconds(60))
            try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            await waited
            #expect(await test.coordinator.lastEventPosition() > position)
            await test.coordinator.waitForEvents(after: .max, timeout: .milliseconds(10))
        }
    }

    @Test func manyCommandsAtOnceAreAllAnswered() async throws {
        let journal = InMemoryJournal()
        try await TestCoordinator.with(journal: journal) { test in
            try await withThrowingTaskGroup(of: CommandReply.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await test.run(
                            .addSupervisor(
                                SupervisorID("sv-\(number)"), moid: "domain-c\(number)", labels: [:], tokenLifetime: 60,
                                autoAccept: true)
                        )
                    }
                }
                let positions = try await group.reduce(into: Set<UInt64>()) { $0.insert($1.position) }
                #expect(positions.count == 200)
            }
            #expect(await test.coordinator.supervisors().count == 200)
        }
    }

    @Test func endsWithTheErrorOfItsSockets() async throws {
        let error = await #expect(throws: FleetError.self) {
            try await TestCoordinator.with { test in
                test.hub.fail(FleetError(.internalError, "the sockets for agents failed"))
                while !Task.isCancelled, !test.hub.isClosed { await Task.yield() }
            }
        }
        #expect(error?.message == "the sockets for agents failed")
    }
}
