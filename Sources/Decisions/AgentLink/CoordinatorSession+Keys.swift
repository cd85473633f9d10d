package import FleetModel

/// The change of the agent's key.
extension CoordinatorSession {
    /// Whether the agent is to make a new key; it is told now and with every full sync until it is not wanted any more.
    package mutating func wantKey(_ wanted: Bool, at: Timestamp) -> [Action] {
        time.advance(to: at)
        defer { keyWanted = wanted }
        guard wanted, !keyWanted, confirmed else { return [] }
        return send(.rotateKey(WireRotateKey()))
    }

    /// What became of an offer: nil when the key is on disk and admitted, else why not.
    package mutating func keyAnswered(_ key: String, refusal: String?, at: Timestamp) -> [Action] {
        time.advance(to: at)
        var reply = WireKeyReply()
        reply.publicKey = key
        reply.admitted = refusal == nil
        reply.text = refusal ?? ""
        return send(.keyReply(reply))
    }

    mutating func offered(_ offer: WireKeyOffer, from peer: Connection) -> [Action] {
        let limit = configuration.limits.keyCharacters
        guard offer.publicKey.utf8.count == limit else { return reject("key offer: a key has \(limit) characters") }
        return [.keyOffered(offer.publicKey, over: peer)]
    }
}
