import Foundation

/// TCP on the loopback by hand: records what a client says to a hub, and says recorded bytes again.
@safe enum TCPTap {
    private static func address(_ port: UInt16, host: UInt8 = 1) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (0x7F00_0000 | UInt32(host)).bigEndian
        return address
    }

    private static func with<Result>(
        _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, size) }
        }
    }

    static func port(of endpoint: String) -> UInt16 { UInt16(endpoint.split(separator: ":").last ?? "") ?? 0 }

    static func dial(_ port: UInt16) -> Int32 {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var target = address(port)
        let result = unsafe with(&target) { unsafe connect(file, $0, $1) }
        return result == 0 ? file : -1
    }

    /// Dials from 127.0.0.`host` and says what is no greeting; false when nobody answered within that time.
    ///
    /// - Parameter pause: before the greeting, in microseconds.
    static func greetBadly(_ port: UInt16, from host: UInt8, seconds: Int, after pause: UInt32 = 0) -> Bool {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(file) }
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        _ = unsafe setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var own = address(0, host: host)
        guard unsafe with(&own, { unsafe bind(file, $0, $1) }) == 0 else { return false }
        var target = address(port)
        guard unsafe with(&target, { unsafe connect(file, $0, $1) }) == 0 else { return false }
        usleep(pause)
        let words = Array("GET / HTTP/1.1\r\n\r\n".utf8)
        return unsafe send(file, words, words.count, Int32(MSG_NOSIGNAL)) == words.count
    }

    /// A listening socket on a free port.
    static func listen() -> (file: Int32, port: UInt16) {
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var own = address(0)
        _ = unsafe with(&own) { unsafe bind(file, $0, $1) }
        _ = Foundation.listen(file, 4)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe with(&own) { pointer, _ in unsafe getsockname(file, pointer, &size) }
        return (file, UInt16(bigEndian: own.sin_port))
    }

    /// Carries one connection from the listener to `port` until either side ends it; the client's bytes.
    static func record(_ listener: Int32, to port: UInt16) -> [UInt8] {
        let client = accept(listener, nil, nil)
        let hub = dial(port)
        defer {
            close(client)
            close(hub)
        }
        var recorded: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            var files = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: hub, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&files, 2, 20_000) > 0 else { return recorded }
            for (index, (from, to)) in [(client, hub), (hub, client)].enumerated() where files[index].revents != 0 {
                let count = unsafe read(from, &buffer, buffer.count)
                guard count > 0 else { return recorded }
                if index == 0 { recorded += buffer[..<count] }
                guard unsafe send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { return recorded }
            }
        }
    }

    /// Says the bytes on a new connection; what came back until the other side closed or was silent for that long.
    static func say(_ bytes: [UInt8], to port: UInt16, silence milliseconds: Int32) -> [UInt8] {
        let file = dial(port)
        guard file >= 0 else { return [] }
        defer { close(file) }
        _ = unsafe send(file, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var heard: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            var files = [pollfd(fd: file, events: Int16(POLLIN), revents: 0)]
            guard unsafe poll(&files, 1, milliseconds) > 0 else { return heard }
            let count = unsafe read(file, &buffer, buffer.count)
            guard count > 0 else { return heard }
            heard += buffer[..<count]
        }
    }
}
