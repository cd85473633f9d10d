/// What is configured for one registry.
package struct RegistrySetting: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Host and port as image references name it.
    package var host: String
    /// Only for hosts that the operator names: nothing protects what is carried.
    package var usesPlainHTTP: Bool
    package var certificateAuthorityPEM: [UInt8]?
    /// User name and password, instead of the docker configuration's.
    package var credential: RegistryCredential?

    package init(
        host: String, usesPlainHTTP: Bool = false, certificateAuthorityPEM: [UInt8]? = nil,
        credential: RegistryCredential? = nil
    ) {
        self.host = host.lowercased()
        self.usesPlainHTTP = usesPlainHTTP
        self.certificateAuthorityPEM = certificateAuthorityPEM
        self.credential = credential
    }

    package var description: String { "registry \(host)" }
    package var debugDescription: String { description }
}
