/// The per-Supervisor status of a service, in vCenter's words.
package enum ConfigStatus: String, Codable, Sendable, CaseIterable {
    case configuring = "CONFIGURING"
    case configured = "CONFIGURED"
    case error = "ERROR"
    case removing = "REMOVING"
}

/// What is wanted of one service on one Supervisor. Raising `generation` is the only way to change it.
package struct InstallSpec: Hashable, Codable, Sendable {
    package enum Intent: Hashable, Codable, Sendable {
        /// Present at a version with these values.
        case present(PackageSelection)
        /// An explicit tombstone. Absence never deletes.
        case absent(DataPolicy)
    }

    /// Starts at 1 and rises by one with every accepted command for this (Supervisor, service).
    package var generation: UInt64
    package var intent: Intent
    package var command: CommandID
    package var task: TaskID
    /// Data deletions the operator consented to by name for this generation (contract C5).
    package var dataConsent: DataConsent

    package init(
        generation: UInt64, intent: Intent, command: CommandID, task: TaskID, dataConsent: DataConsent = .none
    ) {
        self.generation = generation
        self.intent = intent
        self.command = command
        self.task = task
        self.dataConsent = dataConsent
    }
}

/// A version and the digests of all its inputs; the bytes travel as content.
package struct PackageSelection: Hashable, Codable, Sendable {
    package var version: String
    /// Digest of the Package YAML.
    package var package: ContentDigest
    /// Digest of the user's complete values YAML (empty document when none were given).
    package var values: ContentDigest
    package var bundleImage: String?
    package var bundleTree: ContentDigest?
    /// The bundle as an archive that the coordinator holds; nil when it holds none.
    package var bundleContent: ContentDigest?
    /// `svc-<name>-<moid>`.
    package var namespace: String

    package init(
        version: String, package: ContentDigest, values: ContentDigest, bundleImage: String?,
        bundleTree: ContentDigest?, bundleContent: ContentDigest? = nil, namespace: String
    ) {
        self.version = version
        self.package = package
        self.values = values
        self.bundleImage = bundleImage
        self.bundleTree = bundleTree
        self.bundleContent = bundleContent
        self.namespace = namespace
    }
}

/// What an uninstall does with claims and volumes.
package enum DataPolicy: String, Codable, Sendable {
    /// Namespace, claims and their labels stay; a reinstall adopts them.
    case keep
    /// Everything goes; only with a consent that names the install.
    case delete
}

/// The operator's consent to lose data, naming the install it is for.
package enum DataConsent: Hashable, Codable, Sendable {
    case none
    /// `--delete-data --confirm harbor@sv-oslo`.
    case confirmed(InstallKey)

    package func allows(_ key: InstallKey) -> Bool {
        switch self {
        case .none: false
        case .confirmed(let named): named == key
        }
    }
}

/// One service on one Supervisor: wanted and observed.
package struct ServiceInstall: Hashable, Codable, Sendable {
    package var key: InstallKey
    package var spec: InstallSpec
    package var status: InstallStatus

    package init(key: InstallKey, spec: InstallSpec, status: InstallStatus) {
        self.key = key
        self.spec = spec
        self.status = status
    }

    package var desiredVersion: String? {
        switch spec.intent {
        case .present(let selection): selection.version
        case .absent: nil
        }
    }
}

/// What the agent last reported of an install.
package struct InstallStatus: Hashable, Codable, Sendable {
    package var state: ConfigStatus
    /// The generation the agent has accepted and is working on; 0 before the first.
    package var observedGeneration: UInt64
    /// The version whose reconcile last succeeded.
    package var currentVersion: String?
    /// Newest last; `Reason: ReconcileFailed. Message: kapp: Error: …`.
    package var messages: [String]
    /// Objects in the app when last applied.
    package var objectCount: Int
    package var stage: ReconcileStage?
    package var since: Timestamp

    package init(state: ConfigStatus, observedGeneration: UInt64 = 0, since: Timestamp) {
        self.state = state
        self.observedGeneration = observedGeneration
        self.messages = []
        self.objectCount = 0
        self.since = since
    }
}

/// Where a reconcile stands; kapp-controller's stages with the plan made visible.
package enum ReconcileStage: String, Codable, Sendable, CaseIterable {
    case fetching, templating, planning, applying, waiting, succeeded, failed, deleting, deleted
}
