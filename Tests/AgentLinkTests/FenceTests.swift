import AgentLink
import FleetModel
import SwiftProtobuf
import Testing

/// A coordinator on an older copy of its journal serves nobody who knows a newer one.
@Suite struct FenceTests {
    private let here = CoordinatorSession.Connection([1])
    private let at = Timestamp(milliseconds: 0)

    private func agent(knowing epoch: UInt64) -> AgentSession {
        AgentSession(
            configuration: .init(agentVersion: "1", instance: 100), outbox: .init(incarnation: 7), accepted: [:],
            lastEpoch: epoch, seed: 1)
    }

    private func frames(_ actions: [AgentSession.Action]) -> [[UInt8]] {
        actions.compactMap { if case .send(let bytes) = $0 { bytes } else { nil } }
    }

    private func frames(_ actions: [CoordinatorSession.Action]) -> [[UInt8]] {
        actions.compactMap { if case .send(let bytes, _) = $0 { bytes } else { nil } }
    }

    @Test(
        arguments: [(9, 10, true), (10, 10, false), (11, 10, false), (UInt64.max, 10, false)]
            as [(UInt64, UInt64, Bool)])
    func onlyALaterEpochIsServed(known: UInt64, offered: UInt64, isServed: Bool) throws {
        var agent = agent(knowing: known)
        var coordinator = CoordinatorSession(configuration: .init(coordinatorVersion: "1"))
        for frame in frames(agent.connected(at: at)) { _ = coordinator.received(frame, from: here, at: at) }
        let actions = coordinator.resume(acked: 0, wanted: [:], epoch: offered, at: at)
        #expect(actions.contains(.behind(known: known)) == !isServed)
        var told: [AgentSession.Action] = []
        for frame in frames(actions) { told += agent.received(frame, at: at) }
        if isServed {
            #expect(agent.state == .live(epoch: offered, protocolVersion: 1))
        } else {
            #expect(agent.state == .greeting)
            #expect(agent.refusal?.contains("older copy") == true)
            #expect(told.contains { if case .refused(RefusalCode.olderCopy, _) = $0 { true } else { false } })
        }
    }

    /// What a newer copy acknowledged is in no outbox any more: the agent starts a new one instead of waiting for ever.
    @Test func aHoleThatNobodyCanFillBeginsANewIncarnation() throws {
        var agent = AgentSession(
            configuration: .init(agentVersion: "1", instance: 100),
            outbox: .init(incarnation: 7, first: 20, last: 21), accepted: [:], seed: 1)
        var coordinator = CoordinatorSession(configuration: .init(coordinatorVersion: "1"))
        for frame in frames(agent.connected(at: at)) { _ = coordinator.received(frame, from: here, at: at) }
        let actions = coordinator.resume(acked: 12, wanted: [:], epoch: 1, at: at)
        var told: [AgentSession.Action] = []
        for frame in frames(actions) { told += agent.received(frame, at: at) }
        #expect(told.contains { if case .refused(RefusalCode.outboxRewound, _) = $0 { true } else { false } })
        for frame in frames(agent.newIncarnation(.init(incarnation: 8, first: 1, last: 2), at: at)) {
            _ = coordinator.received(frame, from: here, at: at)
        }
        _ = coordinator.resume(acked: 0, wanted: [:], epoch: 1, at: at)
        #expect(coordinator.state == .live(epoch: 1))
    }

    /// A coordinator of a version that does not compare epochs.
    @Test func theAgentRefusesAnOlderWelcomeItself() throws {
        var agent = agent(knowing: 10)
        let sent = frames(agent.connected(at: at))
        let hello = try WireFrame(serializedBytes: try #require(sent.first)).hello
        var welcome = WireWelcome()
        welcome.nonce = hello.nonce
        welcome.protocol = 1
        welcome.epoch = 3
        var frame = WireFrame()
        frame.epoch = 3
        frame.welcome = welcome
        let actions = agent.received(try frame.serializedBytes(), at: at)
        #expect(actions.contains { if case .refused(RefusalCode.olderCopy, _) = $0 { true } else { false } })
        #expect(agent.state == .greeting)
    }
}
