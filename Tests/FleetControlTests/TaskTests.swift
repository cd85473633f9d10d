import FleetControl
import FleetModel
import Testing

/// Tasks: one outcome per Supervisor, parallel and failure limits (contract C6), deferral, supersession.
@Suite struct TaskTests {
    private func fleet(_ names: String..., away: [String] = []) throws -> TestFleet {
        var fleet = TestFleet()
        try fleet.register(TestFleet.harbor, "2.6.1", "2.6.3")
        for name in names { try fleet.add(name, connected: !away.contains(name)) }
        return fleet
    }

    private func states(_ fleet: TestFleet, _ task: TaskID) -> [TaskTarget.State] {
        fleet.state.tasks[task]!.targets.map(\.state)
    }

    @Test func runsAtMostMaxParallelAtOnce() throws {
        var fleet = try fleet("a", "b", "c")
        let task = try fleet.run(.install(TestFleet.request(["a", "b", "c"], maxParallel: 2))).task!
        #expect(states(fleet, task) == [.running, .running, .pending])
        fleet.succeed("b")
        #expect(states(fleet, task) == [.running, .succeeded, .running])
        fleet.succeed("a")
        fleet.succeed("c")
        #expect(fleet.state.tasks[task]?.state == .succeeded)
        #expect(fleet.state.tasks[task]?.finishedAt != nil)
    }

    @Test(arguments: [1, 2]) func sendsNothingFurtherAfterTheFailureLimit(limit: Int) throws {
        var fleet = try fleet("a", "b", "c", "d")
        let task = try fleet.run(
            .install(TestFleet.request(["a", "b", "c", "d"], maxParallel: 1, maxFailures: limit))
        ).task!
        fleet.fail("a", "kapp: Error: the cluster's own words")
        if limit == 2 { fleet.fail("b") }
        #expect(states(fleet, task).count { $0 == .failed } == limit)
        #expect(states(fleet, task).count { $0 == .notSent } == 4 - limit)
        #expect(fleet.state.tasks[task]?.state == .failed)
        #expect(fleet.target(task, "a")?.message == "kapp: Error: the cluster's own words")
        #expect(
            fleet.install("a")?.status.messages.last
                == "Reason: ReconcileFailed. Message: kapp: Error: the cluster's own words")
        #expect(fleet.install("d") == nil)
    }

    @Test func aDeferredSupervisorHoldsNoPlaceAndIsAppliedWhenItReturns() throws {
        var fleet = try fleet("a", "b", "c", away: ["a"])
        let task = try fleet.run(.install(TestFleet.request(["a", "b", "c"], maxParallel: 1))).task!
        #expect(states(fleet, task) == [.deferred, .running, .pending])
        fleet.succeed("b")
        fleet.succeed("c")
        #expect(fleet.state.tasks[task]?.state == .blocked)
        fleet.connect("a")
        #expect(states(fleet, task) == [.running, .succeeded, .succeeded])
        fleet.succeed("a")
        #expect(fleet.state.tasks[task]?.state == .succeeded)
    }

    @Test func whatWaitsForAnAgentIsShownWithWhenItWasLastHeard() throws {
        var fleet = try fleet("a", "b", "c", away: ["b"])
        let heard = fleet.now.advanced(byMilliseconds: 1000)
        fleet.lose("a")
        let task = try fleet.run(.install(TestFleet.request(["a", "b", "c"], version: "2.6.1"))).task!
        let message = "last heard \(heard.seconds); will apply when it returns"
        #expect(fleet.target(task, "a")?.message == message)
        #expect(fleet.target(task, "b")?.message == "the agent has not connected yet; will apply when it does")
        let key = InstallKey(service: TestFleet.harbor, supervisor: SupervisorID("a"))
        #expect(
            fleet.state.waitingChanges.first
                == WaitingChange(
                    key: key, task: task, operation: .install, version: "2.6.1", state: .deferred, message: message))
        #expect(fleet.state.waitingChanges.map(\.key.supervisor.rawValue) == ["a", "b"])
        fleet.connect("a")
        fleet.connect("b")
        #expect(fleet.state.waitingChanges.isEmpty)
    }

    @Test func theRemarkOfACommandIsKeptWithItsTaskAndShownInTheFeed() throws {
        var fleet = try fleet("a")
        var request = TestFleet.request(["a"], version: "2.6.1")
        request.reason = "ticket 4711"
        let task = try fleet.run(.install(request)).task!
        #expect(fleet.state.tasks[task]?.reason == "ticket 4711")
        let created = fleet.journal.compactMap { $0.record.event(at: $0.at, position: 1) }
            .first { $0.reason == "TaskCreated" }
        #expect(created?.message == "install harbor 2.6.1 on a: ticket 4711")
        request.reason = String(repeating: "x", count: 1_025)
        let error = #expect(throws: FleetError.self) { try fleet.run(.reconfigure(request)) }
        #expect(error?.code == .limitExceeded)
    }

    @Test func aRefusedGenerationIsHistoryAndLaterChangesBuildOnTheOneBefore() throws {
        var fleet = try fleet("a")
        func refuse(_ fleet: inout TestFleet) {
            fleet.report(
                "a", .outcome(.init(verdict: .refused, version: nil, objectCount: 0, message: "no consent")))
        }
        let key = InstallKey(service: TestFleet.harbor, supervisor: SupervisorID("a"))
        try fleet.run(.install(TestFleet.request(["a"], version: "2.6.1")))
        fleet.succeed("a")
        let first = fleet.state.values(key)
        try fleet.run(.upgrade(TestFleet.request(["a"])))
        #expect(fleet.state.values(key) != first)
        refuse(&fleet)
        #expect(fleet.state.values(key) == first)
        #expect(fleet.state.view(fleet.install("a")!).refusedGeneration == 2)
        #expect(fleet.state.referencedContent.contains(first!))
        try fleet.run(.reconfigure(TestFleet.request(["a"])))
        #expect(fleet.install("a")?.desiredVersion == "2.6.1")
        refuse(&fleet)
        #expect(fleet.state.values(key) == first)
        let restored = try FleetState(snapshot: try fleet.state.snapshotBytes())
        #expect(restored == fleet.state)

        // A refused removal leaves the install as it was.
        try fleet.run(.uninstall(UninstallRequest(service: TestFleet.harbor, targets: .all)))
        refuse(&fleet)
        #expect(fleet.state.values(key) == first)
        try fleet.run(.upgrade(TestFleet.request(["a"])))
        fleet.succeed("a")
        #expect(fleet.install("a")?.status.currentVersion == "2.6.3")
        #expect(fleet.state.view(fleet.install("a")!).refusedGeneration == nil)
    }

    @Test func targetsOfALargeTaskAreEachUpdatedAndFoundAfterARestart() throws {
        var fleet = TestFleet()
        try fleet.register(TestFleet.harbor, "2.6.1")
        let names = (0..<40).map { "sv-\($0)" }
        for name in names { try fleet.add(name) }
        let task = try fleet.run(.install(TestFleet.request(names.reversed()))).task!
        for name in names.prefix(20) { fleet.succeed(name) }
        fleet.fail("sv-30")
        #expect(names.filter { fleet.target(task, $0)?.state == .succeeded } == Array(names.prefix(20)))
        #expect(fleet.target(task, "sv-30")?.state == .failed)
        var restored = try FleetState(snapshot: try fleet.state.snapshotBytes())
        _ = restored.take([.supervisorLost(.init(supervisor: SupervisorID("sv-25"), reason: "silent"))], at: fleet.now)
        #expect(restored.tasks[task]?.targets.first { $0.supervisor == SupervisorID("sv-25") }?.state == .deferred)
    }

    @Test func anAgentLostWhileRunningFreesItsPlaceAndResumes() throws {
        var fleet = try fleet("a", "b")
        let task = try fleet.run(.install(TestFleet.request(["a", "b"], maxParallel: 1))).task!
        fleet.lose("a")
        #expect(states(fleet, task) == [.deferred, .running])
        fleet.connect("a")
        #expect(states(fleet, task) == [.running, .running])
        #expect(fleet.install("a")?.spec.generation == 1)
    }

    @Test func aCoordinatorRestartKeepsThePlacesOfAgentsThatAreExpectedBack() throws {
        var fleet = try fleet("a", "b")
        let task = try fleet.run(.install(TestFleet.request(["a", "b"], maxParallel: 1))).task!
        fleet.take([.coordinatorStarted(.init(version: "1"))])
        fleet.connect("b")
        #expect(states(fleet, task) == [.running, .pending])
        fleet.lose("a")
        #expect(states(fleet, task) == [.deferred, .running])
    }

    @Test func aDeferredSupervisorIsNotSentAnythingAfterTheFailureLimit() throws {
        var fleet = try fleet("a", "b", away: ["b"])
        let task = try fleet.run(.install(TestFleet.request(["a", "b"]))).task!
        fleet.fail("a")
        #expect(states(fleet, task) == [.failed, .notSent])
        fleet.connect("b")
        #expect(fleet.install("b") == nil)
    }

    @Test func aNewerCommandSupersedesTheOlderTarget() throws {
        var fleet = try fleet("a", "b")
        let first = try fleet.run(.install(TestFleet.request(["a", "b"], version: "2.6.1", maxParallel: 1))).task!
        let second = try fleet.run(.upgrade(TestFleet.request(["a"], version: "2.6.3"))).task!
        #expect(states(fleet, first) == [.superseded, .running])
        #expect(fleet.install("a")?.spec.generation == 2)
        fleet.succeed("a")
        #expect(states(fleet, second) == [.succeeded])
    }

    @Test func anOlderOutcomeDoesNotEndTheNewerTaskThatWaits() throws {
        var fleet = try fleet("a", "b")
        try fleet.run(.install(TestFleet.request(["a", "b"], version: "2.6.1")))
        let second = try fleet.run(.upgrade(TestFleet.request(["b", "a"], version: "2.6.3", maxParallel: 1))).task!
        #expect(states(fleet, second) == [.running, .pending])
        fleet.succeed("a")
        #expect(fleet.install("a")?.status.currentVersion == "2.6.1")
        #expect(states(fleet, second) == [.running, .pending])
        fleet.lose("a")
        fleet.succeed("b")
        fleet.connect("a")
        fleet.succeed("a")
        #expect(states(fleet, second) == [.succeeded, .succeeded])
        #expect(fleet.state.tasks[second]?.finishedAt != nil)
    }

    @Test func removingASupervisorEndsItsTargetsWithoutCountingAsFailure() throws {
        var fleet = try fleet("a", "b")
        let task = try fleet.run(.install(TestFleet.request(["a", "b"], maxParallel: 1))).task!
        try fleet.run(.removeSupervisor(SupervisorID("a")))
        #expect(states(fleet, task) == [.superseded, .running])
        #expect(fleet.state.admittedKeys == ["key-b": SupervisorID("b")])
    }

    @Test func anUpgradeOfAllSkipsWhatIsThereAlready() throws {
        var fleet = try fleet("a", "b", "c")
        try fleet.run(.install(TestFleet.request(["a"], version: "2.6.1")))
        try fleet.run(.install(TestFleet.request(["b"], version: "2.6.3")))
        let reply = try fleet.run(.upgrade(TestFleet.request([])))
        #expect(fleet.state.tasks[reply.task!]?.targets.map(\.supervisor.rawValue) == ["a"])
        #expect(reply.lines.contains("b  already at 2.6.3"))
    }

    @Test func anOperationOnAllSkipsWhatIsBeingRemovedOrNewer() throws {
        var fleet = try fleet("a", "b", "c")
        try fleet.run(.install(TestFleet.request([], version: "2.6.1")))
        for name in ["a", "b", "c"] { fleet.succeed(name) }
        try fleet.run(.upgrade(TestFleet.request(["b"], version: "2.6.3")))
        try fleet.run(.uninstall(.init(service: TestFleet.harbor, targets: .named([SupervisorID("c")]))))
        try fleet.register(TestFleet.contour, "1.0.0")
        let error = #expect(throws: FleetError.self) {
            try fleet.run(.upgrade(TestFleet.request([], version: "2.6.1")))
        }
        #expect(error?.code == .alreadyExists)
        #expect(
            error?.reason
                == "a  already at 2.6.1; b  is at 2.6.3, which is newer; c  is being removed by task t-3")
        let reply = try fleet.run(.upgrade(TestFleet.request([])))
        #expect(fleet.state.tasks[reply.task!]?.targets.map(\.supervisor.rawValue) == ["a"])
    }

    @Test func labelSelectorsChooseTheTargets() throws {
        var fleet = try fleet("a")
        try fleet.add("b", "c", labels: ["region": "north"])
        try fleet.add("d", labels: ["region": "north", "tier": "edge"])
        var request = TestFleet.request([])
        request.targets = .labels("region in (north,south),tier!=edge")
        let task = try fleet.run(.install(request)).task!
        #expect(fleet.state.tasks[task]?.targets.map(\.supervisor.rawValue) == ["b", "c"])
    }

    @Test func aTakenInReportChangesNothingASecondTime() throws {
        var fleet = try fleet("a")
        try fleet.run(.install(TestFleet.request(["a"])))
        let reports = (1...3).map { sequence in
            AgentReport(
                sequence: UInt64(sequence), at: .zero, service: TestFleet.harbor, generation: 1,
                body: .progress(stage: .applying, done: sequence, total: 50, detail: ""))
        }
        let id = SupervisorID("a")
        let first = fleet.state.ingest(reports, from: id, incarnation: 1)
        fleet.take(first.records)
        #expect(first.acknowledged == 3)
        #expect(fleet.state.ingest(reports, from: id, incarnation: 1) == .init(records: [], acknowledged: 3))
        let hole = AgentReport(sequence: 6, at: .zero, service: nil, generation: 0, body: .accepted)
        #expect(fleet.state.ingest([hole], from: id, incarnation: 1) == .init(records: [], acknowledged: 3))
        let gap = AgentReport(sequence: 6, at: .zero, service: nil, generation: 0, body: .gap(from: 4, to: 5))
        #expect(fleet.state.ingest([gap], from: id, incarnation: 1).acknowledged == 6)
        #expect(fleet.state.ingest(reports, from: SupervisorID("x"), incarnation: 9).records.isEmpty)
    }
}
