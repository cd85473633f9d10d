package import FleetModel

/// Records about agents that wait to be accepted, and about agents' keys. Public keys only.
extension FleetRecord {
    package struct SupervisorPending: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
        package var publicKey: String
        package var fingerprint: String
    }

    package struct SupervisorRejected: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
        package var fingerprint: String
    }

    package struct AgentKeyAsked: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
        /// When the keys it has end, unless it changed them.
        package var graceUntil: Timestamp
    }

    package struct AgentKeyOffered: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
        package var publicKey: String
        package var fingerprint: String
    }

    package struct AgentKeyChanged: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
        package var publicKey: String
        package var fingerprint: String
        /// When the key before it ends.
        package var overlapUntil: Timestamp
    }

    package struct AgentKeyEnded: Hashable, Codable, Sendable {
        package var supervisor: SupervisorID
        /// Nil: every key.
        package var publicKey: String?
    }

    func keyEvent(_ make: Make) -> FleetEvent? {
        switch self {
        case .supervisorPending(let body):
            make(
                "SupervisorPending",
                "an agent with key \(body.fingerprint) asks to join as \(body.supervisor); to let it in: "
                    + "flotilla supervisor accept \(body.supervisor)", .warning, body.supervisor, nil, nil)
        case .supervisorRejected(let body):
            make(
                "SupervisorRejected", "the agent of \(body.supervisor) with key \(body.fingerprint) was rejected",
                .normal, body.supervisor, nil, nil)
        case .agentKeyAsked(let body):
            make(
                "AgentKeyAsked",
                "the agent of \(body.supervisor) is asked for a new key; the one it has ends at "
                    + "\(body.graceUntil.seconds)", .normal, body.supervisor, nil, nil)
        case .agentKeyOffered(let body):
            make(
                "AgentKeyOffered", "the agent of \(body.supervisor) made the new key \(body.fingerprint)", .normal,
                body.supervisor, nil, nil)
        case .agentKeyChanged(let body):
            make(
                "AgentKeyChanged",
                "the agent of \(body.supervisor) uses the key \(body.fingerprint); the one before ends at "
                    + "\(body.overlapUntil.seconds)", .normal, body.supervisor, nil, nil)
        case .agentKeyEnded(let body):
            make(
                "AgentKeyEnded",
                body.publicKey == nil
                    ? "the agent of \(body.supervisor) did not change its key in time and is refused"
                    : "the key that the agent of \(body.supervisor) left is refused",
                body.publicKey == nil ? .warning : .normal, body.supervisor, nil, nil)
        default: nil
        }
    }
}
