/// A server that registry requests go to, and how it is trusted.
package struct RegistryEndpoint: Hashable, Sendable {
    /// `https://host[:port]`
    package var origin: String
    /// Nil: the system's trust store.
    package var certificateAuthorityPEM: [UInt8]?
}
