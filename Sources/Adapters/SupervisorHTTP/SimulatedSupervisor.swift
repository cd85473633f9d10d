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

    /// Longest pause of the controllers' loop, so that a changed clock is noticed.
    private static let longestPause = Duration.seconds(1)

    package init(settings: ClusterSettings, time: TimeSource, controllers: (any ControllerSet)? = nil) {
        state = Mutex(ClusterState(settings: settings, at: time.now, controllers: controllers))
        self.time = time
    }

    /// A Supervisor that goes on where a snapshot left it.
    package init(
        settings: ClusterSettings, restoring snapshot: ClusterSnapshot, time: TimeSource,
        controllers: (any ControllerSet)? = nil
    ) {
        state = Mutex(ClusterState(settings: settings, restoring: snapshot, at: time.now, controllers: controllers))
        self.time = time
    }

    /// Answers one request; rings for watchers and controllers when it changed something.
    package func handle(_ request: APIRequest) -> APIReply {
        let now = time.now
        let (reply, changed) = state.withLock { state in
            let before = state.revision
            let reply = state.handle(request, at: now)
            return (reply, state.revision != before || request.method != "GET")
        }
        if changed { bell.ring() }
        return reply
    }

    /// For a body the front does not even read to its end.
    var tooLarge: APIResponse { read(\.tooLarge) }

    /// What the front adds to each reply (a fault switch).
    package var latency: Duration { .milliseconds(state.withLock { $0.faults.latencyMilliseconds }) }

    /// Looks at the cluster without a request; for tests and reports.
    package func read<Result>(_ body: (ClusterState) -> Result) -> Result { state.withLock { body($0) } }

    /// Runs the controllers' due steps once; returns the real time of the next one.
    @discardableResult
    package func step() -> Timestamp? {
        let now = time.now
        let (next, changed) = state.withLock { state in
            let before = state.revision
            let next = state.step(at: now)
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

    /// The next bytes of a watch; nil when the stream has ended.
    package func nextChunk(_ session: inout WatchSession) async -> [UInt8]? {
        while !Task.isCancelled {
            let rings = bell.rings
            let now = time.now
            let isOver = session.isEnded
            let lines = state.withLock { $0.nextLines(&session, at: now) }
            if !lines.isEmpty { return Array(lines.joined()) }
            if isOver || session.isEnded { return nil }
            let pause = max(.milliseconds(1), session.nextWake.since(now))
            await wait(past: rings, atMost: pause)
        }
        return nil
    }

    // MARK: HTTPExchange

    package func send(_ request: HTTPExchangeRequest) async throws(HTTPExchangeError) -> HTTPExchangeResponse {
        let latency = latency
        if latency > .zero {
            if let timeout = request.timeout, timeout < latency {
                try? await time.sleep(for: timeout)
                throw .timedOut
            }
            try? await time.sleep(for: latency)
        }
        if Task.isCancelled { throw .cancelled }
        var headers: [String: String] = [:]
        for header in request.headers { headers[header.name.lowercased()] = header.value }
        let reply = handle(
            APIRequest(method: request.method, target: request.target, headers: headers, body: request.body))
        switch reply {
        case .response(let response):
            return HTTPExchangeResponse(
                status: response.status, headers: response.headers.map { HTTPHeader($0.name, $0.value) },
                body: HTTPBody(bytes: response.body))
        case .watch(let session):
            return HTTPExchangeResponse(
                status: 200, headers: read(\.watchHeaders).map { HTTPHeader($0.name, $0.value) },
                body: HTTPBody {
                    var session = session
                    return HTTPBody.AsyncIterator { () async throws(HTTPExchangeError) -> [UInt8]? in
                        await self.nextChunk(&session)
                    }
                })
        }
    }
}
