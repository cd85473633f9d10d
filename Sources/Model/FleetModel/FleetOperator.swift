/// A person or a program that reaches the coordinator over TLS, with what it may do.
///
/// Whoever may open the unix socket is an administrator by file permission and needs no entry.
package struct FleetOperator: Hashable, Codable, Sendable {
    package var id: OperatorID
    /// Sorted, without doubles; `read` is implied.
    package var privileges: [Privilege]
    /// Where `install` holds. A selector is evaluated at the time of the command.
    package var scope: TargetSelection
    /// SHA-256 of the DER form of each client certificate that stands for this operator, sorted.
    package var certificates: [ContentDigest]
    /// A locked operator is refused until it is unlocked; its tokens are kept.
    package var locked: Bool
    package var createdAt: Timestamp
    /// Oldest first.
    package var tokens: [AccessToken]

    package init(
        id: OperatorID, privileges: [Privilege], scope: TargetSelection, certificates: [ContentDigest],
        createdAt: Timestamp
    ) {
        self.id = id
        self.privileges = privileges
        self.scope = scope
        self.certificates = certificates
        self.locked = false
        self.createdAt = createdAt
        self.tokens = []
    }
}

/// What is kept of a bearer token: its digest, never the token.
package struct AccessToken: Hashable, Codable, Sendable {
    package var id: AccessTokenID
    package var digest: ContentDigest
    package var createdAt: Timestamp
    package var expires: Timestamp

    package init(id: AccessTokenID, digest: ContentDigest, createdAt: Timestamp, expires: Timestamp) {
        self.id = id
        self.digest = digest
        self.createdAt = createdAt
        self.expires = expires
    }
}

/// An operator by name, `alice`. Rule: RFC 1123 label, at most 63 characters.
package struct OperatorID: FleetIdentifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `tk-` and 12 hexadecimal digits of the token's digest.
package struct AccessTokenID: FleetIdentifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}
