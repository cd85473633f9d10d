/// Who gives a command, and from where.
package struct Principal: Hashable, Codable, Sendable {
    /// What an operator proved itself with: it ends when this is revoked.
    package enum Credential: Hashable, Codable, Sendable {
        case token(AccessTokenID)
        case certificate(ContentDigest)
    }

    /// `uid:0` on the unix socket, `operator:alice` over TLS.
    package var name: String
    /// `unix` or the peer's address.
    package var from: String
    /// Nil: an administrator, by the permission of the unix socket or by the token file of loopback TCP.
    package var operatorID: OperatorID?
    package var credential: Credential?

    /// An administrator by the host's own means.
    package init(name: String, from: String) {
        self.name = name
        self.from = from
    }

    package init(operator id: OperatorID, credential: Credential, from: String) {
        self.name = "operator:\(id)"
        self.from = from
        self.operatorID = id
        self.credential = credential
    }
}
