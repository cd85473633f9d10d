package import CoordinatorService
internal import FleetModel
package import FleetRuntime
internal import Foundation
internal import HTTPServing
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
package import Logging
internal import NIOCore
internal import NIOSSL
internal import ServiceLifecycle

/// The coordinator's HTTP face: one router on a unix socket and, when configured, on loopback TCP with a token.
package struct OperatorServer: Service {
    /// Where operators connect.
    package enum Listener: Hashable, Sendable {
        /// Whoever may open the file (mode 0660: owner and group) is an administrator.
        case unixSocket(path: String)
        /// Loopback TCP; every request must carry `Authorization: Bearer`, this token or one of an operator.
        case loopback(port: Int, token: String)
        /// TLS for operators with a token or a client certificate; needs the server's certificate.
        case tls(host: String, port: Int)
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
    private let certificate: OperatorCertificate?
    private let limits: Limits
    private let metrics: MetricsRegistry
    private let time: TimeSource
    private let logger: Logger
    private let onListening: @Sendable (Int, Int?) -> Void

    /// `onListening` is told the index of each listener once it accepts connections, with its port when it has one.
    package init(
        backend: any OperatorBackend, listeners: [Listener], certificate: OperatorCertificate? = nil,
        limits: Limits = Limits(),
        metrics: MetricsRegistry = MetricsRegistry(), time: TimeSource, logger: Logger,
        onListening: @escaping @Sendable (Int, Int?) -> Void = { _, _ in }
    ) {
        self.backend = backend
        self.listeners = listeners
        self.certificate = certificate
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
                let application = try application(for: listener, index: index, gate: gate)
                group.addTask { try await application.run() }
            }
            try await group.waitForAll()
        }
    }

    private func application(
        for listener: Listener, index: Int, gate: ReaderGate
    ) throws -> some ApplicationProtocol {
        let routes = OperatorRoutes(
            backend: backend, limits: limits, metrics: metrics, time: time, gate: gate, logger: logger)
        let router = Router(context: OperatorContext.self)
        router.add(middleware: ErrorMiddleware(metrics: metrics, logger: logger))
        router.add(middleware: AuthenticationMiddleware(listener: listener, backend: backend))
        routes.register(on: router)
        let onListening = onListening
        let logger = logger
        return Application(
            router: router, server: try listener.server(certificate),
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
        case .tls(let host, let port): .hostname(host, port: port)
        }
    }

    fileprivate func server(_ certificate: OperatorCertificate?) throws -> HTTPServerBuilder {
        guard case .tls = self else { return .handedOver() }
        guard let certificate else {
            throw FleetError(.invalidArgument, "a TLS listener has no certificate", next: "set operator.tlsCertificate")
        }
        return try .tls(
            .handedOver(),
            configuration: TLSChannelConfiguration(
                tlsConfiguration: certificate.configuration(),
                customVerificationCallback: { _, promise in promise.succeed(.certificateVerified) }))
    }
}
