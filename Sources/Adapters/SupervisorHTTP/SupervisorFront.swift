internal import FleetRuntime
internal import HTTPServing
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
package import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import SupervisorCluster

/// The HTTP front of simulated Supervisors: carries bytes, waits and cuts as the faults say, holds no rule.
package struct SupervisorFront: Service {
    package struct Configuration: Sendable {
        package var host = "127.0.0.1"
        /// 0 = any free port.
        package var port = 0
        /// Nil = plain HTTP, over which kubectl sends no token.
        package var identity: ServerIdentity?
        package init() {}
    }

    /// Bytes of a request body the front reads; the API server itself refuses earlier.
    private static let maximumBody = 16 * 1024 * 1024

    private let supervisors: [SimulatedSupervisor]
    private let route: FrontRoute
    private let configuration: Configuration
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// `onListening` gets the port once connections are accepted.
    package init(
        _ supervisor: SimulatedSupervisor, configuration: Configuration, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void
    ) {
        supervisors = [supervisor]
        route = .one(supervisor)
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
    }

    /// Several behind one port: each below `/MOID`.
    package init(
        prefixed supervisors: [SimulatedSupervisor], configuration: Configuration, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void
    ) {
        self.supervisors = supervisors
        route = .prefixed(Dictionary(supervisors.map { ($0.moid, $0) }) { first, _ in first })
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
    }

    package func run() async throws {
        let route = route
        let supervisors = supervisors
        let peers = configuration.identity.map { PeerCallers(authority: $0.authority) }
        let responder = CallbackResponder<FrontContext> { request, context in
            try await Self.respond(request, context, route, peers)
        }
        let server: HTTPServerBuilder =
            try configuration.identity.map { identity in
                try .tls(
                    .handedOver(),
                    configuration: TLSChannelConfiguration(
                        tlsConfiguration: identity.configuration {
                            supervisors.contains { $0.showsExpiredCertificate }
                        },
                        // Whoever holds the key of a certificate may connect; what it is worth is seen later.
                        customVerificationCallback: { _, promise in promise.succeed(.certificateVerified) }))
            } ?? .handedOver()
        let onListening = onListening
        var logger = logger
        // A stop cuts the open watches; that their channels say so is no news.
        logger.logLevel = .critical
        let application = Application(
            responder: responder, server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for supervisor in supervisors { group.addTask { await supervisor.runControllers() } }
            group.addTask { try await application.run() }
            // Open watches would hold a graceful stop for half an hour; clients are used to losing them.
            group.addTask { try await gracefulShutdown() }
            try await group.next()
            group.cancelAll()
            do {
                while try await group.next() != nil {}
            } catch is CancellationError {
                return
            }
        }
    }

    private static func fields(_ headers: [APIResponse.Header]) -> HTTPFields {
        var fields = HTTPFields()
        for header in headers {
            if let name = HTTPField.Name(header.name) { fields.append(HTTPField(name: name, value: header.value)) }
        }
        return fields
    }

    private static func respond(
        _ request: Request, _ context: FrontContext, _ route: FrontRoute, _ peers: PeerCallers?
    ) async throws -> Response {
        guard let (supervisor, target) = route.find(request.uri.description) else {
            return Response(
                status: .notFound, headers: [.contentType: "text/plain; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "404 page not found\n")))
        }
        var request = request
        let body: ByteBuffer
        do {
            body = try await request.collectBody(upTo: maximumBody)
        } catch is NIOTooManyBytesError {
            let refusal = supervisor.tooLarge
            return Response(
                status: HTTPResponse.Status(code: refusal.status), headers: fields(refusal.headers),
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: refusal.body)))
        }
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        var asked = APIRequest(
            method: request.method.rawValue, target: target, headers: headers, body: Array(body.readableBytesView))
        if let peers, headers["authorization"] == nil {
            switch await peers.answer(of: context.channel) {
            case .none: break
            case .known(let caller): asked.certifiedCaller = caller
            case .refused: asked.isCertificateRefused = true
            }
        }
        let effect = supervisor.effect(of: asked)
        if effect.delay > .zero { try await supervisor.time.sleep(for: effect.delay) }
        if effect.cut == .request {
            await context.cut()
            return Response(status: .internalServerError)
        }
        let reply = supervisor.handle(asked, under: effect)
        if effect.cut == .reply {
            await context.cut()
            return Response(status: .internalServerError)
        }
        switch reply {
        case .response(let answer):
            let isHead = request.method == .head
            return Response(
                status: HTTPResponse.Status(code: answer.status), headers: fields(answer.headers),
                body: isHead ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        case .watch(let session):
            let watch = supervisor.open(session, path: asked.path)
            return Response(
                status: .ok, headers: fields(supervisor.read(\.watchHeaders)),
                body: ResponseBody { writer in
                    var watch = watch
                    while let chunk = await supervisor.nextChunk(&watch) {
                        try await writer.write(ByteBuffer(bytes: chunk))
                    }
                    if watch.isCut {
                        await context.cut()
                        return
                    }
                    try await writer.finish(nil)
                })
        }
    }
}
