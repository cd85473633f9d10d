package import CoordinatorService
package import FleetRuntime
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
package import Logging
internal import NIOCore
internal import ServiceLifecycle

/// The coordinator's HTTP face: one router on a unix socket and, when configured, on loopback TCP with a token.
package struct OperatorServer: Service {
    /// Where operators connect.
    package enum Listener: Hashable, Sendable {
        /// Whoever may open the file (mode 0660: owner and group) is an administrator.
        case unixSocket(path: String)
        /// Loopback TCP; every request must carry `Authorization: Bearer <token>`.
        case loopback(port: Int, token: String)
    }

    /// Bounds of this interface (a limit on everything).
    package struct Limits: Sendable {
        package var bodyBytes = OperatorAPI.maximumBodyBytes
        /// Streams and waiting requests at once; further ones are refused with 429.
        package var readers = 256
        /// Events fetched from the journal at a time for one stream.
        package var streamPage = 256
        /// Silence on a stream before a comment line is sent.
        package var heartbeat: Duration = .seconds(15)
        package init() {}
    }

    private let backend: any OperatorBackend
    private let listeners: [Listener]
    private let limits: Limits
    private let metrics: MetricsRegistry
    private let time: TimeSource
    private let logger: Logger
    private let onListening: @Sendable (Int, Int?) -> Void

    /// `onListening` is told the index of each listener once it accepts connections, with its port when it has one.
    package init(
        backend: any OperatorBackend, listeners: [Listener], limits: Limits = Limits(),
        metrics: MetricsRegistry = MetricsRegistry(), time: TimeSource, logger: Logger,
        onListening: @escaping @Sendable (Int, Int?) -> Void = { _, _ in }
    ) {
        self.backend = backend
        self.listeners = listeners
        self.limits = limits
        self.metrics = metrics
        self.time = time
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until graceful shutdown; open streams end then, clients resume elsewhere with their token.
    package func run() async throws {
        let gate = ReaderGate(limit: limits.readers)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, listener) in listeners.enumerated() {
                let application = application(for: listener, index: index, gate: gate)
                group.addTask { try await application.run() }
            }
            try await group.waitForAll()
        }
    }

    private func application(
        for listener: Listener, index: Int, gate: ReaderGate
    ) -> some ApplicationProtocol {
        let routes = OperatorRoutes(
            backend: backend, limits: limits, metrics: metrics, time: time, gate: gate, logger: logger,
            principal: listener.principal)
        let router = Router(context: OperatorContext.self)
        router.add(middleware: ErrorMiddleware(metrics: metrics, logger: logger))
        if case .loopback(_, let token) = listener { router.add(middleware: BearerMiddleware(token: token)) }
        routes.register(on: router)
        let onListening = onListening
        let logger = logger
        return Application(
            router: router,
            configuration: ApplicationConfiguration(address: listener.address, serverName: "flotilla"),
            onServerRunning: { channel in
                if case .unixSocket(let path) = listener {
                    do {
                        try FileManager.default.setAttributes([.posixPermissions: 0o660], ofItemAtPath: path)
                    } catch {
                        logger.error(
                            "Could not set the mode of the operator socket", metadata: ["error": "\(error)"])
                    }
                }
                onListening(index, channel.localAddress?.port)
            },
            logger: quietened(logger))
    }

    /// Hummingbird logs each start and stop of its own parts at info; the process says that itself.
    private func quietened(_ logger: Logger) -> Logger {
        var quiet = logger
        if quiet.logLevel == .info { quiet.logLevel = .notice }
        return quiet
    }
}

extension OperatorServer.Listener {
    fileprivate var address: BindAddress {
        switch self {
        case .unixSocket(let path): .unixDomainSocket(path: path)
        case .loopback(let port, _): .hostname("127.0.0.1", port: port)
        }
    }

    fileprivate var principal: String {
        switch self {
        case .unixSocket: "unix"
        case .loopback: "loopback"
        }
    }
}
