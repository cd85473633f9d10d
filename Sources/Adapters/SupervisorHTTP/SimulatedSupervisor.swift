package import FleetModel
package import FleetRuntime
package import SupervisorCluster
internal import Synchronization

/// One simulated Supervisor that runs: the cluster's state behind a lock, its controllers' loop, its watchers.
///
/// It is an `HTTPExchange` itself, so tests and the seeded simulation talk to it without a network; the HTTP front
/// carries the same requests.
package final class SimulatedSupervisor: HTTPExchange, Sendable {
    private let state: Mutex<ClusterState>
    private let bell = ChangeBell()
    let time: TimeSource
    /// vCenter's name of it.
    package let moid: String
    /// Where changes are kept before anybody is told of them; nil = nowhere.
    private let log: ChangeLog?

    /// Asks an admission webhook.
    package typealias WebhookCaller = @Sendable (WebhookCall) async -> WebhookAnswer
    /// Nil = webhooks are stored and not asked.
    private let webhooks: WebhookCaller?

    /// Signs certificate requests that were approved; nil = nobody does.
    private let authority: CertificateAuthority?

    /// Webhooks one request may ask; a request that needs more is refused.
    private static let mostWebhooks = 50

    /// Longest pause of the controllers' loop. Every change rings, so it only bounds what a wrong wake time costs.
    private static let longestPause = Duration.seconds(60)

    package init(
        settings: ClusterSettings, time: TimeSource, controllers: (any ControllerSet)? = nil, log: ChangeLog? = nil,
        webhooks: WebhookCaller? = nil, authority: CertificateAuthority? = nil
    ) {
        self.webhooks = webhooks
        self.authority = authority
        moid = settings.moid
        state = Mutex(ClusterState(settings: settings, at: time.now, controllers: controllers))
        self.time = time
        self.log = log
    }

    /// A Supervisor that goes on where a snapshot left it.
    package init(
        settings: ClusterSettings, restoring snapshot: ClusterSnapshot, time: TimeSource,
        controllers: (any ControllerSet)? = nil, log: ChangeLog? = nil, webhooks: WebhookCaller? = nil,
        authority: CertificateAuthority? = nil
    ) {
        self.webhooks = webhooks
        self.authority = authority
        moid = settings.moid
        state = Mutex(ClusterState(settings: settings, restoring: snapshot, at: time.now, controllers: controllers))
        self.time = time
        self.log = log
    }

    /// Answers one request under its faults' effect, but neither waits nor cuts.
    package func handle(_ request: APIRequest) -> APIReply { handle(request, under: effect(of: request)) }

    /// What the faults do to a request. Asked once per request: asking counts.
    func effect(of request: APIRequest) -> FaultEffect {
        let now = time.now
        return state.withLock { $0.effect(of: request, at: now) }
    }

    /// Answers one request; rings for watchers and controllers when it changed something.
    func handle(_ request: APIRequest, under effect: FaultEffect) -> APIReply {
        let now = time.now
        let (reply, changed) = state.withLock { state in
            let before = state.revision
            let reply = state.handle(request, under: effect, at: now)
            keep(state, after: before)
            return (reply, state.revision != before || request.method != "GET")
        }
        if changed { bell.ring() }
        return reply
    }

    /// Answers one request, with admission webhooks: it is tried on a copy until every webhook has been asked.
    func answer(_ request: APIRequest, under effect: FaultEffect) async -> APIReply {
        guard let webhooks, !["GET", "HEAD"].contains(request.method), read(\.hasWebhookURLs) else {
            return handle(request, under: effect)
        }
        var answers: [String: (call: WebhookCall, answer: WebhookAnswer)] = [:]
        for _ in 0...Self.mostWebhooks {
            let now = time.now
            let known = answers
            let (reply, call) = state.withLock { state -> (APIReply, WebhookCall?) in
                let before = state.revision
                var rehearsal = state
                rehearsal.webhookAnswers = known
                let reply = rehearsal.handle(request, under: effect, at: now)
                if let call = rehearsal.pendingWebhook { return (reply, call) }
                rehearsal.webhookAnswers = nil
                state = rehearsal
                keep(state, after: before)
                return (reply, nil)
            }
            guard let call else {
                bell.ring()
                return reply
            }
            answers[call.key] = (call, await webhooks(call))
        }
        return .response(
            APIStatus(500, "InternalError", "Internal error occurred: too many webhooks").response)
    }

    /// Called under the lock: the log has the order of the revisions.
    private func keep(_ state: ClusterState, after before: Int) {
        guard let log, state.revision != before else { return }
        if let change = state.change(after: before) { log.append(change) } else { log.miss() }
    }

    /// For a body the front does not even read to its end.
    var tooLarge: APIResponse { read(\.tooLarge) }

    /// Looks at the cluster without a request; for tests and reports.
    package func read<Result>(_ body: (ClusterState) -> Result) -> Result { state.withLock { body($0) } }

    /// Whether a new TLS connection is to be shown a certificate that has expired.
    var showsExpiredCertificate: Bool {
        let now = time.now
        return state.withLock { $0.isCertificateExpired(at: now) }
    }

    /// Runs the controllers' due steps once; returns the real time of the next one.
    @discardableResult
    package func step() -> Timestamp? {
        let now = time.now
        let (next, changed) = state.withLock { state in
            let before = state.revision
            let next = state.step(at: now)
            if let authority { RequestSigner.sign(&state, authority) }
            keep(state, after: before)
            return (next, state.revision != before)
        }
        if changed { bell.ring() }
        return next
    }

    /// Runs the controllers until the task is cancelled.
    package func runControllers() async {
        while !Task.isCancelled {
            let rings = bell.rings
            let next = step()
            let now = time.now
            let pause = next.map { min(Self.longestPause, max(.milliseconds(1), $0.since(now))) } ?? Self.longestPause
            // `step` rang itself when it wrote; the second look finds nothing to do.
            await wait(past: rings, atMost: pause)
        }
    }

    /// Waits for a change or for time to pass.
    private func wait(past rings: Int, atMost pause: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.bell.wait(past: rings) }
            group.addTask { try? await self.time.sleep(for: pause) }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: Watches

    /// An open watch, as the one who carries its bytes keeps it.
    struct OpenWatch {
        var session: WatchSession
        let path: String
        let opened: Timestamp
        /// A fault cut it: its connection has to go, not only the stream.
        var isCut = false
    }

    func open(_ session: WatchSession, path: String) -> OpenWatch {
        OpenWatch(session: session, path: path, opened: time.now)
    }

    /// The next bytes of a watch; nil when the stream has ended.
    func nextChunk(_ watch: inout OpenWatch) async -> [UInt8]? {
        while !Task.isCancelled {
            let rings = bell.rings
            let now = time.now
            let isOver = watch.session.isEnded
            let (lines, isCut, cutAt) = state.withLock { state in
                if state.cutsWatch(path: watch.path, opened: watch.opened, at: now) {
                    return ([[UInt8]](), true, Timestamp?.none)
                }
                let lines = state.nextLines(&watch.session, at: now)
                return (lines, false, state.nextWatchCut(path: watch.path, opened: watch.opened, after: now))
            }
            if isCut {
                watch.isCut = true
                return nil
            }
            if !lines.isEmpty { return Array(lines.joined()) }
            if isOver || watch.session.isEnded { return nil }
            let wake = min(watch.session.nextWake, cutAt ?? watch.session.nextWake)
            await wait(past: rings, atMost: max(.milliseconds(1), wake.since(now)))
        }
        return nil
    }

    // MARK: HTTPExchange

    package func send(_ request: HTTPExchangeRequest) async throws(HTTPExchangeError) -> HTTPExchangeResponse {
        var headers: [String: String] = [:]
        for header in request.headers { headers[header.name.lowercased()] = header.value }
        let asked = APIRequest(method: request.method, target: request.target, headers: headers, body: request.body)
        let effect = effect(of: asked)
        if effect.delay > .zero {
            if let timeout = request.timeout, timeout < effect.delay {
                try? await time.sleep(for: timeout)
                throw .timedOut
            }
            try? await time.sleep(for: effect.delay)
        }
        if Task.isCancelled { throw .cancelled }
        if effect.cut == .request { throw .connection("connection reset by peer") }
        let reply = await answer(asked, under: effect)
        if effect.cut == .reply { throw .interrupted("unexpected end of the connection") }
        switch reply {
        case .response(let response):
            return HTTPExchangeResponse(
                status: response.status, headers: response.headers.map { HTTPHeader($0.name, $0.value) },
                body: HTTPBody(bytes: response.body))
        case .watch(let session):
            let watch = open(session, path: asked.path)
            return HTTPExchangeResponse(
                status: 200, headers: read(\.watchHeaders).map { HTTPHeader($0.name, $0.value) },
                body: HTTPBody {
                    var watch = watch
                    return HTTPBody.AsyncIterator { () async throws(HTTPExchangeError) -> [UInt8]? in
                        let chunk = await self.nextChunk(&watch)
                        if watch.isCut { throw .interrupted("unexpected end of the stream") }
                        return chunk
                    }
                })
        }
    }
}
