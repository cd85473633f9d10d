internal import FleetRuntime
internal import Synchronization
internal import ZeroMQ

/// The agent transport's socket thread.
final class AgentReactor {
    private static let messagesPerTurn = 256
    private static let retryMilliseconds = 10
    /// libzmq gives a connection up for good when the peer refuses the key (ZAP 400) or breaks the protocol, and says
    /// so only by not announcing a retry. The key may be admitted a moment later, so it is dialled anew, ever later.
    private static let redialFirst = Duration.seconds(1)
    private static let redialLongest = Duration.seconds(30)

    private let shared: AgentShared
    private let context: Context
    private var socket: Socket
    private var monitor: Socket
    private let clock = ContinuousClock()
    private var redialAt: ContinuousClock.Instant?
    private var redialDelay = AgentReactor.redialFirst
    /// News of the connection that the inbox has no room for; only the latest counts, so there are at most two.
    private var held: [AgentTransportInput] = []

    init(shared: AgentShared) throws(ZeroMQError) {
        self.shared = shared
        context = try Context.shared()
        (socket, monitor) = try Self.dial(shared.configuration, shared.state.withLock { $0.keys }, context)
    }

    /// A new socket has a new routing id, drawn at random: a ROUTER with HANDOVER gives an id to whoever claims it, so
    /// nobody may guess another agent's.
    private static func dial(
        _ configuration: ZeroMQAgentTransport.Configuration, _ keys: CurveKeyPair, _ context: Context
    ) throws(ZeroMQError) -> (Socket, Socket) {
        if Failpoint.linkAgentDial.fails() { throw Self.failedDial }
        var generator = SystemRandomNumberGenerator()
        let routingID = [UInt8(ascii: "a")] + (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let socket = try Socket(
            .dealer(keys: keys, serverKey: configuration.serverKey.rawValue, routingID: routingID),
            bounds: configuration.bounds, in: context)
        let monitor = try socket.monitor()
        try socket.connect(configuration.endpoint)
        return (socket, monitor)
    }

    func run() throws(ZeroMQError) {
        var closeBy: ContinuousClock.Instant?
        while true {
            try redialIfDue()
            let blocked = try flush()
            let (closing, idle) = shared.state.withLock { state in
                (state.closing, state.outbox.isEmpty || !state.connected)
            }
            if closing {
                let deadline = closeBy ?? clock.now + .milliseconds(Int64(shared.configuration.bounds.linger))
                closeBy = deadline
                if idle || clock.now >= deadline { break }
            }
            let reading = !closing && shared.inbox.hasRoom()
            if reading { report() }
            let ready = try Poller().wait(
                for: reading ? [monitor, socket] : [monitor], bell: shared.bell,
                milliseconds: blocked || closing ? Self.retryMilliseconds : untilRedial())
            // Always: an unread monitor stops libzmq's I/O thread.
            if ready[0] { try readEvents() }
            guard reading else { continue }
            report()
            if ready[1] { try readFrames() }
        }
        monitor.close()
        socket.close()
    }

    private func redialIfDue() throws(ZeroMQError) {
        let due = redialAt.map { clock.now >= $0 } ?? false
        let asked = shared.state.withLock { state in
            defer { state.redial = false }
            return state.redial
        }
        guard asked || due else { return }
        redialAt = nil
        // Only a dial that libzmq gave up makes the next one later, not each of the losses that it mends by itself.
        if due { redialDelay = min(redialDelay * 2, Self.redialLongest) }
        monitor.close()
        socket.close()
        (socket, monitor) = try Self.dial(shared.configuration, shared.state.withLock { $0.keys }, context)
        // After a refusal the loss was reported when it happened.
        if asked { hold(.disconnected) }
    }

    private static var failedDial: ZeroMQError {
        ZeroMQError(call: "connect", number: 24, text: Failpoint.linkAgentDial.text)
    }

    private func untilRedial() -> Int {
        guard let redialAt else { return -1 }
        return max(0, Int((redialAt - clock.now) / .milliseconds(1)) + 1)
    }

    private func readEvents() throws(ZeroMQError) {
        while let event = try monitor.receiveEvent() {
            let input: AgentTransportInput
            switch event {
            case .connected:
                input = .connected
                redialAt = nil
                redialDelay = Self.redialFirst
            case .disconnected:
                input = .disconnected
                var generator = SystemRandomNumberGenerator()
                redialAt = clock.now + redialDelay * Double.random(in: 1...1.5, using: &generator)
            case .retrying:
                redialAt = nil
                continue
            case .other: continue
            }
            // What was queued for another connection belongs to another session.
            let news = shared.state.withLock { state in
                guard !state.redial else { return false }
                state.connected = event == .connected
                state.outbox = Outbox()
                return true
            }
            if news { hold(input) }
        }
    }

    private func hold(_ news: AgentTransportInput) {
        if news == .disconnected { held = [] }
        if held.last != news { held.append(news) }
    }

    private func report() {
        shared.inbox.put(held)
        held = []
    }

    private func readFrames() throws(ZeroMQError) {
        var batch: [AgentTransportInput] = []
        for _ in 0..<Self.messagesPerTurn {
            guard let message = try socket.receiveMessage() else { break }
            if Failpoint.linkAgentReceive.fails() { continue }
            if message.count == 1 { batch.append(.frame(message[0].bytes)) }
        }
        shared.inbox.put(batch)
    }

    /// True when the socket takes no more now.
    private func flush() throws(ZeroMQError) -> Bool {
        while let frame = shared.state.withLock({ $0.connected ? $0.outbox.first : nil }) {
            guard try socket.send(frame) == .sent else { return true }
            shared.state.withLock { if !$0.outbox.isEmpty { $0.outbox.removeFirst() } }
        }
        return false
    }
}
