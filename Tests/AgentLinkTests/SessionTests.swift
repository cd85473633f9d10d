import AgentLink
import FleetModel
import SwiftProtobuf
import Testing

@Suite struct SessionTests {
    typealias Coordinator = CoordinatorSession
    let here = CoordinatorSession.Connection([1])
    let there = CoordinatorSession.Connection([2])

    func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    func hello(instance: UInt64 = 100, greeting: UInt64 = 1, min: UInt32 = 1, max: UInt32 = 1) -> WireHello {
        var hello = WireHello()
        hello.protocolMin = min
        hello.protocolMax = max
        hello.agentVersion = "9"
        hello.incarnation = 7
        hello.instance = instance
        hello.nonce = instance &+ greeting
        hello.outboxFirst = 1
        return hello
    }

    func frame(_ body: WireFrame.OneOf_Body, epoch: UInt64 = 0) throws -> [UInt8] {
        var frame = WireFrame()
        frame.epoch = epoch
        frame.body = body
        return try frame.serializedBytes()
    }

    func sent(_ actions: [Coordinator.Action]) -> [WireFrame.OneOf_Body] {
        actions.compactMap { action in
            guard case .send(let bytes, _) = action else { return nil }
            return (try? WireFrame(serializedBytes: bytes))?.body
        }
    }

    func refusal(_ actions: [Coordinator.Action]) -> String? {
        for case .refuse(let refuse) in sent(actions) { return refuse.code }
        return nil
    }

    func coordinator() -> Coordinator {
        CoordinatorSession(configuration: .init(coordinatorVersion: "1"))
    }

    func live(_ session: inout Coordinator, instance: UInt64 = 100, epoch: UInt64 = 1) throws {
        _ = session.received(try frame(.hello(hello(instance: instance))), from: here, at: at(0))
        _ = session.resume(acked: 0, wanted: [:], epoch: epoch, at: at(0))
        _ = session.received(try frame(.ping(WirePing()), epoch: epoch), from: here, at: at(0))
        #expect(session.state == .live(epoch: epoch))
    }

    @Test(
        arguments: [
            (1, 1, 1, "1"), (3, 3, 3, "3"), (2, 2, 3, "2"), (1, 1, 3, "1"), (1, 1, 4, RefusalCode.protocolOlder),
            (4, 4, 3, RefusalCode.protocolNewer), (2, 5, 4, "4"), (0, 1, 1, RefusalCode.invalidFrame),
            (3, 2, 3, RefusalCode.invalidFrame),
        ] as [(UInt32, UInt32, UInt32, String)])
    func versionTable(min: UInt32, max: UInt32, newest: UInt32, expected: String) {
        let verdict = LinkProtocol.negotiate(
            agentMin: min, agentMax: max, agentVersion: "9", serves: LinkProtocol.served(by: newest))
        switch verdict {
        case .speak(let version): #expect("\(version)" == expected)
        case .refuse(let code, let text):
            #expect(code == expected)
            #expect(!text.isEmpty)
        }
    }

    @Test func aNewerAgentIsRefusedWithAText() throws {
        var session = coordinator()
        let actions = session.received(try frame(.hello(hello(min: 2, max: 2))), from: here, at: at(0))
        #expect(refusal(actions) == RefusalCode.protocolNewer)
        #expect(session.state == .awaitingHello)
    }

    @Test func aNewerProcessDisplacesTheOlderOneWhichIsThenRefused() throws {
        var session = coordinator()
        try live(&session)
        let second = session.received(try frame(.hello(hello(instance: 500))), from: there, at: at(1))
        #expect(second.contains(.cut(here)))
        _ = session.resume(acked: 0, wanted: [:], epoch: 2, at: at(1))
        #expect(session.state == .live(epoch: 2))
        let late = session.received(try frame(.ping(WirePing()), epoch: 1), from: here, at: at(2))
        #expect(refusal(late) == RefusalCode.staleSession)
        let again = session.received(try frame(.hello(hello(greeting: 2))), from: here, at: at(3))
        #expect(refusal(again) == RefusalCode.displaced)
        #expect(session.state == .live(epoch: 2))
    }

    @Test func anOutboxThatWentBackIsRefused() throws {
        var session = coordinator()
        _ = session.received(try frame(.hello(hello())), from: here, at: at(0))
        let actions = session.resume(acked: 5, wanted: [:], epoch: 1, at: at(0))
        #expect(refusal(actions) == RefusalCode.outboxRewound)
    }

    @Test func silenceMakesTheSessionStaleThenLostAndFailsItsQuestions() throws {
        var session = coordinator()
        try live(&session)
        _ = session.ask(id: 1, .why(ServiceID("h")), deadline: .seconds(600), at: at(0))
        #expect(session.tick(at: at(31)).contains(.stale))
        #expect(session.state == .stale(epoch: 1))
        let actions = session.tick(at: at(61))
        #expect(actions.contains(.cut(here)))
        #expect(session.state == .lost)
        let answered = actions.contains { action in
            if case .answered(1, .failed(let error)) = action { return error.code == .unavailable }
            return false
        }
        #expect(answered)
    }

    @Test func badInputIsRejectedAndCountedAndChangesNothing() throws {
        var session = coordinator()
        try live(&session)
        let state = session.state
        var unknown = WireFrame()
        unknown.epoch = 1
        var wrong = WireReportBatch()
        wrong.entries = (0..<65).map { _ in WireReportEntry() }
        var overflow = WireReportBatch()
        var entry = WireReportEntry()
        entry.sequence = .max
        overflow.entries = [entry]
        let inputs: [[UInt8]] = [
            [0xFF, 0xFF], [UInt8](repeating: 0, count: 5 << 20), try unknown.serializedBytes() + [0xFA, 0x3E, 0x00],
            try frame(.welcome(WireWelcome()), epoch: 1), try frame(.reportBatch(wrong), epoch: 1),
            try frame(.contentRequest(WireContentRequest()), epoch: 1),
        ]
        for input in inputs {
            let rejected = session.received(input, from: here, at: at(1)).contains { action in
                if case .reject = action { return true }
                return false
            }
            #expect(rejected)
        }
        #expect(session.counters.rejected == inputs.count)
        #expect(session.counters.unknownKinds == 1)
        _ = session.received(try frame(.reportBatch(overflow), epoch: 1), from: here, at: at(1))
        #expect(session.counters.holes == 1)
        #expect(session.state == state)
    }

    @Test func contentIsServedOnlyWhenThisSupervisorWantsIt() throws {
        var session = coordinator()
        try live(&session)
        var request = WireContentRequest()
        request.digest = CodecTests.digest.rawValue
        request.limit = 10
        let refused = session.received(try frame(.contentRequest(request), epoch: 1), from: here, at: at(1))
        #expect(refused.contains { if case .reject = $0 { true } else { false } })
        let spec = InstallSpec(
            generation: 1, intent: .present(CodecTests.selection), command: CommandID("c"), task: TaskID("t"))
        _ = session.want(ServiceID("h"), spec, at: at(1))
        let served = session.received(try frame(.contentRequest(request), epoch: 1), from: here, at: at(1))
        #expect(served == [.readContent(CodecTests.digest, offset: 0, limit: 10)])
    }

    @Test func questionsAreBounded() throws {
        var session = coordinator()
        try live(&session)
        for id in 1...17 as ClosedRange<UInt64> {
            let actions = session.ask(id: id, .why(ServiceID("h")), deadline: .seconds(5), at: at(0))
            let refused = actions.contains { if case .answered = $0 { true } else { false } }
            #expect(refused == (id == 17))
        }
        let expired = session.tick(at: at(6)).count { if case .answered = $0 { true } else { false } }
        #expect(expired == 16)
    }

    @Test func anAgentRepeatsItsHelloWithJitterAndWaitsAfterARefusal() throws {
        var session = AgentSession(
            configuration: .init(agentVersion: "1", instance: 100), outbox: .init(incarnation: 7), accepted: [:],
            seed: 1)
        #expect(session.connected(at: at(0)).count == 1)
        let first = try #require(session.wake(at: at(0)))
        #expect(first >= .milliseconds(500) && first <= .seconds(1))
        #expect(session.tick(at: at(1)).count == 1)
        var refuse = WireRefuse()
        refuse.code = RefusalCode.protocolNewer
        refuse.text = "upgrade the coordinator first"
        refuse.nonce = 101
        let actions = session.received(try frame(.refuse(refuse)), at: at(1))
        #expect(actions == [.refused(code: RefusalCode.protocolNewer, text: refuse.text)])
        #expect(session.refusal == refuse.text)
        #expect(try #require(session.wake(at: at(1))) >= .milliseconds(2500))
        // The clock set back: no trap, no stall.
        _ = session.tick(at: Timestamp(milliseconds: -5))
    }
}
