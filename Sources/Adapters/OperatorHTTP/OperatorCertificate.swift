package import FleetModel
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// What the coordinator shows to operators over TLS; can be renewed while it runs.
package final class OperatorCertificate: Sendable {
    private let current: Mutex<NIOSSLContextConfigurationOverride>

    /// PEM texts: the chain, the server's own certificate first, and its key.
    package init(certificates: String, key: String) throws(FleetError) {
        current = Mutex(try Self.checked(certificates, key))
    }

    /// From the next handshake on; connections that are open go on. Throws, and keeps the old, when the new cannot be
    /// used.
    package func replace(certificates: String, key: String) throws(FleetError) {
        let new = try Self.checked(certificates, key)
        current.withLock { $0 = new }
    }

    func configuration() -> TLSConfiguration {
        let shown = current.withLock { $0 }
        var configuration = Self.configuration(shown)
        configuration.sslContextCallback = { [self] _, promise in promise.succeed(current.withLock { $0 }) }
        return configuration
    }

    private static func configuration(_ shown: NIOSSLContextConfigurationOverride) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: shown.certificateChain ?? [], privateKey: shown.privateKey ?? .file(""))
        configuration.minimumTLSVersion = .tlsv12
        // A client certificate is asked for, not demanded. It is pinned to an operator by its digest, so no
        // authority has to vouch for it: the handshake proves that the client holds its key.
        configuration.certificateVerification = .optionalVerification
        return configuration
    }

    private static func checked(
        _ certificates: String, _ key: String
    ) throws(FleetError) -> NIOSSLContextConfigurationOverride {
        do {
            var shown = NIOSSLContextConfigurationOverride()
            shown.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificates.utf8))
                .map { .certificate($0) }
            shown.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
            // Says whether the key is that of the certificate.
            _ = try NIOSSLContext(configuration: configuration(shown))
            return shown
        } catch {
            throw FleetError(
                .invalidArgument, "the certificate of operator.tlsListen cannot be used", reason: "\(error)",
                next: "check operator.tlsCertificate and operator.tlsKey: PEM, the key that of the first certificate")
        }
    }
}
