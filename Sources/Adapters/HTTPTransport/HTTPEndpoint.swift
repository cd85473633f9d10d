/// Where an HTTP server is and how it is trusted.
package struct HTTPEndpoint: Sendable {
    /// `https://host:port[/prefix]` without a slash at the end; request targets are put behind it.
    package var baseURL: String
    /// Nil: the system's trust store.
    package var certificateAuthorityPEM: [UInt8]?
    package var clientCertificatePEM: [UInt8]?
    package var clientKeyPEM: [UInt8]?
    /// Only when the operator's own file says so.
    package var skipsTLSVerification: Bool
    /// The name expected in the server's certificate when it is not the host of `baseURL`.
    package var tlsServerName: String?

    package init(
        baseURL: String, certificateAuthorityPEM: [UInt8]? = nil, clientCertificatePEM: [UInt8]? = nil,
        clientKeyPEM: [UInt8]? = nil, skipsTLSVerification: Bool = false, tlsServerName: String? = nil
    ) {
        self.baseURL = baseURL
        self.certificateAuthorityPEM = certificateAuthorityPEM
        self.clientCertificatePEM = clientCertificatePEM
        self.clientKeyPEM = clientKeyPEM
        self.skipsTLSVerification = skipsTLSVerification
        self.tlsServerName = tlsServerName
    }
}
