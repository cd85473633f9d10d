internal import FleetModel
internal import FleetRuntime
internal import NIOCore
internal import NIOSSL

/// What the channel itself says of its other end.
enum PeerIdentity {
    /// `struct ucred` of unix(7), as `SO_PEERCRED` fills it.
    private struct Credentials: Sendable {
        var pid: Int32
        var uid: UInt32
        var gid: UInt32
    }

    /// SOL_SOCKET and SO_PEERCRED of Linux (asm-generic/socket.h).
    private static let level = NIOBSDSocket.OptionLevel(rawValue: 1)
    private static let option = NIOBSDSocket.Option(rawValue: 17)

    /// The user at the other end of a unix socket, as the kernel says: `uid:1000`; `unix` where it does not.
    static func user(of channel: any Channel) async -> String {
        guard let provider = channel as? any SocketOptionProvider else { return "unix" }
        let answer: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(level: level, name: option)
        guard let credentials = try? await answer.get() else { return "unix" }
        return "uid:\(credentials.uid)"
    }

    /// SHA-256 of the certificate the client proved to hold the key of; nil when it showed none.
    static func certificate(of channel: any Channel) async throws -> ContentDigest? {
        guard let certificate = try await channel.nioSSL_peerCertificate().get() else { return nil }
        return ContentDigest(sha256Of: try certificate.toDERBytes())
    }
}
