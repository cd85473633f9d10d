import CZeroMQ

/// A DEALER as anybody may open one with libzmq: without CURVE, which our own sockets cannot be.
@safe final class RawClient {
    enum Mechanism: Sendable, CaseIterable { case null, plain }

    private let context: UnsafeMutableRawPointer
    private let socket: UnsafeMutableRawPointer

    /// Nil when libzmq makes no socket.
    init?(_ mechanism: Mechanism, endpoint: String, routingID: String) {
        guard let context = unsafe zmq_ctx_new() else { return nil }
        guard let socket = unsafe zmq_socket(context, ZMQ_DEALER) else {
            unsafe zmq_ctx_term(context)
            return nil
        }
        unsafe self.context = unsafe context
        unsafe self.socket = unsafe socket
        set(ZMQ_LINGER, 0)
        set(ZMQ_ROUTING_ID, routingID)
        switch mechanism {
        case .null: break
        case .plain:
            set(ZMQ_PLAIN_USERNAME, "admin")
            set(ZMQ_PLAIN_PASSWORD, "admin")
        }
        unsafe zmq_connect(socket, endpoint)
    }

    deinit {
        unsafe zmq_close(socket)
        unsafe zmq_ctx_term(context)
    }

    private func set(_ option: Int32, _ number: Int32) {
        var number = number
        unsafe zmq_setsockopt(socket, option, &number, MemoryLayout<Int32>.size)
    }

    private func set(_ option: Int32, _ text: String) {
        unsafe zmq_setsockopt(socket, option, text, text.utf8.count)
    }

    func send(_ bytes: [UInt8]) { unsafe zmq_send(socket, bytes, bytes.count, ZMQ_DONTWAIT) }

    /// What came within that time; nil when nothing did.
    func receive(milliseconds: Int32) -> [UInt8]? {
        set(ZMQ_RCVTIMEO, milliseconds)
        var buffer = [UInt8](repeating: 0, count: 4096)
        let size = unsafe zmq_recv(socket, &buffer, buffer.count, 0)
        return size < 0 ? nil : Array(buffer.prefix(Int(size)))
    }
}
