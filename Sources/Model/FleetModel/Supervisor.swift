/// One Supervisor (or plain Kubernetes cluster) of the fleet, as the coordinator knows it.
package struct Supervisor: Hashable, Codable, Sendable {
    /// How far the agent's key is trusted.
    package enum Enrolment: String, Codable, Sendable, CaseIterable {
        /// A join file was issued, no agent has presented its token yet.
        case invited
        /// An agent presented the token; nobody has accepted its key yet, which is not admitted.
        case pending
        /// The agent's public key is pinned and admitted.
        case enrolled
        /// Removed; its key is refused. Kept so that its history stays readable.
        case removed
    }

    package var id: SupervisorID
    /// Managed object id, `domain-c8`; the end of every service namespace name.
    package var moid: String
    package var labels: [String: String]
    package var enrolment: Enrolment
    /// Z85 text of the agent's CURVE public key once an agent has presented the token.
    package var publicKey: String?
    /// Of `publicKey`, as the agent prints it; nil for one that joined before there were fingerprints.
    package var fingerprint: String?
    /// The agent's keys besides the one in use; nil until one was changed.
    package var keys: AgentKeyRing?
    /// Whether whoever presents the token is let in without being accepted.
    package var autoAccept: Bool?
    /// SHA-256 of the join token, never the token itself.
    package var joinTokenDigest: ContentDigest?
    package var joinTokenExpires: Timestamp?
    package var addedAt: Timestamp
    /// As the agent reported it: `v1.25.10`.
    package var kubernetesVersion: String?
    /// What else its agent told of it; nil until it did.
    package var facts: SupervisorFacts?

    /// Its keys; an agent without a key is let in by a new join file only.
    package var ring: AgentKeyRing {
        if let keys { return keys }
        guard enrolment == .enrolled, let publicKey else { return AgentKeyRing() }
        return AgentKeyRing(current: publicKey, since: addedAt)
    }

    package init(id: SupervisorID, moid: String, labels: [String: String] = [:], addedAt: Timestamp) {
        self.id = id
        self.moid = moid
        self.labels = labels
        self.enrolment = .invited
        self.addedAt = addedAt
    }
}
