import FleetModel
import FleetRuntime
import Synchronization

/// A hub in memory: frames for a peer go straight to the fake agent that has its key.
final class TestHub: HubTransport {
    private struct State {
        var agents: [LinkKey: FakeAgent] = [:]
        var admitted: [LinkKey: SupervisorID] = [:]
        var enrolmentReplies: [LinkKey: [UInt8]] = [:]
        var failure: FleetError?
        var muted: Set<LinkKey> = []
        var closed = false
    }

    private let state = Mutex(State())
    private let stream: AsyncStream<[HubTransportInput]>
    private let input: AsyncStream<[HubTransportInput]>.Continuation

    init() { (stream, input) = AsyncStream.makeStream(of: [HubTransportInput].self) }

    func send(_ frame: [UInt8], to peer: LinkPeer) -> Bool {
        let agent = state.withLock { state -> FakeAgent? in
            if state.agents[peer.key] == nil { state.enrolmentReplies[peer.key] = frame }
            return state.agents[peer.key]
        }
        agent?.received(frame)
        return true
    }

    func next() async -> [HubTransportInput]? {
        var iterator = stream.makeAsyncIterator()
        return await iterator.next()
    }

    func admit(_ keys: [LinkKey: SupervisorID]) {
        let cut = state.withLock { state in
            state.admitted = keys
            return state.agents.filter { keys[$0.key] == nil }.map(\.value)
        }
        for agent in cut { agent.wasCut() }
    }

    func mute(_ key: LinkKey, for pause: Duration) { state.withLock { _ = $0.muted.insert(key) } }
    func isMuted(_ key: LinkKey) -> Bool { state.withLock { $0.muted.contains(key) } }
    func cut(_ peer: LinkPeer) { state.withLock { $0.agents[peer.key] }?.wasCut() }
    func close() {
        state.withLock { $0.closed = true }
        input.finish()
    }
    /// Closed by the coordinator.
    var isClosed: Bool { state.withLock { $0.closed } }
    var failure: FleetError? { state.withLock { $0.failure } }
    func fail(_ error: FleetError) {
        state.withLock { $0.failure = error }
        input.finish()
    }

    // MARK: The agents' side

    func attach(_ agent: FakeAgent) { state.withLock { $0.agents[agent.peer.key] = agent } }
    func detach(_ agent: FakeAgent) {
        state.withLock { $0.agents[agent.peer.key] = nil }
        input.yield([.disconnected(agent.peer)])
    }
    func arrive(_ frame: [UInt8], from peer: LinkPeer) { input.yield([.frame(peer, frame)]) }
    func enrol(_ bytes: [UInt8], from peer: LinkPeer) { input.yield([.enrolment(peer, bytes)]) }
    func refuse(_ refusal: LinkRefusal) { input.yield([.refused(refusal)]) }
    func isAdmitted(_ key: String) -> Bool { state.withLock { $0.admitted[LinkKey(key)] != nil } }
    func forgetEnrolment(_ key: LinkKey) { state.withLock { $0.enrolmentReplies[key] = nil } }
    func enrolmentReply(_ key: LinkKey) -> [UInt8]? { state.withLock { $0.enrolmentReplies[key] } }
}
