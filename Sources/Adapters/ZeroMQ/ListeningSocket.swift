internal import CZeroMQ

/// A listening TCP socket of libzmq's, by its descriptor: who is connected to it, and whose connections it drops.
///
/// libzmq makes the socket and says its descriptor in an event; it stays open for as long as the `Socket` that bound
/// it. IPv4 only, as our sockets are (ZMQ_IPV6 is off).
package struct ListeningSocket: Hashable, Sendable {
    /// Addresses that one filter may name.
    package static let mostAddresses = Int(FLOTILLA_FILTER_MOST)

    private let descriptor: Int32
    private let port: UInt16

    /// Nil when the descriptor is no listening IPv4 socket.
    package init?(_ descriptor: Int32) {
        port = flotilla_local_port(descriptor)
        guard port != 0 else { return nil }
        self.descriptor = descriptor
    }

    /// The other end of a connection to this socket; nil when the descriptor is none, or none any more.
    package func peer(of connection: Int32) -> (address: UInt32, port: UInt16)? {
        guard flotilla_local_port(connection) == port else { return nil }
        let peer = flotilla_peer(connection)
        guard peer != 0 else { return nil }
        return (UInt32(truncatingIfNeeded: peer >> 16), UInt16(truncatingIfNeeded: peer))
    }

    /// Drops what opens a connection (SYN) when it comes from one of `addresses`, and of all others all but `share`.
    ///
    /// The kernel drops it (a classic BPF filter, which needs no privilege) and the peer's kernel tries again, ever
    /// later. Connections that are there are not touched.
    package func drop(addresses: [UInt32], lettingPass share: Double) throws(ZeroMQError) {
        let passing = share >= 1 ? UInt32.max : UInt32(max(0, share) * Double(UInt32.max - 1))
        if addresses.isEmpty, passing == .max {
            guard flotilla_unfilter(descriptor) == 0 else { throw .last("detach filter") }
            return
        }
        let result = unsafe addresses.withUnsafeBufferPointer {
            unsafe flotilla_filter_connections(descriptor, $0.baseAddress, Int32($0.count), passing)
        }
        guard result == 0 else { throw .last("attach filter") }
    }
}
