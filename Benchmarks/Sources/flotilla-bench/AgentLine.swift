internal import FleetModel
internal import FleetRuntime
internal import ZeroMQ

/// One simulated agent's connection, and when to dial again: what `AgentReactor` does for a real agent.
struct AgentLine {
    private static let redialFirst = Duration.seconds(1)
    private static let redialLongest = Duration.seconds(30)

    private(set) var socket: Socket
    private(set) var monitor: Socket
    private(set) var isConnected = false
    private(set) var redialAt: Timestamp?
    private var redialDelay = AgentLine.redialFirst

    /// Not yet connected, so that the monitor misses nothing.
    init(_ pair: CurveKeyPair, _ serverKey: String, _ context: Context) throws(ZeroMQError) {
        let routingID = Array(SystemEntropy().hexadecimal(bytes: 8).utf8)
        socket = try Socket(
            .dealer(keys: pair, serverKey: serverKey, routingID: routingID), bounds: SocketBounds(), in: context)
        monitor = try socket.monitor()
    }

    /// A new connection after a loss; the pause between two goes on growing.
    init(after old: AgentLine, _ pair: CurveKeyPair, _ serverKey: String, _ context: Context) throws(ZeroMQError) {
        self = try AgentLine(pair, serverKey, context)
        redialDelay = old.redialDelay
    }

    func close() {
        monitor.close()
        socket.close()
    }

    /// What the monitor says; true for a new connection, false for a lost one, nil when neither.
    mutating func nextEvent(at: Timestamp) throws(ZeroMQError) -> (event: Bool?, more: Bool) {
        switch try monitor.receiveEvent() {
        case .connected:
            isConnected = true
            redialAt = nil
            redialDelay = Self.redialFirst
            return (true, true)
        case .disconnected:
            isConnected = false
            redialAt = at.advanced(by: redialDelay * Double.random(in: 1...1.5))
            redialDelay = min(redialDelay * 2, Self.redialLongest)
            return (false, true)
        case .retrying:
            redialAt = nil
            return (nil, true)
        case .other: return (nil, true)
        case nil: return (nil, false)
        }
    }
}
