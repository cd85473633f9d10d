internal import CoordinatorService
internal import FleetModel
internal import FleetRuntime
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import ServiceLifecycle

/// The paths of the operators' interface; each one line of meaning over `OperatorBackend`.
struct OperatorRoutes: Sendable {
    let backend: any OperatorBackend
    let limits: OperatorServer.Limits
    let metrics: MetricsRegistry
    let time: TimeSource
    let gate: ReaderGate
    let logger: Logger

    func register(on router: Router<OperatorContext>) {
        router.post("/v1/commands") { request, context in try await submit(request, by: context.principal) }
        router.get("/v1/services") { request, context in
            try await conditional(request, context) { ItemList(items: await backend.services()) }
        }
        router.get("/v1/services/:name") { request, context in
            let name = try context.parameters.require("name")
            return try await conditional(request, context) { () throws(FleetError) in try await backend.service(name) }
        }
        router.get("/v1/supervisors") { request, context in
            try await conditional(request, context) { ItemList(items: await backend.supervisors()) }
        }
        router.get("/v1/supervisors/:id") { request, context in
            let id = SupervisorID(try context.parameters.require("id"))
            return try await conditional(request, context) { () throws(FleetError) in try await backend.supervisor(id) }
        }
        router.get("/v1/tasks") { request, context in
            let limit = try number(request, "limit", default: 100, in: 1...1000)
            return try await conditional(request, context) { ItemList(items: await backend.tasks(limit: limit)) }
        }
        router.get("/v1/tasks/:id") { request, context in
            let id = TaskID(try context.parameters.require("id"))
            return try await conditional(request, context) { () throws(FleetError) in try await backend.task(id) }
        }
        router.get("/v1/installs/:supervisor/:service/values") { _, context in
            let key = InstallKey(
                service: ServiceID(try context.parameters.require("service")),
                supervisor: SupervisorID(try context.parameters.require("supervisor")))
            // Values may hold secrets: reading them takes the right to set them.
            try await backend.authorize(
                .install, on: [key.supervisor], to: "read the values of \(key)", by: context.principal)
            return JSONBody.response(ValuesDocument(key: key, values: try await backend.values(of: key)))
        }
        router.post("/v1/plan") { request, _ in
            let plan = try await JSONBody.decode(PlanRequest.self, from: request, limit: limits.bodyBytes)
            return JSONBody.response(ItemList(items: try await backend.plan(plan)))
        }
        router.post("/v1/ask/:supervisor") { request, context in
            let supervisor = SupervisorID(try context.parameters.require("supervisor"))
            let seconds = try number(request, "timeout", default: 60, in: 1...OperatorAPI.maximumAskSeconds)
            let question = try await JSONBody.decode(AgentQuestion.self, from: request, limit: limits.bodyBytes)
            return JSONBody.response(
                try await backend.ask(question, of: supervisor, timeout: .seconds(seconds)))
        }
        router.get("/v1/events") { request, _ in try await events(request) }
        router.get("/v1/events/stream") { request, context in try await stream(request, by: context.principal) }
        router.get("/v1/status") { request, context in
            try await conditional(request, context) { await backend.status() }
        }
        registerAccess(on: router)
        router.get("/livez") { _, _ in Self.text("ok\n") }
        router.get("/readyz") { request, _ in await readiness(verbose: query(request, "verbose") != nil) }
        router.get("/metrics") { _, _ in await exposition() }
    }

    private func submit(_ request: Request, by principal: Principal) async throws -> Response {
        let envelope = try await JSONBody.decode(CommandEnvelope.self, from: request, limit: limits.bodyBytes)
        let id = envelope.id.rawValue.utf8
        guard (1...128).contains(id.count), id.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw FleetError(
                .invalidArgument, "the command id is not well formed",
                reason: "1 to 128 printable ASCII characters without spaces", next: "send a random UUID as `id`")
        }
        let reply = try await backend.submit(
            envelope.command, id: envelope.id, by: principal, reason: envelope.reason)
        return JSONBody.response(reply)
    }

    /// Answers at once, or, asked with `If-None-Match` and `wait=`, when the document differs from the one named.
    private func conditional<Body: Encodable & Sendable>(
        _ request: Request, _ context: OperatorContext, _ read: @Sendable @escaping () async throws -> Body
    ) async throws -> Response {
        let seconds = try number(request, "wait", default: 0, in: 0...OperatorAPI.maximumWaitSeconds)
        let known = request.headers[.ifNoneMatch]
        var position = await backend.lastEventPosition()
        var bytes = JSONBody.encode(try await read())
        if let known, seconds > 0, known == JSONBody.tag(bytes) {
            try gate.enter()
            defer { gate.leave() }
            let deadline = time.now.advanced(byMilliseconds: Int64(seconds) * 1000)
            while known == JSONBody.tag(bytes), !Task.isShuttingDownGracefully {
                let left = deadline.since(time.now)
                guard left > .zero else { break }
                let after = position
                await cancelWhenGracefulShutdown { await backend.waitForEvents(after: after, timeout: left) }
                if Task.isCancelled { break }
                try await backend.authorize(.read, on: [], to: "read \(request.uri.path)", by: context.principal)
                position = await backend.lastEventPosition()
                bytes = JSONBody.encode(try await read())
            }
        }
        var headers: HTTPFields = [.eTag: JSONBody.tag(bytes)]
        if let name = HTTPField.Name(OperatorAPI.positionHeader) { headers[name] = "\(position)" }
        if known == JSONBody.tag(bytes) { return Response(status: .notModified, headers: headers) }
        return JSONBody.response(bytes: bytes, headers: headers)
    }

    private func readiness(verbose: Bool) async -> Response {
        let status = await backend.status()
        let code: HTTPResponse.Status = status.isServing ? .ok : .serviceUnavailable
        guard verbose else {
            let failed = "failed: \(CoordinatorStatus.journalCheck)\n"
            return Self.text(status.isServing ? "ok\n" : failed, status: code)
        }
        let lines = status.checks.map { check in
            "[\(check.ok ? "+" : "-")] \(check.name): \(check.detail)\(check.next.isEmpty ? "" : "; \(check.next)")"
        }
        let verdict = status.isServing ? "ready" : "not ready"
        return Self.text((lines + [verdict, ""]).joined(separator: "\n"), status: code)
    }

    private func exposition() async -> Response {
        let status = await backend.status()
        metrics.gauge("flotilla_journal_position", Double(status.journalPosition))
        metrics.gauge("flotilla_journal_first_position", Double(status.firstPosition))
        metrics.gauge("flotilla_supervisors", Double(status.supervisors))
        metrics.gauge("flotilla_supervisors_connected", Double(status.connected))
        metrics.gauge("flotilla_operator_readers", Double(gate.readers))
        metrics.gauge("flotilla_ready", status.isServing ? 1 : 0)
        return Self.text(metrics.text(), type: "text/plain; version=0.0.4; charset=utf-8")
    }

    static func text(
        _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    func query(_ request: Request, _ name: String) -> String? {
        request.uri.queryParameters[Substring(name)].map(String.init)
    }

    func number(
        _ request: Request, _ name: String, default standard: Int, in range: ClosedRange<Int>
    ) throws(FleetError) -> Int {
        guard let text = query(request, name) else { return standard }
        guard let value = Int(text), range.contains(value) else {
            throw FleetError(
                .invalidArgument, "\(name)=\(text) is not allowed",
                reason: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}
