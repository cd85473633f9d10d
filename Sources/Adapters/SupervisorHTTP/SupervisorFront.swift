internal import FleetRuntime
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
package import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import SupervisorCluster

/// The HTTP front of a simulated Supervisor: carries bytes, holds no rule.
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

    private let supervisor: SimulatedSupervisor
    private let configuration: Configuration
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// `onListening` gets the port once connections are accepted.
    package init(
        _ supervisor: SimulatedSupervisor, configuration: Configuration, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void
    ) {
        self.supervisor = supervisor
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
    }

    package func run() async throws {
        let supervisor = supervisor
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            try await Self.respond(request, supervisor)
        }
        let server: HTTPServerBuilder =
            try configuration.identity.map { try .tls(.http1(), tlsConfiguration: $0.configuration()) } ?? .http1()
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
            group.addTask { await supervisor.runControllers() }
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

    private static func respond(_ request: Request, _ supervisor: SimulatedSupervisor) async throws -> Response {
        let latency = supervisor.latency
        if latency > .zero { try await supervisor.time.sleep(for: latency) }
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
        let reply = supervisor.handle(
            APIRequest(
                method: request.method.rawValue, target: request.uri.description, headers: headers,
                body: Array(body.readableBytesView)))
        switch reply {
        case .response(let answer):
            let isHead = request.method == .head
            return Response(
                status: HTTPResponse.Status(code: answer.status), headers: fields(answer.headers),
                body: isHead ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        case .watch(let session):
            return Response(
                status: .ok, headers: fields(supervisor.read(\.watchHeaders)),
                body: ResponseBody { writer in
                    var session = session
                    while let chunk = await supervisor.nextChunk(&session) {
                        try await writer.write(ByteBuffer(bytes: chunk))
                    }
                    try await writer.finish(nil)
                })
        }
    }
}
