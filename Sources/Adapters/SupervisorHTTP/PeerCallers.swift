internal import Foundation
internal import NIOCore
internal import NIOSSL
internal import SupervisorCluster
internal import Synchronization

/// Who the other ends of connections are by their client certificates; a certificate is checked once.
final class PeerCallers: Sendable {
    enum Answer {
        case none
        case known(Caller)
        /// A certificate that names nobody: refused, as an API server does.
        case refused
    }

    /// Certificates that are remembered.
    private static let limit = 1024

    private let authority: CertificateAuthority
    private let known = Mutex<[[UInt8]: Caller]>([:])

    init(authority: CertificateAuthority) { self.authority = authority }

    func answer(of channel: any Channel) async -> Answer {
        guard let certificate = try? await channel.nioSSL_peerCertificate().get(),
            let der = try? certificate.toDERBytes()
        else { return .none }
        if let caller = known.withLock({ $0[der] }) { return .known(caller) }
        guard let caller = ClientCertificate.caller(der: der, authority: authority, now: Date()) else {
            return .refused
        }
        known.withLock { known in
            if known.count >= Self.limit { known = [:] }
            known[der] = caller
        }
        return .known(caller)
    }
}
