import FleetControl
import FleetModel
import Testing

/// Agents that wait to be accepted, and the change of their keys, as decisions on records.
@Suite struct AcceptanceTests {
    static let oslo = SupervisorID("sv-oslo")

    static func invited(autoAccept: Bool? = nil) throws -> (TestFleet, ContentDigest) {
        var fleet = TestFleet()
        try fleet.run(
            .addSupervisor(oslo, moid: "domain-c8", labels: [:], tokenLifetime: 60, autoAccept: autoAccept))
        return (fleet, try #require(fleet.state.supervisors[oslo]?.joinTokenDigest))
    }

    static func pending() throws -> TestFleet {
        var (fleet, token) = try invited()
        fleet.take(try fleet.state.decideEnrolment(token: token, key: "k", fingerprint: "ab-cd", at: fleet.now).records)
        return fleet
    }

    private func refusal(_ body: () throws -> Void) -> FleetError? {
        do { try body() } catch { return error as? FleetError }
        return nil
    }

    @Test func aTokenAloneLetsNobodyIn() throws {
        var (fleet, token) = try Self.invited()
        fleet.take(try fleet.state.decideEnrolment(token: token, key: "k", fingerprint: "ab-cd", at: fleet.now).records)
        #expect(fleet.state.supervisors[Self.oslo]?.enrolment == .pending)
        #expect(fleet.state.admittedKeys.isEmpty)
        // Asked again, also after the token's life: the same key is told that it waits; another one is refused.
        let late = fleet.now.advanced(byMilliseconds: 3_600_000)
        #expect(
            try fleet.state.decideEnrolment(token: token, key: "k", fingerprint: "ab-cd", at: late).records.isEmpty)
        #expect(
            refusal {
                _ = try fleet.state.decideEnrolment(token: token, key: "x", fingerprint: "x", at: fleet.now)
            }?.code == .unauthenticated)
        let request = InstallRequest(service: TestFleet.harbor, targets: .named([Self.oslo]))
        try fleet.register(TestFleet.harbor, "1.0.0")
        let error = refusal { try fleet.run(.install(request)) }
        #expect(error?.next == "flotilla supervisor accept sv-oslo")
        try fleet.run(.acceptSupervisor(Self.oslo, fingerprint: "ABCD"))
        #expect(fleet.state.admittedKeys == ["k": Self.oslo])
        #expect(fleet.state.supervisors[Self.oslo]?.fingerprint == "ab-cd")
    }

    @Test func anAcceptanceIsOfOneKey() throws {
        var fleet = try Self.pending()
        let error = refusal { try fleet.run(.acceptSupervisor(Self.oslo, fingerprint: "ff-ff")) }
        #expect(error?.code == .conflict)
        #expect(error?.reason == "its fingerprint is ab-cd")
        #expect(fleet.state.supervisors[Self.oslo]?.enrolment == .pending)
    }

    @Test func aRejectedAgentsJoinFileIsVoid() throws {
        var (fleet, token) = try Self.invited()
        fleet.take(try fleet.state.decideEnrolment(token: token, key: "k", fingerprint: "f", at: fleet.now).records)
        try fleet.run(.rejectSupervisor(Self.oslo))
        #expect(fleet.state.admittedKeys.isEmpty)
        #expect(
            refusal {
                _ = try fleet.state.decideEnrolment(token: token, key: "k", fingerprint: "f", at: fleet.now)
            }?.code == .unauthenticated)
        #expect(refusal { try fleet.run(.acceptSupervisor(Self.oslo, fingerprint: nil)) }?.code == .notFound)
        try fleet.run(.addSupervisor(Self.oslo, moid: "domain-c8", labels: [:], tokenLifetime: 60))
        #expect(fleet.state.supervisors[Self.oslo]?.enrolment == .invited)
    }

    @Test func nothingWaitsNothingIsAccepted() throws {
        var (fleet, _) = try Self.invited()
        #expect(
            refusal { try fleet.run(.acceptSupervisor(Self.oslo, fingerprint: nil)) }?.code == .notAllowedInCurrentState
        )
    }

    @Test func invitingAndAcceptingAreTwoRights() throws {
        func allowed(_ held: [Privilege], _ command: FleetCommand) throws -> Bool {
            let (fleet, alice) = try AccessTests.fleet(held)
            return refusal { try fleet.state.authorize(command, by: alice, at: fleet.now) } == nil
        }
        func add(_ autoAccept: Bool?) -> FleetCommand {
            .addSupervisor(Self.oslo, moid: "domain-c8", labels: [:], tokenLifetime: 60, autoAccept: autoAccept)
        }
        #expect(try allowed([.manage], add(nil)))
        #expect(try !allowed([.manage], add(true)))
        #expect(try !allowed([.administer], add(true)))
        #expect(try allowed([.manage, .administer], add(true)))
        #expect(try !allowed([.manage], .acceptSupervisor(SupervisorID("a"), fingerprint: nil)))
        #expect(try allowed([.administer], .acceptSupervisor(SupervisorID("a"), fingerprint: nil)))
    }

    @Test func anInvitationOfAnOlderVersionLetsItsAgentInAsItWasPromised() throws {
        var fleet = TestFleet()
        let token = ContentDigest("sha256:t")
        let written = #"{"expires":9000000,"labels":{},"moid":"domain-c8","supervisor":"sv-oslo","token":"sha256:t"}"#
        fleet.take([
            try #require(try FleetRecord.read(kind: "supervisor.invited", payload: Array(written.utf8)))
        ])
        fleet.take(try fleet.state.decideEnrolment(token: token, key: "k", fingerprint: "f", at: fleet.now).records)
        #expect(fleet.state.admittedKeys == ["k": Self.oslo])
    }

    // MARK: Keys

    @Test func aChangeOfKeysFromTheOrderToTheEndOfTheOldOne() throws {
        var fleet = TestFleet()
        try fleet.add("a", "b")
        let a = SupervisorID("a")
        try fleet.run(.rotateKey(a))
        #expect(fleet.state.wantsNewKey(of: a))
        fleet.take(try fleet.state.decideKeyOffer("new", fingerprint: "n", over: "key-a", of: a))
        #expect(fleet.state.admittedKeys == ["key-a": a, "new": a, "key-b": SupervisorID("b")])
        #expect(try fleet.state.decideKeyOffer("new", fingerprint: "n", over: "key-a", of: a).isEmpty)
        let overlap = Duration.seconds(3600)
        #expect(fleet.state.keyUsed("key-a", fingerprint: "o", by: a, overlap: overlap, at: fleet.now).isEmpty)
        // The new key's first session begins before its record is on the disk: no other key is asked for.
        #expect(fleet.state.wantsNewKey(of: a, over: "key-a"))
        #expect(!fleet.state.wantsNewKey(of: a, over: "new"))
        fleet.take(fleet.state.keyUsed("new", fingerprint: "n", by: a, overlap: overlap, at: fleet.now))
        #expect(!fleet.state.wantsNewKey(of: a))
        #expect(fleet.state.supervisors[a]?.publicKey == "new")
        #expect(fleet.state.endedKeys(at: fleet.now).isEmpty)
        let later = fleet.now.advanced(by: .seconds(3700))
        fleet.take(fleet.state.endedKeys(at: later))
        #expect(fleet.state.admittedKeys == ["new": a, "key-b": SupervisorID("b")])
        #expect(
            refusal { _ = try fleet.state.decideKeyOffer("x", fingerprint: "x", over: "key-a", of: a) }?.code
                == .refused)
        #expect(
            refusal { _ = try fleet.state.decideKeyOffer("key-a", fingerprint: "o", over: "new", of: a) }?.code
                == .refused)
    }

    @Test func anAgentThatIsAwayBeyondTheGraceMustJoinAgain() throws {
        var fleet = TestFleet()
        try fleet.add("a")
        let a = SupervisorID("a")
        try fleet.register(TestFleet.harbor, "1.0.0")
        try fleet.run(.install(InstallRequest(service: TestFleet.harbor, targets: .named([a]))))
        try fleet.run(.rotateKey(a))
        let until = try #require(fleet.state.supervisors[a]?.ring.graceUntil)
        // Inside the grace the old key changes itself.
        #expect(try !fleet.state.decideKeyOffer("new", fingerprint: "n", over: "key-a", of: a).isEmpty)
        fleet.take(fleet.state.endedKeys(at: until))
        #expect(fleet.state.admittedKeys.isEmpty)
        #expect(
            refusal { _ = try fleet.state.decideKeyOffer("new", fingerprint: "n", over: "key-a", of: a) }?.code
                == .refused)
        #expect(refusal { try fleet.run(.rotateKey(a)) }?.code == .notAllowedInCurrentState)
        try fleet.run(.addSupervisor(a, moid: "domain-c1", labels: [:], tokenLifetime: 60, autoAccept: true))
        let token = try #require(fleet.state.supervisors[a]?.joinTokenDigest)
        fleet.take(try fleet.state.decideEnrolment(token: token, key: "n2", fingerprint: "f", at: fleet.now).records)
        #expect(fleet.state.admittedKeys == ["n2": a])
        // What is wanted of the Supervisor outlived the key.
        #expect(fleet.state.wanted(of: a).count == 1)
    }

    @Test func aKeyOfAnotherSupervisorIsNotTaken() throws {
        var fleet = TestFleet()
        try fleet.add("a", "b")
        let error = refusal {
            _ = try fleet.state.decideKeyOffer("key-b", fingerprint: "x", over: "key-a", of: SupervisorID("a"))
        }
        #expect(error?.code == .unauthenticated)
        try fleet.run(.removeSupervisor(SupervisorID("a")))
        #expect(
            refusal {
                _ = try fleet.state.decideKeyOffer("n", fingerprint: "x", over: "key-a", of: SupervisorID("a"))
            }?.code == .unauthenticated)
    }

    @Test func theJournalFoldsToTheSameKeys() throws {
        var fleet = TestFleet()
        try fleet.add("a")
        let a = SupervisorID("a")
        try fleet.run(.rotateKey(a))
        fleet.take(try fleet.state.decideKeyOffer("new", fingerprint: "n", over: "key-a", of: a))
        fleet.take(fleet.state.keyUsed("new", fingerprint: "n", by: a, overlap: .seconds(60), at: fleet.now))
        var replayed = FleetState()
        for (index, entry) in fleet.journal.enumerated() {
            let record = try #require(
                try FleetRecord.read(kind: entry.record.kind, payload: entry.record.payload()))
            replayed.fold(record, at: entry.at, position: UInt64(index) + 1)
        }
        #expect(replayed == fleet.state)
        #expect(try FleetState(snapshot: try fleet.state.snapshotBytes()) == fleet.state)
    }

    /// The journal was restored from before an install that was made over a removal: the install stays as it is, and
    /// the next command's generation is newer than its.
    @Test func anInstallThatOnlyTheAgentKnowsIsLeftAlone() throws {
        let harbor = TestFleet.harbor
        var fleet = TestFleet()
        try fleet.register(harbor, "2.6.1")
        try fleet.add("a")
        try fleet.run(.install(TestFleet.request(["a"])))
        fleet.succeed("a")
        try fleet.run(.uninstall(UninstallRequest(service: harbor, targets: .named([SupervisorID("a")]))))
        fleet.succeed("a")
        let key = InstallKey(service: harbor, supervisor: SupervisorID("a"))
        #expect(fleet.state.entries[key]?.removed == true)
        let raised = fleet.state.raise(key, above: 3)
        #expect(raised == [.generationRaised(.init(key: key, generation: 3, isUnknown: true))])
        fleet.take(raised)
        #expect(fleet.state.raise(key, above: 3).isEmpty)
        #expect(fleet.state.wanted(of: SupervisorID("a")).isEmpty)
        try fleet.run(.install(TestFleet.request(["a"])))
        #expect(fleet.install("a")?.spec.generation == 4)
    }
}
