internal import CZeroMQ

/// Waits for sockets and for a `Bell` on the socket thread.
package struct Poller {
    package init() {}

    /// Which of `sockets` can be read; waits at most `milliseconds` (-1: until something happens).
    package func wait(for sockets: [Socket], bell: Bell, milliseconds: Int) throws(ZeroMQError) -> [Bool] {
        var items = unsafe sockets.map { socket in
            unsafe zmq_pollitem_t(socket: socket.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        }
        unsafe items.append(zmq_pollitem_t(socket: nil, fd: bell.descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
        let count = Int32(sockets.count + 1)
        let result = unsafe items.withUnsafeMutableBufferPointer {
            unsafe zmq_poll($0.baseAddress, count, milliseconds)
        }
        if result < 0 {
            let error = ZeroMQError.last("poll")
            guard error.number == EINTR else { throw error }
            return sockets.map { _ in false }
        }
        if unsafe items[sockets.count].revents != 0 { bell.drain() }
        return unsafe items.prefix(sockets.count).map { unsafe $0.revents & Int16(ZMQ_POLLIN) != 0 }
    }
}

/// An eventfd that any thread rings to wake the socket thread.
package final class Bell: Sendable {
    let descriptor: Int32

    package init() throws(ZeroMQError) {
        descriptor = flotilla_eventfd()
        guard descriptor >= 0 else { throw .last("eventfd") }
    }

    deinit { flotilla_close(descriptor) }

    package func ring() { flotilla_eventfd_ring(descriptor) }
    func drain() { flotilla_eventfd_drain(descriptor) }
}
