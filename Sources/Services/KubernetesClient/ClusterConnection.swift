/// How one cluster is reached: a kubeconfig context with every file read.
package struct ClusterConnection: Sendable {
    /// Who the client says it is, beside a client certificate.
    package enum Credential: Sendable {
        case none
        case token(String)
        /// Read again at most once a minute: mounted service account tokens are renewed in place.
        case tokenFile(@Sendable () throws -> [UInt8])
    }

    package var context: String
    /// `https://host:port[/prefix]`.
    package var server: String
    package var certificateAuthorityPEM: [UInt8]?
    package var clientCertificatePEM: [UInt8]?
    package var clientKeyPEM: [UInt8]?
    /// Only when the kubeconfig says so itself.
    package var skipsTLSVerification: Bool
    /// The name expected in the server's certificate when it is not the host of `server`.
    package var tlsServerName: String?
    package var credential: Credential
    /// The context's namespace, `default` when it names none.
    package var namespace: String
}
