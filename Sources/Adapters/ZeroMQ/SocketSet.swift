internal import CZeroMQ

/// Many sockets on one thread, each under a number: a wait costs what happens, not what there is.
///
/// A socket's descriptor is signalled at the edge only: whoever gets a number, or has sent on its socket, reads the
/// socket until there is nothing. Not Sendable: it is made and used on one thread.
package final class SocketSet {
    private static let mostAtOnce = 256
    private static let bellNumber = UInt64.max

    private let epoll: Int32
    private var descriptors: [Int: Int32] = [:]
    private let bell: Bell

    package init(bell: Bell) throws(ZeroMQError) {
        self.bell = bell
        epoll = flotilla_epoll()
        guard epoll >= 0 else { throw .last("epoll") }
        guard flotilla_epoll_add(epoll, bell.descriptor, Self.bellNumber) == 0 else { throw .last("epoll") }
    }

    deinit { flotilla_close(epoll) }

    /// The socket is read until there is nothing before the next wait.
    package func add(_ socket: Socket, as number: Int) throws(ZeroMQError) {
        let descriptor = try socket.descriptor()
        guard flotilla_epoll_add(epoll, descriptor, UInt64(number)) == 0 else { throw .last("epoll") }
        descriptors[number] = descriptor
    }

    /// Before the socket is closed.
    package func remove(_ number: Int) {
        if let descriptor = descriptors.removeValue(forKey: number) { _ = flotilla_epoll_remove(epoll, descriptor) }
    }

    /// The numbers of sockets to look at; waits at most `milliseconds`.
    package func wait(milliseconds: Int32) throws(ZeroMQError) -> [Int] {
        var numbers = [UInt64](repeating: 0, count: Self.mostAtOnce)
        let found = unsafe numbers.withUnsafeMutableBufferPointer {
            unsafe flotilla_epoll_wait(epoll, $0.baseAddress, Int32(Self.mostAtOnce), milliseconds)
        }
        if found < 0 {
            let error = ZeroMQError.last("epoll")
            guard error.number == EINTR else { throw error }
            return []
        }
        var sockets: [Int] = []
        for number in numbers.prefix(Int(found)) {
            if number == Self.bellNumber { bell.drain() } else { sockets.append(Int(number)) }
        }
        return sockets
    }
}
