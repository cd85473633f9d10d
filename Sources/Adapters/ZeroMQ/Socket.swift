internal import CZeroMQ
internal import Synchronization

/// One libzmq socket. Not Sendable: it is made, used and closed on one thread.
///
/// There is no way to make a socket without CURVE, other than the two kinds that never leave the process.
@safe package final class Socket {
    let pointer: UnsafeMutableRawPointer
    private static let monitors = Atomic<Int>(0)
    private let context: Context
    private var open = true
    /// Events of this socket go to a monitor.
    private var watched = false
    /// Of a monitor: the socket whose events it gets.
    private var source: Socket?

    /// One frame as received.
    package struct Frame: Hashable, Sendable {
        package var bytes: [UInt8]
        package var more: Bool
        /// ZAP's User-Id, on frames that came over CURVE. Read from the payload frame (pitfall P9).
        package var userID: String?
        /// The descriptor of the connection it came over, while that is open; on the last frame of a message, else -1.
        package fileprivate(set) var source: Int32 = -1
    }

    private init(_ type: Int32, in context: Context) throws(ZeroMQError) {
        guard let pointer = unsafe zmq_socket(context.pointer, type) else { throw .last("socket") }
        unsafe self.pointer = unsafe pointer
        self.context = context
        try set(ZMQ_LINGER, 0)
    }

    /// A CURVE socket with every setting that the pitfalls ask for.
    package convenience init(
        _ kind: CurveSocketKind, bounds: SocketBounds, in context: Context
    ) throws(ZeroMQError) {
        switch kind {
        case .router: try self.init(ZMQ_ROUTER, in: context)
        case .dealer: try self.init(ZMQ_DEALER, in: context)
        }
        // P15: LINGER's default waits for ever.
        try set(ZMQ_LINGER, bounds.linger)
        try set(ZMQ_SNDHWM, bounds.sendHighWater)
        try set(ZMQ_RCVHWM, bounds.receiveHighWater)
        try setWide(ZMQ_MAXMSGSIZE, bounds.maxMessageBytes)
        try set(ZMQ_HANDSHAKE_IVL, bounds.handshake)
        try set(ZMQ_TCP_KEEPALIVE, 1)
        try set(ZMQ_TCP_KEEPALIVE_IDLE, 30)
        try set(ZMQ_TCP_KEEPALIVE_INTVL, 10)
        try set(ZMQ_TCP_KEEPALIVE_CNT, 3)
        switch kind {
        case .router(let keys, let domain):
            try set(ZMQ_ROUTER_MANDATORY, 1)  // P4
            try set(ZMQ_ROUTER_HANDOVER, 1)  // P2
            try set(ZMQ_BACKLOG, bounds.backlog)
            try set(ZMQ_HEARTBEAT_IVL, bounds.heartbeat)  // P10, on the binding side only: P1
            try set(ZMQ_HEARTBEAT_TIMEOUT, bounds.heartbeatTimeout)
            try set(ZMQ_CURVE_SERVER, 1)
            try set(ZMQ_CURVE_SECRETKEY, try CurveKey.bytes(keys.secretKey))
            try set(ZMQ_ZAP_DOMAIN, Array(domain.utf8))
        case .dealer(let keys, let serverKey, let routingID):
            if !routingID.isEmpty { try set(ZMQ_ROUTING_ID, routingID) }
            try set(ZMQ_IMMEDIATE, 1)  // P6
            try set(ZMQ_RECONNECT_IVL, bounds.reconnectFirst)
            try set(ZMQ_RECONNECT_IVL_MAX, bounds.reconnectLongest)
            try set(ZMQ_CONNECT_TIMEOUT, bounds.connect)
            try set(ZMQ_CURVE_SERVERKEY, try CurveKey.bytes(serverKey))
            try set(ZMQ_CURVE_PUBLICKEY, try CurveKey.bytes(keys.publicKey))
            try set(ZMQ_CURVE_SECRETKEY, try CurveKey.bytes(keys.secretKey))
        }
    }

    /// The authentication handler's end of `inproc://zeromq.zap.01` (ZeroMQ RFC 27); one per process.
    package static func authenticator(in context: Context) throws(ZeroMQError) -> Socket {
        let socket = try Socket(ZMQ_ROUTER, in: context)
        try socket.bind("inproc://zeromq.zap.01")
        return socket
    }

    /// The events of a connecting socket: connected, lost, and that libzmq dials again by itself.
    package func monitor() throws(ZeroMQError) -> Socket {
        try monitor(ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CONNECT_RETRIED)
    }

    /// The events of a socket that binds, made before it does: where it listens, and which connections begin and end.
    package func listenerMonitor() throws(ZeroMQError) -> Socket {
        try monitor(ZMQ_EVENT_LISTENING | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED)
    }

    /// libzmq's one I/O thread hands an event over with a blocking send: a monitor that nobody reads, or that is closed
    /// while its socket still has events, stops every connection of the process for ever (zeromq/libzmq#3575). So it
    /// has no high-water mark and must be read always, and whichever end closes first ends the monitoring before.
    private func monitor(_ events: Int32) throws(ZeroMQError) -> Socket {
        let number = Self.monitors.add(1, ordering: .relaxed).newValue
        let address = "inproc://monitor-\(number)"
        guard unsafe zmq_socket_monitor(pointer, address, events) == 0 else { throw .last("monitor") }
        watched = true
        let socket = try Socket(ZMQ_PAIR, in: context)
        try socket.set(ZMQ_RCVHWM, 0)
        socket.source = self
        try socket.connect(address)
        return socket
    }

    package enum MonitorEvent: Hashable, Sendable { case connected, disconnected, retrying, other }

    /// The next event of a socket made by `monitor()`; nil when there is none now.
    package func receiveEvent() throws(ZeroMQError) -> MonitorEvent? {
        guard let (event, _) = try receiveEventNumber() else { return nil }
        switch event {
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: return .connected
        case ZMQ_EVENT_DISCONNECTED: return .disconnected
        case ZMQ_EVENT_CONNECT_RETRIED: return .retrying
        default: return .other
        }
    }

    /// Each with its descriptor, which may by now be closed, or another's.
    package enum ListenerEvent: Hashable, Sendable { case listening(Int32), accepted(Int32), ended(Int32), other }

    /// The next event of a socket made by `listenerMonitor()`; nil when there is none now.
    package func receiveListenerEvent() throws(ZeroMQError) -> ListenerEvent? {
        guard let (event, value) = try receiveEventNumber() else { return nil }
        switch event {
        case ZMQ_EVENT_LISTENING: return .listening(value)
        case ZMQ_EVENT_ACCEPTED: return .accepted(value)
        case ZMQ_EVENT_DISCONNECTED: return .ended(value)
        default: return .other
        }
    }

    /// Number and value of an event: 16 and 32 bits in the machine's order (zmq_socket_monitor(3)).
    private func receiveEventNumber() throws(ZeroMQError) -> (Int32, Int32)? {
        guard let message = try receiveMessage() else { return nil }
        guard let head = message.first?.bytes, head.count >= 6 else { return (0, -1) }
        let value = head[2..<6].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return (Int32(head[0]) | Int32(head[1]) << 8, Int32(truncatingIfNeeded: value))
    }

    deinit { close() }

    /// Closes; what is unsent is sent for as long as LINGER allows.
    package func close() {
        guard open else { return }
        open = false
        endMonitoring()
        source?.endMonitoring()
        source = nil
        unsafe zmq_close(pointer)
    }

    /// After this no thread sends to the monitor. Its address is ours alone, so the call has nothing to fail on.
    private func endMonitoring() {
        guard watched else { return }
        watched = false
        unsafe zmq_socket_monitor(pointer, nil, 0)
    }

    package func bind(_ endpoint: String) throws(ZeroMQError) {
        guard unsafe zmq_bind(pointer, endpoint) == 0 else { throw .last("bind \(endpoint)") }
    }

    package func connect(_ endpoint: String) throws(ZeroMQError) {
        guard unsafe zmq_connect(pointer, endpoint) == 0 else { throw .last("connect \(endpoint)") }
    }

    /// The endpoint that was bound last, with the port a wildcard became.
    package func lastEndpoint() throws(ZeroMQError) -> String {
        var text = [CChar](repeating: 0, count: 256)
        var size = text.count
        let result = unsafe text.withUnsafeMutableBufferPointer { text in
            unsafe zmq_getsockopt(pointer, ZMQ_LAST_ENDPOINT, text.baseAddress, &size)
        }
        guard result == 0 else { throw .last("last endpoint") }
        return CurveKey.text(text)
    }

    package enum Sending: Hashable, Sendable {
        case sent
        /// EAGAIN: the peer's queue is full, or there is no connection yet.
        case full
        /// EHOSTUNREACH: a ROUTER does not know the peer.
        case unreachable
    }

    /// Sends without ever waiting (a blocking send to one full peer would stop all).
    package func send(_ bytes: [UInt8], more: Bool = false) throws(ZeroMQError) -> Sending {
        let flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)
        let result = unsafe bytes.withUnsafeBytes { unsafe zmq_send(pointer, $0.baseAddress, $0.count, flags) }
        guard result < 0 else { return .sent }
        let error = ZeroMQError.last("send")
        switch error.number {
        case EINTR: return try send(bytes, more: more)  // A signal must not cut a message after its first part.
        case EAGAIN: return .full
        case EHOSTUNREACH: return .unreachable
        default: throw error
        }
    }

    /// One frame, or nil when there is none now (pitfall P8: read until nil).
    package func receive() throws(ZeroMQError) -> Frame? {
        var message = zmq_msg_t()
        var more: Int32 = 0
        // Small messages lie inside the struct: everything happens while its address holds.
        let frame: Frame? = unsafe withUnsafeMutablePointer(to: &message) { message in
            let size = unsafe flotilla_msg_receive(message, pointer, &more)
            guard size >= 0 else { return nil }
            defer { unsafe zmq_msg_close(message) }
            let bytes = unsafe [UInt8](
                UnsafeRawBufferPointer(start: zmq_msg_data(message), count: Int(size)))
            guard more == 0 else { return Frame(bytes: bytes, more: true) }
            let user = unsafe zmq_msg_gets(message, "User-Id").map { unsafe String(cString: $0) }
            return Frame(bytes: bytes, more: false, userID: user, source: unsafe flotilla_msg_source(message))
        }
        if let frame { return frame }
        let error = ZeroMQError.last("receive")
        switch error.number {
        case EINTR: return try receive()
        case EAGAIN: return nil
        default: throw error
        }
    }

    /// A whole message, or nil when there is none now. A message of too many parts is cut after `maxParts`.
    package func receiveMessage(maxParts: Int = 16) throws(ZeroMQError) -> [Frame]? {
        guard let first = try receive() else { return nil }
        var frames = [first]
        var more = first.more
        while more {
            // The rest of a message is there when its first part is.
            guard let next = try receive() else { break }
            more = next.more
            if frames.count < maxParts { frames.append(next) }
        }
        return frames
    }

    /// Ends the TCP connection a frame came over, which a ROUTER has no call for. When it has ended by itself meanwhile
    /// its number may be another's, who then dials again.
    package func hangUp(_ frame: Frame) {
        if frame.source >= 0 { flotilla_hang_up(frame.source) }
    }

    /// The descriptor that says when there is something to look at (ZMQ_FD); see `SocketSet`.
    func descriptor() throws(ZeroMQError) -> Int32 {
        var descriptor: Int32 = -1
        var size = MemoryLayout<Int32>.size
        guard unsafe zmq_getsockopt(pointer, ZMQ_FD, &descriptor, &size) == 0 else { throw .last("descriptor") }
        return descriptor
    }

    // MARK: Options

    private func set(_ option: Int32, _ value: Int32) throws(ZeroMQError) {
        var value = value
        guard unsafe zmq_setsockopt(pointer, option, &value, MemoryLayout<Int32>.size) == 0 else {
            throw .last("option \(option)")
        }
    }

    private func setWide(_ option: Int32, _ value: Int64) throws(ZeroMQError) {
        var value = value
        guard unsafe zmq_setsockopt(pointer, option, &value, MemoryLayout<Int64>.size) == 0 else {
            throw .last("option \(option)")
        }
    }

    private func set(_ option: Int32, _ value: [UInt8]) throws(ZeroMQError) {
        let result = unsafe value.withUnsafeBytes {
            unsafe zmq_setsockopt(pointer, option, $0.baseAddress, $0.count)
        }
        guard result == 0 else { throw .last("option \(option)") }
    }
}
