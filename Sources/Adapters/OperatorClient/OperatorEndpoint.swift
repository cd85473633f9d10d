package import FleetModel

/// Where a coordinator answers operators.
package enum OperatorEndpoint: Hashable, Sendable, CustomStringConvertible {
    case unixSocket(path: String)
    /// `http://host:port`, without a path.
    case http(base: String)

    /// Reads `unix:///run/flotilla/operator.sock`, `/run/flotilla/operator.sock` or `http://127.0.0.1:7441`.
    package init(_ text: String) throws(FleetError) {
        if text.hasPrefix("unix://") {
            self = .unixSocket(path: String(text.dropFirst(7)))
        } else if text.hasPrefix("unix:") {
            self = .unixSocket(path: String(text.dropFirst(5)))
        } else if text.hasPrefix("/") || text.hasPrefix("./") {
            self = .unixSocket(path: text)
        } else if text.hasPrefix("http://") || text.hasPrefix("https://") {
            self = .http(base: text.hasSuffix("/") && !text.hasSuffix("://") ? String(text.dropLast()) : text)
        } else {
            throw Self.unknown(text)
        }
        if case .http(let base) = self {
            let host = Self.host(of: base)
            guard !host.isEmpty else { throw Self.unknown(text) }
            guard base.hasPrefix("https://") || Self.isLoopback(host) else {
                throw FleetError(
                    .invalidArgument, "\(text) is not on this host",
                    reason: "over http:// a token could be read on the way; http:// is for loopback",
                    next: "flotilla --server https://\(base.dropFirst("http://".count)) …")
            }
        }
        if case .unixSocket(let path) = self, path.utf8.count > Self.maximumSocketPath {
            throw FleetError(
                .invalidArgument, "the socket path \(path) is too long",
                reason: "Linux allows \(Self.maximumSocketPath) bytes (unix(7), sun_path)", next: "use a shorter path")
        }
    }

    private static func unknown(_ text: String) -> FleetError {
        FleetError(
            .invalidArgument, "\"\(text)\" does not name a coordinator",
            reason:
                "unix:///run/flotilla/operator.sock, https://host:port, or http://host:port on loopback is expected",
            next: "flotilla --server unix:///run/flotilla/operator.sock …")
    }

    /// `[::1]` of `http://[::1]:7442`, `fleet` of `https://fleet:7443/`.
    private static func host(of base: String) -> Substring {
        let rest = base[(base.firstRange(of: "://")?.upperBound ?? base.startIndex)...]
        let authority = rest.prefix { $0 != "/" }
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return authority[...end] }
        return authority.prefix { $0 != ":" }
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || host == "[::1]"
            || (numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil })
    }

    /// unix(7): `sun_path` holds 108 bytes with its terminating zero.
    package static let maximumSocketPath = 107

    package var description: String {
        switch self {
        case .unixSocket(let path): "unix://\(path)"
        case .http(let base): base
        }
    }
}
