import AgentLink
import CoordinatorService
import FleetModel
import FleetRuntime
import Testing

/// Peers that are not who they should be, or do what they may not: refused, counted, told once, without effect.
@Suite(.timeLimit(.minutes(10))) struct IntruderTests {
    private let oslo = TestCoordinator.oslo
    private let bergen = TestCoordinator.bergen

    private func refusals(_ test: TestCoordinator) async throws -> [FleetEvent] {
        try await test.coordinator.events(after: 0, filter: .init(), limit: 10_000)
            .filter { $0.reason == "AccessRefused" }
    }

    /// Presents the token of a new invitation; the answer.
    private func enrol(
        _ test: TestCoordinator, _ id: SupervisorID, key: String, autoAccept: Bool? = nil
    ) async throws -> (EnrolmentReply, token: String) {
        let reply = try await test.run(
            .addSupervisor(id, moid: "domain-c8", labels: [:], tokenLifetime: 3600, autoAccept: autoAccept))
        let token = try #require(reply.joinFile).token
        return (try await ask(test, id, key: key, token: token), token)
    }

    private func ask(
        _ test: TestCoordinator, _ id: SupervisorID, key: String, token: String
    ) async throws -> EnrolmentReply {
        let peer = LinkPeer(key: LinkKey(key), routingID: [9])
        test.hub.forgetEnrolment(LinkKey(key))
        test.hub.enrol(
            EnrolmentCodec.encode(
                EnrolmentRequest(token: token, publicKey: key, agentVersion: "1", supervisor: id)), from: peer)
        try await test.until { test.hub.enrolmentReply(LinkKey(key)) != nil }
        return try EnrolmentCodec.reply(try #require(test.hub.enrolmentReply(LinkKey(key))))
    }

    @Test func aPendingAgentSeesNothingUntilItIsAccepted() async throws {
        try await TestCoordinator.with { test in
            let (first, token) = try await enrol(test, oslo, key: "k-oslo")
            let fingerprint = KeyFingerprint.text(of: "k-oslo")
            #expect(first == .pending(oslo, moid: "domain-c8", fingerprint: fingerprint))
            #expect(try await test.coordinator.supervisor(oslo).supervisor.enrolment == .pending)
            #expect(try await test.coordinator.supervisor(oslo).supervisor.fingerprint == fingerprint)
            #expect(test.hub.isAdmitted("k-oslo") == false)
            // It speaks all the same: no answer, no session, no record.
            let agent = FakeAgent(key: "k-oslo", hub: test.hub, now: TestCoordinator.now)
            agent.connect()
            let events = try await test.coordinator.events(after: 0, filter: .init(), limit: 100)
            #expect(events.map(\.reason) == ["CoordinatorStarted", "SupervisorAdded", "SupervisorPending"])
            #expect(events.last?.message.contains("flotilla supervisor accept sv-oslo") == true)
            agent.disconnect()
            try await test.run(.acceptSupervisor(oslo, fingerprint: fingerprint))
            #expect(try await ask(test, oslo, key: "k-oslo", token: token) == .enrolled(oslo, moid: "domain-c8"))
            agent.connect()
            try await test.until { await test.isConnected(oslo) }
        }
    }

    @Test func wrongTokensAreToldOnceAMinuteWithTheirCount() async throws {
        try await TestCoordinator.with { test in
            _ = try await test.join(oslo)
            for number in 0..<50 {
                let reply = try await ask(test, bergen, key: "thief-\(number)", token: "guess-\(number)")
                guard case .refused(let error) = reply else {
                    Issue.record("a guess was answered with \(reply)")
                    continue
                }
                #expect(error.code == .unauthenticated)
            }
            try await test.until { try await !refusals(test).isEmpty }
            #expect(try await refusals(test).count == 1)
            let entries = try await test.coordinator.audit(AuditFilter(), limit: 100)
            #expect(entries.contains { $0.by == "agent" && $0.outcome == .refused && $0.action == "join" })
        }
    }

    @Test func handshakesThatWereRefusedReachTheFeed() async throws {
        try await TestCoordinator.with { test in
            for count in 1...20 {
                test.hub.refuse(
                    LinkRefusal(kind: .unknownKey, key: LinkKey("k\(count)"), address: "10.0.0.9", count: 1000))
            }
            test.hub.refuse(LinkRefusal(kind: .unknownKey, key: nil, address: "10.0.0.10", count: 1))
            try await test.until { try await refusals(test).count == 2 }
            let told = try await refusals(test)
            #expect(told[0].message.contains("10.0.0.9"))
            #expect(told[0].message.contains(KeyFingerprint.text(of: "k1")))
            #expect(told[0].message.contains("its key is not admitted"))
        }
    }

    @Test func anAgentReadsAndWritesForItsOwnSupervisorOnly() async throws {
        try await TestCoordinator.with { test in
            let first = try await test.join(oslo)
            let second = try await test.join(bergen)
            try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            let task = try await test.run(.install(test.install([oslo], values: ["hostname: only-for-oslo"]))).task
            try await test.until { try await test.state(task) == .succeeded }
            let spec = try #require(first.accepted[TestCoordinator.harbor])
            guard case .present(let selection) = spec.intent else { return }
            // Bergen's agent knows the digest and asks for it over its own session.
            second.fetch(selection.values)
            first.fetch(selection.values)
            try await test.until { first.content(selection.values) != nil }
            #expect(second.content(selection.values) == nil)
            #expect(second.accepted.isEmpty)
            // It reports about the service: taken as a report about its own Supervisor, which has no such install.
            second.report(
                TestCoordinator.harbor, spec.generation,
                .outcome(ReconcileOutcome(verdict: .failed, version: nil, objectCount: 0, message: "forged")))
            try await test.until {
                try await test.coordinator.events(after: 0, filter: .init(), limit: 1000)
                    .contains { $0.message.contains("forged") }
            }
            let forged = try await test.coordinator.events(after: 0, filter: .init(), limit: 1000)
                .filter { $0.message.contains("forged") }
            #expect(forged.allSatisfy { $0.supervisor == bergen })
            let key = InstallKey(service: TestCoordinator.harbor, supervisor: oslo)
            let view = try await test.coordinator.supervisor(oslo).installs.first { $0.install.key == key }
            #expect(view?.install.status.state == .configured)
            #expect(try await test.state(task) == .succeeded)
            try await test.until { try await refusals(test).contains { $0.supervisor == bergen } }
        }
    }

    @Test(arguments: RoleKinds.all) func framesOfAKeyThatIsNotAdmittedHaveNoEffect(number: Int) async throws {
        try await TestCoordinator.with { test in
            let agent = try await test.join(oslo)
            let before = try await test.coordinator.events(after: 0, filter: .init(), limit: 100).count
            let stranger = LinkPeer(key: LinkKey("stranger"), routingID: agent.peer.routingID)
            let tag = UInt32(number) << 3 | 2
            let bytes: [UInt8] = (tag < 128 ? [UInt8(tag)] : [UInt8(tag & 127 | 128), UInt8(tag >> 7)]) + [0]
            test.hub.arrive(bytes, from: stranger)
            test.hub.arrive([], from: stranger)
            // What comes after it in the same line was read, so the frame was too.
            agent.report(nil, 0, .note(reason: "Later", message: "m"))
            try await test.until {
                try await test.coordinator.events(after: 0, filter: .init(), limit: 100).count > before
            }
            let events = try await test.coordinator.events(after: 0, filter: .init(), limit: 100)
            #expect(events.count == before + 1)
            #expect(events.allSatisfy { $0.supervisor == nil || $0.supervisor == oslo })
        }
    }

    @Test func aFloodOfBadFramesIsToldOnce() async throws {
        try await TestCoordinator.with { test in
            let agent = try await test.join(oslo)
            for _ in 0..<5_000 { test.hub.arrive([0xFF, 0xFF, 0xFF], from: agent.peer) }
            agent.report(nil, 0, .note(reason: "Later", message: "m"))
            try await test.until {
                try await test.coordinator.events(after: 0, filter: .init(), limit: 100).contains {
                    $0.reason == "Later"
                }
            }
            let told = try await refusals(test)
            #expect(told.count == 1)
            #expect(told.first?.supervisor == oslo)
            #expect(test.hub.isMuted(agent.peer.key))
            #expect(await test.isConnected(oslo))
        }
    }

    @Test func keysAreChangedOverARunningSession() async throws {
        try await TestCoordinator.with(configure: { configuration in
            configuration.keyTimes.overlap = .milliseconds(300)
            configuration.keyInterval = .milliseconds(100)
        }) { test in
            let agent = try await test.join(oslo)
            let new = String(repeating: "n", count: 40)
            try await test.run(.rotateKey(oslo))
            try await test.until { agent.askedForKey }
            agent.offer(new)
            try await test.until { test.hub.isAdmitted(new) }
            #expect(test.hub.isAdmitted("key-of-sv-oslo"), "both are valid")
            agent.disconnect()
            let renewed = FakeAgent(key: new, hub: test.hub, now: TestCoordinator.now)
            renewed.connect()
            try await test.until { !test.hub.isAdmitted("key-of-sv-oslo") }
            try await test.until { await test.isConnected(oslo) }
            let reasons = try await test.coordinator.events(after: 0, filter: .init(), limit: 100).map(\.reason)
            #expect(
                reasons.filter { $0.hasPrefix("AgentKey") } == [
                    "AgentKeyAsked", "AgentKeyOffered", "AgentKeyChanged", "AgentKeyEnded",
                ])
        }
    }
}

/// The numbers of the message kinds; `RoleMatrixTests` holds that there are no others.
enum RoleKinds {
    static let all = Array(2...24)
}
