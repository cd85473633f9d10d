package import FleetModel

/// The change of the agent's key.
extension AgentSession {
    /// The key in use is of age; the coordinator asks by itself with a frame.
    package mutating func wantKey(at: Timestamp) -> [Action] {
        time.advance(to: at)
        return run(rotation.wanted())
    }

    /// What `makeKey` asked for: the new public key, nil when none could be made.
    package mutating func keyMade(_ key: String?, at: Timestamp) -> [Action] {
        time.advance(to: at)
        guard let key else {
            rotation.notMade()
            return []
        }
        return run(rotation.made(key, now: time.now))
    }

    mutating func keyAnswered(_ reply: WireKeyReply) -> [Action] {
        run(
            rotation.answered(
                reply.publicKey, admitted: reply.admitted,
                text: reply.text.clipped(toBytes: configuration.limits.textBytes), now: time.now))
    }

    mutating func run(_ steps: [KeyRotation.Step]) -> [Action] {
        steps.flatMap { step -> [Action] in
            switch step {
            case .make: return [.makeKey]
            case .offer(let key):
                var offer = WireKeyOffer()
                offer.publicKey = key
                return send(.keyOffer(offer))
            case .useNew: return [.useKey(.new)]
            case .useOld: return [.useKey(.old)]
            case .settle: return [.keySettled]
            case .discard(let reason): return [.keyRefused(reason: reason)]
            }
        }
    }
}
