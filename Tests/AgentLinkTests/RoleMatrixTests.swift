import AgentLink
import FleetModel
import SwiftProtobuf
import Testing

/// Every kind of message from every role at both ends: what a role does not send is refused and changes nothing.
///
/// The kinds are those of the generated message type; a new one does not compile here before somebody said who sends it.
@Suite struct RoleMatrixTests {
    enum Role: String, Sendable, CaseIterable {
        /// Enrolled, its session is open.
        case agent
        /// Enrolled, it has not greeted.
        case silentAgent
        case coordinator
    }

    struct Kind: Sendable, CustomStringConvertible {
        var number: Int
        var body: WireFrame.OneOf_Body
        var description: String { "\(body)".prefix { $0 != "(" }.description }
    }

    /// An empty message of each kind, by the numbers of the `body` field.
    static let kinds: [Kind] = (1...200).compactMap { number in
        let tag = UInt32(number) << 3 | 2
        let head: [UInt8] = tag < 128 ? [UInt8(tag)] : [UInt8(tag & 127 | 128), UInt8(tag >> 7)]
        guard let body = (try? WireFrame(serializedBytes: head + [0]))?.body else { return nil }
        return Kind(number: number, body: body)
    }

    static func senders(of body: WireFrame.OneOf_Body) -> Set<Role> {
        switch body {
        case .hello: [.agent, .silentAgent]
        case .welcome, .desiredState, .fullSync, .reportAck, .resend, .credit, .ask, .answerRequest, .contentChunk,
            .rotateKey, .keyReply:
            [.coordinator]
        case .desiredAck, .desiredRequest, .reportBatch, .answer, .answerPart, .contentRequest, .keyOffer: [.agent]
        case .refuse: [.coordinator]
        case .ping, .pong, .bye: [.agent, .coordinator]
        }
    }

    private let peer = CoordinatorSession.Connection([1])
    private let at = Timestamp(milliseconds: 1000)

    private func frame(_ body: WireFrame.OneOf_Body, epoch: UInt64) throws -> [UInt8] {
        var frame = WireFrame()
        frame.epoch = epoch
        frame.body = body
        return try frame.serializedBytes()
    }

    private func liveCoordinator() throws -> CoordinatorSession {
        var session = CoordinatorSession(configuration: .init(coordinatorVersion: "1"))
        var hello = WireHello()
        (hello.protocolMin, hello.protocolMax) = (1, 1)
        (hello.incarnation, hello.instance, hello.nonce, hello.outboxFirst) = (7, 100, 101, 1)
        _ = session.received(try frame(.hello(hello), epoch: 0), from: peer, at: at)
        _ = session.resume(acked: 0, wanted: [:], epoch: 5, at: at)
        _ = session.received(try frame(.ping(WirePing()), epoch: 5), from: peer, at: at)
        return session
    }

    private func liveAgent() throws -> AgentSession {
        var session = AgentSession(
            configuration: .init(agentVersion: "1", instance: 100), outbox: .init(incarnation: 7), accepted: [:],
            seed: 1)
        _ = session.connected(at: at)
        var welcome = WireWelcome()
        (welcome.protocol, welcome.epoch, welcome.nonce) = (1, 5, 101)
        (welcome.credit, welcome.heartbeatMilliseconds) = (10, 10_000)
        _ = session.received(try frame(.welcome(welcome), epoch: 5), at: at)
        return session
    }

    private static func rejection(_ actions: [CoordinatorSession.Action]) -> String? {
        for case .reject(let reason) in actions { return reason }
        return nil
    }

    private static func rejection(_ actions: [AgentSession.Action]) -> String? {
        for case .reject(let reason) in actions { return reason }
        return nil
    }

    @Test func theKindsAreThoseOfTheMessage() {
        // IntruderTests of the coordinator walks the same numbers.
        #expect(Self.kinds.map(\.number) == Array(2...24))
        #expect(Self.kinds.allSatisfy { !Self.senders(of: $0.body).isEmpty })
    }

    @Test(arguments: kinds) func aCoordinatorTakesFromALiveAgentWhatAgentsSend(kind: Kind) throws {
        var session = try liveCoordinator()
        let before = session.state
        let refusal = Self.rejection(session.received(try frame(kind.body, epoch: 5), from: peer, at: at))
        if case .refuse = kind.body {
            #expect(refusal?.hasPrefix("the agent refused") == true)
        } else if Self.senders(of: kind.body).contains(.agent) {
            #expect(refusal != "frame: an agent does not send this kind")
        } else {
            #expect(refusal == "frame: an agent does not send this kind")
            #expect(session.state == before)
            #expect(session.counters.rejected == 1)
        }
    }

    @Test(arguments: kinds) func beforeTheGreetingNothingButAGreetingHasAnEffect(kind: Kind) throws {
        var session = CoordinatorSession(configuration: .init(coordinatorVersion: "1"))
        let actions = session.received(try frame(kind.body, epoch: 3), from: peer, at: at)
        // An empty greeting offers no protocol: refused as well.
        #expect(session.state == .awaitingHello)
        for action in actions {
            switch action {
            case .send(let bytes, _):
                guard case .refuse = try WireFrame(serializedBytes: bytes).body else {
                    Issue.record("\(kind) was answered")
                    continue
                }
            case .reject: break
            default: Issue.record("\(kind) had the effect \(action)")
            }
        }
    }

    @Test(arguments: kinds) func anAgentTakesFromItsCoordinatorWhatCoordinatorsSend(kind: Kind) throws {
        var session = try liveAgent()
        let before = session.state
        let refusal = Self.rejection(session.received(try frame(kind.body, epoch: 5), at: at))
        if Self.senders(of: kind.body).contains(.coordinator) {
            #expect(refusal != "frame: a coordinator does not send this kind")
        } else {
            #expect(refusal == "frame: a coordinator does not send this kind")
            #expect(session.state == before)
        }
    }

    @Test(arguments: kinds) func noFrameIsAnEnrolment(kind: Kind) throws {
        let bytes = try frame(kind.body, epoch: 1)
        #expect(throws: LinkError.self) {
            try EnrolmentCodec.request(bytes, channelKey: String(repeating: "k", count: 40))
        }
    }

    @Test(arguments: kinds) func aFrameOfAnotherAgentsSessionIsRefusedAndTold(kind: Kind) throws {
        var session = try liveCoordinator()
        if case .hello = kind.body { return }
        let actions = session.received(try frame(kind.body, epoch: 6), from: peer, at: at)
        #expect(Self.rejection(actions) != nil, "\(kind)")
        #expect(session.state == .live(epoch: 5))
    }

    @Test func anEnrolmentMustNameTheChannelsOwnKey() {
        let request = EnrolmentRequest(
            token: "t", publicKey: "somebody else's", agentVersion: "1", supervisor: SupervisorID("sv-oslo"))
        #expect(throws: LinkError.self) {
            try EnrolmentCodec.request(EnrolmentCodec.encode(request), channelKey: "its own")
        }
    }

    @Test(arguments: [4095, 4096, 4097, 1 << 20]) func anEnrolmentHasALargestSize(bytes: Int) {
        var refused = false
        do throws(LinkError) {
            _ = try EnrolmentCodec.request([UInt8](repeating: 0xFF, count: bytes), channelKey: "k")
        } catch {
            if case .tooLarge = error { refused = true }
        }
        #expect(refused == (bytes > 4096))
    }
}
