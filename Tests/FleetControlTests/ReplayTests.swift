import FleetControl
import FleetModel
import Testing

/// The same journal folds to the same state (contract C9), and a retried command has no second effect.
@Suite struct ReplayTests {
    /// A fleet after a few hundred random but repeatable steps.
    private func busyFleet(seed: UInt64) throws -> TestFleet {
        var fleet = TestFleet()
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let names = ["a", "b", "c", "d", "e"]
        try fleet.register(TestFleet.harbor, "1.0.0", "1.1.0", "1.2.0", "2.0.0")
        try fleet.register(TestFleet.contour, "1.0.0", "1.1.0")
        for name in names { try fleet.add(name) }
        for _ in 0..<300 {
            let name = names[random(names.count)]
            let service = random(3) == 0 ? TestFleet.contour : TestFleet.harbor
            let request = TestFleet.request(
                random(2) == 0 ? [name] : [], service: service, maxParallel: random(3), maxFailures: 1 + random(2))
            switch random(12) {
            case 0: _ = try? fleet.run(.install(request))
            case 1: _ = try? fleet.run(.upgrade(request))
            case 2: _ = try? fleet.run(.reconfigure(request))
            case 3: _ = try? fleet.run(.uninstall(.init(service: service, targets: request.targets)))
            case 4: _ = try? fleet.run(.deactivateService(service))
            case 5: _ = try? fleet.run(.activateService(service))
            case 6: fleet.lose(name)
            case 7: fleet.connect(name)
            case 8: fleet.fail(name, service: service)
            case 9: fleet.report(name, .accepted, service: service)
            default: fleet.succeed(name, service: service)
            }
        }
        return fleet
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>) func theJournalFoldsToTheSameState(seed: UInt64) throws {
        let fleet = try busyFleet(seed: seed)
        #expect(fleet.journal.count > 300)
        var replayed = FleetState()
        for (index, item) in fleet.journal.enumerated() {
            let record = try FleetRecord.read(kind: item.record.kind, payload: item.record.payload())
            #expect(record == item.record)
            replayed.fold(record!, at: item.at, position: UInt64(index) + 1)
        }
        #expect(replayed == fleet.state)
        #expect(replayed.position == UInt64(fleet.journal.count))
        // Nothing was forgotten on the way: with every task looked at again, no step is due.
        #expect(replayed.take([], at: fleet.now).isEmpty)
        for task in replayed.tasks.values where task.finishedAt == nil {
            for target in task.targets where !target.state.isFinal {
                let key = InstallKey(service: task.service, supervisor: target.supervisor)
                #expect(replayed.openTargets[key] == task.id)
            }
        }
    }

    @Test func aSnapshotIsTheStateAndEqualStatesGiveEqualBytes() throws {
        let fleet = try busyFleet(seed: 7)
        let bytes = try fleet.state.snapshotBytes()
        let read = try FleetState(snapshot: bytes)
        #expect(read == fleet.state)
        #expect(try read.snapshotBytes() == bytes)
    }

    @Test func aRecordOfAnUnknownKindIsSkipped() throws {
        #expect(try FleetRecord.read(kind: "rollout.planned", payload: []) == nil)
    }

    @Test func aRetriedCommandGetsTheSameAnswerWithoutASecondEffect() throws {
        var fleet = TestFleet()
        try fleet.register(TestFleet.harbor, "2.6.1")
        try fleet.add("a")
        try fleet.run(.install(TestFleet.request(["a"])), id: "once")
        let length = fleet.journal.count
        let again = try fleet.run(.install(TestFleet.request(["a"])), id: "once")
        #expect(again.task == TaskID("t-1"))
        #expect(again.lines == ["task t-1  install harbor 2.6.1 on a"])
        #expect(fleet.journal.count == length)
        #expect(fleet.state.tasks.count == 1)
    }

    @Test func aCommandIDThatWasUsedForAnotherCommandIsRefused() throws {
        var fleet = TestFleet()
        try fleet.register(TestFleet.harbor, "2.6.1")
        var context = fleet.context("c-1")
        context.fingerprint = ContentDigest("sha256:other")
        let error = #expect(throws: FleetError.self) {
            try fleet.state.decide(.activateService(TestFleet.harbor), context)
        }
        #expect(error?.code == .conflict)
    }

    @Test func aJoinTokenLetsOneAgentInOnce() throws {
        var fleet = TestFleet()
        let id = SupervisorID("sv-oslo")
        try fleet.run(.addSupervisor(id, moid: "domain-c8", labels: [:], tokenLifetime: 60, autoAccept: true))
        let token = fleet.state.supervisors[id]!.joinTokenDigest!
        let late = fleet.now.advanced(byMilliseconds: 120_000)
        #expect(throws: FleetError.self) {
            try fleet.state.decideEnrolment(token: token, key: "k", fingerprint: "f", at: late)
        }
        let first = try fleet.state.decideEnrolment(token: token, key: "k", fingerprint: "f", at: fleet.now)
        fleet.take(first.records)
        #expect(
            try fleet.state.decideEnrolment(token: token, key: "k", fingerprint: "f", at: fleet.now).records.isEmpty)
        #expect(throws: FleetError.self) {
            try fleet.state.decideEnrolment(token: token, key: "other", fingerprint: "f", at: fleet.now)
        }
        #expect(throws: FleetError.self) {
            try fleet.state.decideEnrolment(
                token: ContentDigest("sha256:wrong"), key: "k", fingerprint: "f", at: fleet.now)
        }
    }
}
