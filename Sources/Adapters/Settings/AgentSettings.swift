package import FleetModel
package import ResourceModel

/// Everything `flotilla-agent` can be told.
package struct AgentSettings: Hashable, Sendable {
    package var dataDir: String
    /// The join file, needed until the agent has enrolled.
    package var join: String?
    package var kubeconfig: String
    /// Of the kubeconfig; nil = its current one.
    package var context: String?
    /// Overrides the address of the join file.
    package var coordinator: String?
    package var sources: SourceSettings
    /// The coordinator is asked for bundles that no source has.
    package var bundlesFromCoordinator: Bool
    package var syncPeriod: Duration
    /// Installs reconciled at once.
    package var concurrency: Int
    package var snapshotRecords: Int
    /// Of the agent's key before it makes a new one; zero: only when the coordinator asks.
    package var keyAge: Duration
    /// Properties of the Supervisor by name, for packages that ask for them.
    package var supervisorProperties: [String: Value]
    /// Properties of the Supervisor that packages may demand; what is not set is read from the cluster.
    package var supervisorFacts: SupervisorFacts
    package var adminPort: Int?
    package var logLevel: String

    package static let keys: [SettingKey] = hostKeys + SourceSettings.keys + workKeys

    private static let hostKeys = [
        SettingKey("dataDir", .text, "/var/lib/flotilla-agent", "Journal, outbox and keys; mode 0700."),
        SettingKey("join", .text, "", "The join file of `flotilla supervisor add`; needed once, to enrol."),
        SettingKey("kubeconfig", .text, "/etc/flotilla/kubeconfig", "How the Supervisor's API server is reached."),
        SettingKey("context", .text, "", "The kubeconfig's context; empty: its current one."),
        SettingKey(
            "coordinator", .text, "", "tcp://host:port of the coordinator; empty: as the join file says."),
        SettingKey(
            "bundlesFromCoordinator", .flag, "true",
            "Ask the coordinator for bundles that no source has: a site without a registry can install what the "
                + "coordinator had a source for when the version was registered (its key shareBundles)."),
    ]

    private static let workKeys = [
        SettingKey(
            "syncPeriod", .duration, "10m", "How often an unchanged install is reconciled again (kapp-controller: 10m)."
        ),
        SettingKey("concurrency", .number(1...64), "4", "Installs reconciled at once."),
        SettingKey(
            "snapshot.records", .number(20...1_000_000), "1000",
            "Journal records between two snapshots of the state; what a snapshot covers is removed."),
        SettingKey(
            "keyAge", .duration, "2160h",
            "The agent makes itself a new key after so long (90 days); 0s: only when `flotilla supervisor rotate-key` "
                + "asks."),
        SettingKey(
            "supervisorProperties", .mapping, "{}",
            "Well-known properties of the Supervisor (virtualIP, networkProvider, vCenterUUID, ...) given to packages "
                + "whose values schema declares them. controlPlaneCount and supervisorUUID are read from the cluster "
                + "unless they are set here."),
        SettingKey(
            "supervisor.generation", .choice(["auto", "7", "8"]), "auto",
            "vSphere's generation of the Supervisor: 7 takes no Carvel packages; auto: read from the cluster."),
        SettingKey(
            "supervisor.version", .text, "",
            "The Supervisor's version, tested against supervisor-version-constraints; empty: read from the cluster."),
        SettingKey(
            "supervisor.capabilities", .mapping, "{}",
            "Capabilities that packages may require: name to true or false; empty: read from the cluster."),
        SettingKey("admin.port", .number(0...65535), "0", "Loopback port of /livez, /readyz, /metrics; 0: none."),
        SettingKey(
            "log.level", .choice(LogLevels.all), "info", "trace, debug, info, notice, warning, error or critical."),
    ]

    package init(_ reader: SettingsReader) throws(FleetError) {
        dataDir = reader.text("dataDir")
        join = reader.optionalText("join")
        kubeconfig = reader.text("kubeconfig")
        context = reader.optionalText("context")
        coordinator = reader.optionalText("coordinator")
        sources = try SourceSettings(reader)
        bundlesFromCoordinator = try reader.flag("bundlesFromCoordinator")
        syncPeriod = try reader.duration("syncPeriod")
        concurrency = try reader.number("concurrency")
        snapshotRecords = try reader.number("snapshot.records")
        keyAge = try reader.duration("keyAge")
        supervisorProperties = try reader.mapping("supervisorProperties")
        supervisorFacts = SupervisorFacts(
            generation: Int(try reader.choice("supervisor.generation")),
            version: reader.optionalText("supervisor.version"),
            capabilities: try Self.capabilities(try reader.mapping("supervisor.capabilities")))
        let port = try reader.number("admin.port")
        adminPort = port == 0 ? nil : port
        logLevel = try reader.choice("log.level")
    }

    private static func capabilities(_ mapping: [String: Value]) throws(FleetError) -> [String: Bool]? {
        guard !mapping.isEmpty else { return nil }
        var capabilities: [String: Bool] = [:]
        for (name, value) in mapping.sorted(by: { $0.key < $1.key }) {
            guard let flag = value.boolValue ?? value.stringValue.flatMap({ Bool($0) }) else {
                throw FleetError(
                    .invalidArgument, "setting supervisor.capabilities: \(name) must be true or false",
                    next: "correct the value of \(name)")
            }
            capabilities[name] = flag
        }
        return capabilities
    }

    /// The defaults alone.
    package init() throws(FleetError) { try self.init(SettingsReader(keys: Self.keys)) }
}
