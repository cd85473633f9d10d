internal import AgentService
internal import ComputeThreads
internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import HTTPTransport
internal import KubernetesClient
internal import Logging
internal import PackageSources
internal import SQLiteJournal
internal import ServerMain
internal import ServiceLifecycle
internal import Settings
internal import TaskThreads
internal import UnixSignals
internal import ZeroMQ
internal import ZeroMQLink

/// Builds the adapters from settings and runs the agent until SIGTERM or SIGINT.
struct AgentProcess {
    let settings: AgentSettings
    /// Reads the settings anew, for SIGHUP.
    let reload: @Sendable () throws(FleetError) -> AgentSettings

    /// What is under way gets this long to stop.
    private static let drain: Duration = .seconds(10)

    /// Everything but rendering, SQLite and the sockets' threads runs on one thread.
    func run() async throws {
        try await TaskThread.run(name: "flotilla-tasks") { thread in try await work(on: thread) }
    }

    private func work(on thread: TaskThread) async throws {
        umask(0o077)
        let level = LogLevel(settings.logLevel)
        ServerLog.start(level)
        let notifier = ServiceNotifier()
        HTTPTransport.useOneEventLoopThread()
        let logger = Logger(label: "agent")
        let time = TimeSource(clock: TaskThreadClock(thread), wall: ServerLog.now)
        try makeFolder()
        let connection = try readKubeconfig()
        let storage = try SQLiteStorage(directory: settings.dataDir)
        let keys = try AgentKeyFiles(
            directory: settings.dataDir, longestAge: settings.keyAge > .zero ? settings.keyAge : nil,
            now: ServerLog.now)
        let identity = try await enrolled(keys.current, time, logger)
        let transport = try HTTPTransport(
            HTTPEndpoint(
                baseURL: connection.server, certificateAuthorityPEM: connection.certificateAuthorityPEM,
                clientCertificatePEM: connection.clientCertificatePEM, clientKeyPEM: connection.clientKeyPEM,
                skipsTLSVerification: connection.skipsTLSVerification, tlsServerName: connection.tlsServerName))
        let link = try openLink(identity, keys.first)
        keys.attach(link)
        let servers = HTTPTransportPool()
        let rendering = ComputeThread(name: "rendering")
        let agent = Agent(
            configuration: try configuration(identity),
            client: KubernetesClient(
                exchange: transport, credential: connection.credential, time: time, logger: logger),
            journal: storage.journal, contents: storage.content, transport: link,
            bundles: try bundles(servers, time), time: time, entropy: SystemEntropy(), compute: rendering,
            keychain: keys, logger: logger)
        let reloading = ReloadService(notifier: notifier, logger: logger, read: reload) { new in
            level.set(new.logLevel)
        }
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: agent, successTerminationBehavior: .gracefullyShutdownGroup),
                .init(service: reloading),
                .init(service: WatchdogService(notifier: notifier) { await Self.answers(storage.journal) }),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = Self.drain
        logger.notice(
            "ready",
            metadata: [
                "\(LogKey.supervisor)": "\(identity.supervisor)", "kubernetes.server": "\(connection.server)",
                "coordinator": "\(identity.coordinator)",
                "key.fingerprint": "\(KeyFingerprint.text(of: keys.first.publicKey))",
            ])
        notifier.ready("agent of \(identity.supervisor)")
        let failure: (any Error)?
        do {
            try await ServiceGroup(configuration: group).run()
            failure = nil
        } catch {
            failure = error
        }
        notifier.stopping()
        rendering.close()
        await transport.shutdown()
        await servers.shutdown()
        await storage.close()
        if let failure {
            throw (failure as? JournalError)?.fleetError ?? failure as? FleetError
                ?? FleetError(.internalError, "the agent failed", reason: "\(failure)")
        }
        logger.notice("stopped")
    }

    /// The journal answers: the agent can still take and keep what it is told. Neither the coordinator nor the
    /// Supervisor is asked, because a new start would not bring them back.
    private static func answers(_ journal: SQLiteJournal) async -> Bool {
        guard let last = try? await journal.lastPosition() else { return false }
        return (try? await journal.records(from: last + 1, limit: 1)) != nil
    }

    private func configuration(_ identity: AgentIdentity) throws(FleetError) -> AgentConfiguration {
        var configuration = AgentConfiguration(
            supervisor: identity.supervisor, moid: identity.moid, agentVersion: FlotillaAgent.version,
            syncPeriod: settings.syncPeriod)
        configuration.coordinatorKey = identity.coordinatorKey
        if let level = TestBuild.linkProtocol { configuration.protocols = level...level }
        configuration.limits.concurrentInstalls = settings.concurrency
        configuration.limits.recordsPerSnapshot = settings.snapshotRecords
        configuration.properties = try SupervisorProperties(configured: settings.supervisorProperties)
        configuration.facts = settings.supervisorFacts
        return configuration
    }

    // MARK: Parts

    private func makeFolder() throws(FleetError) {
        if settings.adminPort != nil {
            throw FleetError(
                .unsupported, "admin.port is set", reason: "an agent has no HTTP port",
                next: "remove it; `flotilla supervisor list` shows the agent's state")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: settings.dataDir, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw FleetError(
                .invalidArgument, "the folder \(settings.dataDir) cannot be made", reason: error.localizedDescription,
                next: "set dataDir to a place that may be written")
        }
    }

    private func readKubeconfig() throws(FleetError) -> ClusterConnection {
        let path = settings.kubeconfig
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FleetError(
                .notFound, "the kubeconfig \(path) cannot be read", next: "set kubeconfig to the Supervisor's")
        }
        return try Kubeconfig(yaml: String(decoding: data, as: UTF8.self), path: path) { file in
            Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        }.connection(context: settings.context)
    }

    private func enrolled(
        _ keys: CurveKeyPair, _ time: TimeSource, _ logger: Logger
    ) async throws(FleetError) -> AgentIdentity {
        var identity: AgentIdentity
        if let known = try AgentIdentity.load(from: settings.dataDir) {
            identity = known
        } else {
            guard let file = settings.join else {
                throw FleetError(
                    .unauthenticated, "this agent has not enrolled yet", reason: "no join file was given",
                    next: "flotilla supervisor add NAME --moid MOID -o join.yaml, then start with --join join.yaml")
            }
            let join = try Enrolment.readJoinFile(file)
            identity = try await Enrolment(join: join, keys: keys, time: time, logger: logger).run()
            try Failpoint.agentEnrolmentAnswered.failService()
            try identity.save(to: settings.dataDir)
            try Failpoint.agentIdentitySaved.failService()
        }
        if let address = settings.coordinator { identity.coordinator = address }
        return identity
    }

    private func openLink(
        _ identity: AgentIdentity, _ keys: CurveKeyPair
    ) throws(FleetError) -> ZeroMQAgentTransport {
        do throws(ZeroMQError) {
            return try ZeroMQAgentTransport(
                configuration: .init(endpoint: identity.coordinator, serverKey: LinkKey(identity.coordinatorKey)),
                keys: keys)
        } catch {
            throw FleetError(
                .invalidArgument, "the link to \(identity.coordinator) cannot be opened", reason: "\(error)",
                next: "check the key coordinator: tcp://host:port")
        }
    }

    private func bundles(_ servers: HTTPTransportPool, _ time: TimeSource) throws(FleetError) -> SourceMap {
        try settings.sources.map(
            dataDir: settings.dataDir, asksCoordinator: settings.bundlesFromCoordinator, time: time,
            entropy: SystemEntropy()
        ) { endpoint throws(FleetError) in
            try servers.exchange(
                HTTPEndpoint(baseURL: endpoint.origin, certificateAuthorityPEM: endpoint.certificateAuthorityPEM))
        }
    }
}
