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
            self = .http(base: text.hasSuffix("/") ? String(text.dropLast()) : text)
        } else {
            throw FleetError(
                .invalidArgument, "\(text) does not name a coordinator",
                reason: "a unix socket (unix:///run/flotilla/operator.sock) or http://host:port is expected",
                next: "flotilla --server unix:///run/flotilla/operator.sock …")
        }
        if case .unixSocket(let path) = self, path.utf8.count > Self.maximumSocketPath {
            throw FleetError(
                .invalidArgument, "the socket path \(path) is too long",
                reason: "Linux allows \(Self.maximumSocketPath) bytes (unix(7), sun_path)", next: "use a shorter path")
        }
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
