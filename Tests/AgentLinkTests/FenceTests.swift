import AgentLink
import FleetModel
import Testing

/// A coordinator on an older copy of its journal serves nobody who knows a newer one.
@Suite struct FenceTests {
    private let here = CoordinatorSession.Connection([1])
    private let at = Timestamp(milliseconds: 0)

    private func agent(knowing epoch: UInt64) -> AgentSession {
        AgentSession(
            configuration: .init(agentVersion: "1", instance: 100), outbox: .init(incarnation: 7), accepted: [:],
            lastEpoch: epoch, lastTerm: 5, seed: 1)
    }

    private func frames(_ actions: [AgentSession.Action]) -> [[UInt8]] {
        actions.compactMap { if case .send(let bytes) = $0 { bytes } else { nil } }
    }

    private func frames(_ actions: [CoordinatorSession.Action]) -> [[UInt8]] {
        actions.compactMap { if case .send(let bytes, _) = $0 { bytes } else { nil } }
    }

    /// What a coordinator needs to find out that it runs on another copy than the one that served the agent.
    @Test func theGreetingSaysWhoServedTheAgentLast() throws {
        var agent = agent(knowing: 9)
        var configuration = CoordinatorSession.Configuration(coordinatorVersion: "1")
        configuration.term = 77
        var coordinator = CoordinatorSession(configuration: configuration)
        for frame in frames(agent.connected(at: at)) { _ = coordinator.received(frame, from: here, at: at) }
        #expect(coordinator.greeting?.lastEpoch == 9)
        #expect(coordinator.greeting?.lastTerm == 5)
        for frame in frames(coordinator.resume(acked: 0, wanted: [:], epoch: 10, at: at)) {
            _ = agent.received(frame, at: at)
        }
        #expect(agent.state == .live(epoch: 10, protocolVersion: 1))
        #expect(agent.lastTerm == 77)
    }

    @Test func theRefusalOfAnOlderCopyReachesTheAgentWithItsText() throws {
        var agent = agent(knowing: 9)
        var coordinator = CoordinatorSession(configuration: .init(coordinatorVersion: "1"))
        for frame in frames(agent.connected(at: at)) { _ = coordinator.received(frame, from: here, at: at) }
        let text = RefusalCode.olderCopyText(epoch: 3, known: 9)
        var told: [AgentSession.Action] = []
        for frame in frames(coordinator.refuse(code: RefusalCode.olderCopy, text: text, at: at)) {
            told += agent.received(frame, at: at)
        }
        #expect(agent.state == .greeting)
        #expect(agent.refusal?.contains("--accept-restore") == true)
        #expect(told.contains { if case .refused(RefusalCode.olderCopy, _) = $0 { true } else { false } })
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
        _ = coordinator.resume(acked: 0, wanted: [:], epoch: 2, at: at)
        #expect(coordinator.state == .live(epoch: 2))
    }
}
