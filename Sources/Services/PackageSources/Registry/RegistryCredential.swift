internal import Foundation

/// What a registry lets somebody in with. Never printed.
package enum RegistryCredential: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    case password(user: String, password: String)
    /// An OAuth2 refresh token, exchanged at the registry's token server.
    case identityToken(String)
    /// Sent as it is.
    case registryToken(String)

    package var description: String { "a credential" }
    package var debugDescription: String { description }

    /// `Basic …` of RFC 7617; nil for tokens.
    var basic: String? {
        guard case .password(let user, let password) = self else { return nil }
        return "Basic \(Data("\(user):\(password)".utf8).base64EncodedString())"
    }
}
