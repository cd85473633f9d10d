/// Everything an operator can ask for that changes state. Sent with a client-made `CommandID`.
package enum FleetCommand: Hashable, Codable, Sendable {
    /// Package and PackageMetadata documents or an older format; `dryRun` validates only.
    case registerService(documents: [SourceDocument], dryRun: Bool, options: RegistrationOptions? = nil)
    case addVersion(documents: [SourceDocument], dryRun: Bool, options: RegistrationOptions? = nil)
    case activateService(ServiceID)
    case deactivateService(ServiceID)
    case activateVersion(ServiceID, version: String)
    case deactivateVersion(ServiceID, version: String)
    case deleteVersion(ServiceID, version: String)
    case deleteService(ServiceID)

    /// Prints a join file: see `JoinFile`. `tokenLifetime` in seconds. With `autoAccept` whoever presents the token is
    /// let in; else its key waits for `acceptSupervisor`.
    case addSupervisor(
        SupervisorID, moid: String, labels: [String: String], tokenLifetime: Int, autoAccept: Bool? = nil)
    case removeSupervisor(SupervisorID)
    /// Lets the pending agent in. With a fingerprint only when its key has it.
    case acceptSupervisor(SupervisorID, fingerprint: String?)
    /// Turns the pending agent away; its token is void.
    case rejectSupervisor(SupervisorID)
    /// The agent is to make itself a new key.
    case rotateKey(SupervisorID)

    case install(InstallRequest)
    case upgrade(InstallRequest)
    case reconfigure(InstallRequest)
    case uninstall(UninstallRequest)
    /// Declares the live value of every drifted field as the wanted one (`drift adopt`).
    case adoptDrift(InstallKey, valueChanges: [String: String])
    /// Keeps a plan to be applied later: `seen` is what the operator was shown of each Supervisor.
    case savePlan(PlanRequest, seen: [PlannedTarget])
    /// Carries a saved plan out, or refuses it with `conflict` when the world changed since.
    case applyPlan(PlanID)

    /// Adds an operator, or with `isNew` false changes one; its tokens and lock stay as they are.
    case setOperator(
        OperatorID, privileges: [Privilege], scope: TargetSelection, certificates: [ContentDigest], isNew: Bool)
    case lockOperator(OperatorID, locked: Bool)
    case removeOperator(OperatorID)
    /// Answers with the token, once. `lifetime` in seconds.
    case createToken(OperatorID, lifetime: Int)
    case revokeToken(AccessTokenID)
}

/// Install, upgrade and reconfigure share one shape.
package struct InstallRequest: Hashable, Codable, Sendable {
    package var service: ServiceID
    package var targets: TargetSelection
    /// Nil: highest ACTIVATED version on install and upgrade, the installed one on reconfigure.
    package var version: String?
    /// Complete values YAML documents in order; later ones are laid over earlier ones.
    package var values: [String]
    /// What the operator calls each of `values`: a file's name, for errors. Nil: not told.
    package var valueNames: [String]?
    /// `--set a.b=c` pairs in order; the text right of `=` is read as YAML.
    package var set: [String]
    /// Drop what was set before instead of carrying it forward.
    package var resetValues: Bool
    package var maxParallel: Int
    package var maxFailures: Int
    package var dataConsent: [InstallKey]
    /// The operator's remark, kept with the task and shown in the feed.
    package var reason: String

    package init(
        service: ServiceID, targets: TargetSelection, version: String? = nil, values: [String] = [],
        valueNames: [String]? = nil, set: [String] = [], resetValues: Bool = false, maxParallel: Int = 0,
        maxFailures: Int = 1, dataConsent: [InstallKey] = [], reason: String = ""
    ) {
        self.service = service
        self.targets = targets
        self.version = version
        self.values = values
        self.valueNames = valueNames
        self.set = set
        self.resetValues = resetValues
        self.maxParallel = maxParallel
        self.maxFailures = maxFailures
        self.dataConsent = dataConsent
        self.reason = reason
    }
}

package struct UninstallRequest: Hashable, Codable, Sendable {
    package var service: ServiceID
    package var targets: TargetSelection
    package var data: DataPolicy
    /// One per Supervisor whose data may go; required when `data == .delete`.
    package var dataConsent: [InstallKey]
    package var maxParallel: Int
    package var maxFailures: Int

    package init(
        service: ServiceID, targets: TargetSelection, data: DataPolicy = .keep, dataConsent: [InstallKey] = [],
        maxParallel: Int = 0, maxFailures: Int = 1
    ) {
        self.service = service
        self.targets = targets
        self.data = data
        self.dataConsent = dataConsent
        self.maxParallel = maxParallel
        self.maxFailures = maxFailures
    }
}

/// The coordinator's answer to an accepted command; a refusal is a `FleetError`.
package struct CommandReply: Hashable, Codable, Sendable {
    /// Journal position after the command's records: everything up to it is durable.
    package var position: UInt64
    package var task: TaskID?
    /// Lines for the operator: `registered  harbor… 2.6.1  ACTIVATED`, and warnings.
    package var lines: [String]
    package var warnings: [String]
    /// Set by `addSupervisor`.
    package var joinFile: JoinFile?
    /// Set by `createToken`: the secret itself.
    package var token: String?
    /// Set by `savePlan`.
    package var plan: PlanID?

    package init(
        position: UInt64, task: TaskID? = nil, lines: [String] = [], warnings: [String] = [], joinFile: JoinFile? = nil
    ) {
        self.position = position
        self.task = task
        self.lines = lines
        self.warnings = warnings
        self.joinFile = joinFile
    }
}

/// What an agent needs to enrol; printed once, holds a single-use secret.
package struct JoinFile: Hashable, Codable, Sendable {
    package var supervisor: SupervisorID
    package var moid: String
    /// `tcp://host:port` of the command ROUTER.
    package var coordinator: String
    /// `tcp://host:port` of the enrolment ROUTER.
    package var enrolment: String
    /// Z85 CURVE public key of the coordinator (both sockets).
    package var coordinatorKey: String
    package var token: String
    package var expires: Timestamp

    package init(
        supervisor: SupervisorID, moid: String, coordinator: String, enrolment: String, coordinatorKey: String,
        token: String, expires: Timestamp
    ) {
        self.supervisor = supervisor
        self.moid = moid
        self.coordinator = coordinator
        self.enrolment = enrolment
        self.coordinatorKey = coordinatorKey
        self.token = token
        self.expires = expires
    }
}
