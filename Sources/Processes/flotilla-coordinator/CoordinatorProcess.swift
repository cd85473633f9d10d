internal import AgentLink
internal import CoordinatorService
internal import ComputeThreads
internal import FleetControl
internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import HTTPTransport
internal import Logging
internal import Metrics
internal import OperatorHTTP
internal import PackageSources
internal import SQLiteJournal
internal import ServerMain
internal import ServiceLifecycle
internal import Settings
internal import UnixSignals
internal import ZeroMQ
internal import ZeroMQLink

/// Builds the adapters from settings and runs the service group until SIGTERM or SIGINT.
struct CoordinatorProcess {
    let settings: CoordinatorSettings
    /// Reads the settings anew, for SIGHUP.
    let reload: @Sendable () throws(FleetError) -> CoordinatorSettings

    /// Open requests and agents' goodbyes get this long.
    private static let drain: Duration = .seconds(8)

    func run() async throws {
        // Whatever is created from here on is closed to others; the operator socket is opened to its group later.
        umask(0o007)
        let level = LogLevel(settings.logLevel)
        ServerLog.start(level)
        let metrics = MetricsRegistry()
        MetricsSystem.bootstrap(metrics)
        let log = Logger(label: "coordinator")
        let time = TimeSource(clock: ContinuousClock(), wall: ServerLog.now)

        try makeFolders()
        let storage = try SQLiteStorage(directory: settings.dataDir)
        let keys = try CoordinatorKeys.load(from: settings.dataDir)
        let hub = try openHub(keys)
        let rendering = ComputeThread(name: "review")
        defer { rendering.close() }
        let servers = HTTPTransportPool()
        let sources = try sources(servers, time)
        let coordinator = try await Coordinator.recovered(
            configuration: try configuration(keys, hub, sources, rendering, term: storage.term),
            journal: storage.journal,
            content: storage.content, hub: hub,
            time: time, log: log)
        let notifier = ServiceNotifier()
        let certificate = try operatorCertificate(settings)
        let server = OperatorServer(
            backend: coordinator, listeners: try listeners(), certificate: certificate, limits: limits,
            metrics: metrics, time: time, logger: log,
            onListening: { index, _ in
                guard index == 0 else { return }
                notifier.ready("serving operators on \(settings.operatorSocket), agents on \(hub.commandEndpoint)")
                log.notice(
                    "ready",
                    metadata: [
                        "operator.socket": "\(settings.operatorSocket)", "listen": "\(hub.commandEndpoint)",
                        "enrolment": "\(hub.enrolmentEndpoint)",
                    ])
            })
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: coordinator), .init(service: server),
                .init(
                    service: ReloadService(notifier: notifier, logger: log, read: reload) { (new) throws(FleetError) in
                        if let certificate, let tls = new.operatorTLS {
                            try certificate.replace(
                                certificates: try Self.pem(tls.certificateFile), key: try Self.pem(tls.keyFile))
                        }
                        level.set(new.logLevel)
                    }),
                .init(service: WatchdogService(notifier: notifier) { await coordinator.status().isServing }),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        group.maximumGracefulShutdownDuration = Self.drain
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            notifier.stopping()
            await servers.shutdown()
            await storage.close()
            throw error as? FleetError ?? FleetError(.internalError, "the coordinator failed", reason: "\(error)")
        }
        notifier.stopping()
        await servers.shutdown()
        await storage.close()
        try? FileManager.default.removeItem(atPath: settings.operatorSocket)
        log.notice("stopped")
    }

    // MARK: Parts

    private var limits: OperatorServer.Limits {
        var limits = OperatorServer.Limits()
        limits.readers = settings.operatorReaders
        return limits
    }

    private func makeFolders() throws {
        let manager = FileManager.default
        do {
            try manager.createDirectory(
                atPath: settings.dataDir, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let folder = URL(fileURLWithPath: settings.operatorSocket).deletingLastPathComponent().path
            if !manager.fileExists(atPath: folder) {
                try manager.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
            }
        } catch {
            throw FleetError(
                .invalidArgument, "a folder of the coordinator cannot be made", reason: error.localizedDescription,
                next: "set dataDir and operator.socket to places that may be written")
        }
    }

    private func openHub(_ keys: CoordinatorKeys) throws -> ZeroMQHub {
        do {
            var configuration = ZeroMQHub.Configuration(
                commandEndpoint: Self.wildcard(settings.listen),
                enrolmentEndpoint: Self.wildcard(settings.enrolmentListen))
            configuration.connectionGuard.failuresPerSecond = settings.failedConnectionsPerSecond
            configuration.connectionGuard.pause = settings.failedConnectionsPause
            return try ZeroMQHub(configuration: configuration, keys: keys.pair)
        } catch {
            throw FleetError(
                .unavailable, "the sockets for agents cannot be opened", reason: "\(error)",
                next: "check listen (\(settings.listen)) and enrolmentListen (\(settings.enrolmentListen))")
        }
    }

    /// libzmq spells "any free port" with a star.
    private static func wildcard(_ endpoint: String) -> String {
        endpoint.hasSuffix(":0") ? endpoint.dropLast() + "*" : endpoint
    }

    private func sources(_ servers: HTTPTransportPool, _ time: TimeSource) throws(FleetError) -> SourceMap {
        try settings.sources.map(
            dataDir: settings.dataDir, asksCoordinator: false, time: time, entropy: SystemEntropy()
        ) { endpoint throws(FleetError) in
            try servers.exchange(
                HTTPEndpoint(baseURL: endpoint.origin, certificateAuthorityPEM: endpoint.certificateAuthorityPEM))
        }
    }

    private func configuration(
        _ keys: CoordinatorKeys, _ hub: ZeroMQHub, _ sources: SourceMap, _ rendering: ComputeThread, term: JournalTerm
    ) throws -> CoordinatorConfiguration {
        var configuration = CoordinatorConfiguration(
            version: FlotillaCoordinator.version, address: settings.advertise ?? hub.commandEndpoint,
            enrolmentAddress: settings.enrolmentAdvertise ?? hub.enrolmentEndpoint, publicKey: keys.pair.publicKey,
            tokenSecret: keys.tokenSecret,
            pinBundle: { (facts) async throws(FleetError) -> CoordinatorConfiguration.PinnedBundle? in
                let bundle = try await sources.pin(
                    BundleReference(
                        refName: facts.service.rawValue, version: facts.version, image: facts.bundleImage,
                        isPlainImage: facts.bundleIsPlainImage))
                return bundle.map {
                    CoordinatorConfiguration.PinnedBundle(digest: $0.digest, archive: TarWriter.archive($0.files))
                }
            })
        configuration.rendering = rendering
        configuration.term = term
        configuration.session.term = term.name
        if let level = TestBuild.linkProtocol { configuration.session.serves = LinkProtocol.served(by: level) }
        configuration.provesHistory = true
        configuration.bundleFiles = { (facts) async throws(FleetError) -> [String: [UInt8]]? in
            // No digest was pinned: no source is configured for it.
            guard let pinned = facts.bundleTree else { return nil }
            let reference = BundleReference(
                refName: facts.service.rawValue, version: facts.version, image: facts.bundleImage, pinned: pinned)
            return try await sources.fetch(reference).files
        }
        configuration.sharesBundles = settings.shareBundles
        configuration.retainedRecords = UInt64(settings.retainedRecords)
        configuration.snapshotEvery = UInt64(settings.snapshotRecords)
        configuration.reconnectGrace = settings.reconnectGrace
        configuration.keyTimes.overlap = settings.keyOverlap
        configuration.keyTimes.grace = settings.keyGrace
        configuration.keyInterval = min(configuration.keyInterval, min(settings.keyOverlap, settings.keyGrace) / 4)
        return configuration
    }

    private func listeners() throws(FleetError) -> [OperatorServer.Listener] {
        var listeners: [OperatorServer.Listener] = [.unixSocket(path: settings.operatorSocket)]
        if let port = settings.operatorPort, let file = settings.operatorTokenFile {
            let text = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) }
            let token = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
            guard token.utf8.count >= 16 else {
                throw FleetError(
                    .invalidArgument, "operator.tokenFile \(file) holds no token",
                    reason: "at least 16 characters are expected", next: "openssl rand -hex 32 > \(file)")
            }
            listeners.append(.loopback(port: port, token: token))
        }
        if let tls = settings.operatorTLS {
            listeners.append(.tls(host: tls.host, port: tls.port))
        }
        return listeners
    }

    private func operatorCertificate(_ settings: CoordinatorSettings) throws(FleetError) -> OperatorCertificate? {
        guard let tls = settings.operatorTLS else { return nil }
        return try OperatorCertificate(
            certificates: try Self.pem(tls.certificateFile), key: try Self.pem(tls.keyFile))
    }

    /// A PEM file; a bare name is one of systemd's credentials.
    private static func pem(_ file: String) throws(FleetError) -> String {
        let folder = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]
        let path = file.contains("/") ? file : folder.map { "\($0)/\(file)" } ?? file
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FleetError(
                .invalidArgument, "operator.tls: \(path) cannot be read", next: "check the file and its mode")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
