internal import FleetModel
internal import NIOCore
internal import NIOSSL

/// TLS settings from PEM texts.
enum TLSMaterial {
    static func configuration(_ endpoint: HTTPEndpoint) throws(FleetError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let pem = endpoint.certificateAuthorityPEM {
            configuration.trustRoots = .certificates(try certificates(pem, of: "certificate authority", endpoint))
        }
        if let certificate = endpoint.clientCertificatePEM, let key = endpoint.clientKeyPEM {
            configuration.certificateChain =
                try certificates(certificate, of: "client certificate", endpoint).map { .certificate($0) }
            do {
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
            } catch {
                throw refusal("client key", endpoint, error)
            }
        }
        // A server with a response under way does not answer the closing of a watch: the process would wait for it.
        configuration.shutdownTimeout = .milliseconds(250)
        if endpoint.skipsTLSVerification { configuration.certificateVerification = .none }
        return configuration
    }

    private static func certificates(
        _ pem: [UInt8], of what: String, _ endpoint: HTTPEndpoint
    ) throws(FleetError) -> [NIOSSLCertificate] {
        do {
            return try NIOSSLCertificate.fromPEMBytes(pem)
        } catch {
            throw refusal(what, endpoint, error)
        }
    }

    private static func refusal(_ what: String, _ endpoint: HTTPEndpoint, _ error: any Error) -> FleetError {
        FleetError(
            .invalidArgument, "the \(what) for \(endpoint.baseURL) cannot be used",
            reason: "it is not PEM: \(error)")
    }
}
