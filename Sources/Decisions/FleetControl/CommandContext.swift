package import FleetModel

/// Everything `decide` is told besides the command: who, when, and what the driver has parsed and stored for it.
package struct CommandContext: Sendable {
    /// Values laid over what was in force, checked and stored, for one Supervisor.
    package struct PreparedValues: Hashable, Sendable {
        /// Values the layers were laid over; the decision refuses with `conflict` when they are no longer in force.
        package var base: ContentDigest?
        /// The version against whose schema they were checked.
        package var version: String
        package var values: ContentDigest
        package init(base: ContentDigest?, version: String, values: ContentDigest) {
            self.base = base
            self.version = version
            self.values = values
        }
    }

    package var id: CommandID
    package var by: Principal
    package var at: Timestamp
    /// Digest of the command's canonical bytes: the same id with another command is refused.
    package var fingerprint: ContentDigest
    /// Facts of the documents of a registration.
    package var packages: [PackageFacts] = []
    /// Prepared values per Supervisor of an install, upgrade or reconfigure.
    package var values: [SupervisorID: PreparedValues] = [:]
    /// The targets of a `savePlan`.
    package var planTargets: [SavedPlan.Target] = []
    /// What the checks found that does not forbid the command.
    package var warnings: [String] = []
    /// SHA-256 of the join token of an `addSupervisor`.
    package var joinToken: ContentDigest?
    /// How long an agent may take to change its key, for a `rotateKey`.
    package var keyGrace = AgentKeyTimes().grace
    /// SHA-256 of the token of a `createToken`.
    package var accessToken: ContentDigest?
    /// The operator's remark, for the audit.
    package var reason: String?

    package init(id: CommandID, by: Principal, at: Timestamp, fingerprint: ContentDigest) {
        self.id = id
        self.by = by
        self.at = at
        self.fingerprint = fingerprint
    }
}
