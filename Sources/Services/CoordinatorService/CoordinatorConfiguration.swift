package import AgentLink
package import FleetControl
package import FleetModel
package import FleetRuntime

/// What the coordinator is told at its start. Every bound has a name and a default.
package struct CoordinatorConfiguration: Sendable {
    /// A bundle as it was found at registration.
    package struct PinnedBundle: Hashable, Sendable {
        /// Of the image, or of the folder's tree.
        package var digest: ContentDigest
        /// All files as one tar archive: the same files make the same bytes.
        package var archive: [UInt8]

        package init(digest: ContentDigest, archive: [UInt8]) {
            self.digest = digest
            self.archive = archive
        }
    }

    package var version: String
    /// `tcp://host:port` of the command and the enrolment socket, as join files name them.
    package var address: String
    package var enrolmentAddress: String
    /// Z85 CURVE public key of the coordinator.
    package var publicKey: String
    /// Join tokens are derived from it, so that a retried `supervisor add` prints the same one and none is stored.
    package var tokenSecret: [UInt8]
    package var session: CoordinatorSession.Configuration
    /// This opening of the journal's directory, by which a restored copy is found out. Nil: no copy is told apart.
    package var term: JournalTerm?
    /// Whether records that the start need not read are checked behind it.
    package var provesHistory = false
    /// How often sessions are looked at for what is due.
    package var tickInterval: Duration = .seconds(1)
    /// How long the agents that were connected before a restart keep their places in tasks.
    package var reconnectGrace: Duration = .seconds(60)
    /// How long agents' keys are good for while they are changed, and how often it is looked whether one ends.
    package var keyTimes = AgentKeyTimes()
    package var keyInterval: Duration = .seconds(10)
    /// Commands and report batches that may wait for the sequencer; a further command is refused.
    package var waitingWork = 10_000
    /// Work of one append.
    package var batchWork = 512
    /// Records of one append that follow from others: targets that are started. More go into the next append, while
    /// the agents of these work already.
    package var followingRecords = 256
    /// Least records between two snapshots; up to three times as many while a snapshot is larger than their records.
    package var snapshotEvery: UInt64 = 10_000
    /// Records kept before the snapshot; older history is trimmed and leaves an explicit gap.
    package var retainedRecords: UInt64 = 1_000_000
    /// Events kept in memory for readers; older ones are read from the journal.
    package var recentEvents = 10_000
    package var planTimeout: Duration = .seconds(60)
    /// Agents asked at once by a plan.
    package var planParallel = 16
    /// How long a command waits for the plans of the installs it changes; an agent that answers later is no reason to
    /// refuse, because it checks again by itself.
    package var precheckTimeout: Duration = .seconds(20)
    /// Agents asked at once by the precheck of a command.
    package var precheckParallel = 256
    /// Bytes of the values of one install.
    package var valuesBytes = 1 << 20
    /// A package's bundle when a source is configured for it; nil when its image digest alone pins it.
    package var pinBundle: @Sendable (PackageFacts) async throws(FleetError) -> PinnedBundle?
    /// The files of a package's bundle, for its review; nil when no source is configured for it.
    package var bundleFiles: @Sendable (PackageFacts) async throws(FleetError) -> [String: [UInt8]]? = { _ in nil }
    /// Where packages are rendered to review them when they are registered; nil: they are not reviewed.
    package var rendering: (any ComputeExecutor)?
    /// How long a registration waits for its review; one that takes longer is left out.
    package var reviewTimeout: Duration = .seconds(30)
    /// Whether bundles are stored at registration, for agents that have no source of their own.
    package var sharesBundles = false

    package init(
        version: String, address: String, enrolmentAddress: String, publicKey: String, tokenSecret: [UInt8],
        pinBundle: @escaping @Sendable (PackageFacts) async throws(FleetError) -> PinnedBundle? = { _ in nil }
    ) {
        self.version = version
        self.address = address
        self.enrolmentAddress = enrolmentAddress
        self.publicKey = publicKey
        self.tokenSecret = tokenSecret
        self.pinBundle = pinBundle
        session = CoordinatorSession.Configuration(coordinatorVersion: version)
    }
}
