internal import FleetRuntime
internal import Synchronization
internal import ZeroMQ

/// What the agent transport's callers and its socket thread share.
final class AgentShared: Sendable {
    struct State: Sendable {
        var keys: CurveKeyPair
        var outbox = Outbox()
        var connected = false
        var redial = false
        var closing = false
        var failure: ZeroMQError?
    }

    let configuration: ZeroMQAgentTransport.Configuration
    let inbox: Inbox<AgentTransportInput>
    let bell: Bell
    let state: Mutex<State>

    init(configuration: ZeroMQAgentTransport.Configuration, keys: CurveKeyPair) throws(ZeroMQError) {
        state = Mutex(State(keys: keys))
        self.configuration = configuration
        inbox = Inbox(bound: configuration.inboxInputs)
        bell = try Bell()
    }

    func send(_ frame: [UInt8]) -> Bool {
        if Failpoint.linkAgentSend.fails() { return false }
        let taken = state.withLock { state in
            guard state.connected, !state.closing else { return false }
            return state.outbox.append(
                frame, maxFrames: configuration.outboxFrames, maxBytes: configuration.outboxBytes)
        }
        if taken { bell.ring() }
        return taken
    }

    func reconnect(with keys: CurveKeyPair? = nil) {
        state.withLock { state in
            if let keys { state.keys = keys }
            state.redial = true
            state.connected = false
            state.outbox = Outbox()
        }
        bell.ring()
    }

    func close() {
        state.withLock { $0.closing = true }
        bell.ring()
    }

    /// The socket thread is over; `failure` unless it was told to.
    func ended(_ failure: ZeroMQError?) {
        state.withLock { state in
            state.closing = true
            state.failure = state.failure ?? failure
            state.connected = false
        }
        inbox.finish()
    }
}
