internal import FleetModel
internal import FleetRuntime
internal import SupervisorCluster

/// One process's way to a Supervisor's API. What was sent is carried out even when the sender is gone.
struct SimulatedExchange: HTTPExchange {
    typealias Answer = Result<APIReply, HTTPExchangeError>

    private static let timeout = Duration.seconds(30)
    /// A request that takes no longer is carried out even when its sender is gone.
    private static let quick = Duration.milliseconds(100)
    private static let silence = Duration.seconds(100)

    let cluster: SimulatedCluster
    let process: SimulatedProcess

    func send(_ request: HTTPExchangeRequest) async throws(HTTPExchangeError) -> HTTPExchangeResponse {
        guard process.isAlive else { throw .cancelled }
        var headers: [String: String] = [:]
        for header in request.headers { headers[header.name.lowercased()] = header.value }
        let asked = APIRequest(method: request.method, target: request.target, headers: headers, body: request.body)
        let (fate, there, back) = cluster.drawFate()
        let parking = Parking<Answer>()
        let (cluster, scheduler) = (cluster, cluster.scheduler)
        scheduler.after(there) {
            // Still waiting in a queue when its sender hung up: an API server drops it then.
            if there > Self.quick, parking.isSettled { return }
            let answer: Answer
            switch fate {
            case .answered: answer = .success(cluster.handle(asked))
            case .refused(let status): answer = .success(.response(Self.refusal(status)))
            case .cutBefore: answer = .failure(.connection("connection refused"))
            case .cutAfter:
                if asked.method != "GET" { _ = cluster.handle(asked) }
                answer = .failure(.connection("connection reset by peer"))
            }
            scheduler.after(back) { parking.settle(answer) }
        }
        scheduler.after(request.timeout ?? Self.timeout) { parking.settle(.failure(.timedOut)) }
        let reply = try await parking.wait(orCancelled: .failure(.cancelled)).get()
        guard process.isAlive else { throw .cancelled }
        switch reply {
        case .response(let response):
            return HTTPExchangeResponse(
                status: response.status, headers: response.headers.map { HTTPHeader($0.name, $0.value) },
                body: HTTPBody(bytes: response.body))
        case .watch(let session):
            let (process, silence) = (process, request.idleTimeout ?? Self.silence)
            return HTTPExchangeResponse(
                status: 200, headers: [HTTPHeader("Content-Type", "application/json")],
                body: HTTPBody {
                    var watch = SimulatedWatch(session: session, cluster: cluster, process: process, silence: silence)
                    return HTTPBody.AsyncIterator { () async throws(HTTPExchangeError) -> [UInt8]? in
                        try await watch.next()
                    }
                })
        }
    }

    /// In a real API server's words.
    private static func refusal(_ status: Int) -> APIResponse {
        switch status {
        case 429:
            APIResponse(
                status: 429, headers: [.init("Retry-After", "1"), .init("Content-Type", "text/plain")],
                body: Array("Too many requests, please try again later.\n".utf8))
        case 503:
            APIStatus(503, "ServiceUnavailable", "the server is currently unable to handle the request").response
        default: APIStatus(status, "InternalError", "Internal error occurred: etcdserver: leader changed").response
        }
    }
}

/// One open watch.
struct SimulatedWatch {
    var session: WatchSession
    let cluster: SimulatedCluster
    let process: SimulatedProcess
    let silence: Duration
    private var hangs = false

    init(session: WatchSession, cluster: SimulatedCluster, process: SimulatedProcess, silence: Duration) {
        self.session = session
        self.cluster = cluster
        self.process = process
        self.silence = silence
    }

    mutating func next() async throws(HTTPExchangeError) -> [UInt8]? {
        let silentUntil = cluster.scheduler.now + silence
        while true {
            guard process.isAlive, !Task.isCancelled else { throw .cancelled }
            guard cluster.scheduler.now < silentUntil else { throw .timedOut }
            if hangs {
                await cluster.waitForChange(atMost: silentUntil - cluster.scheduler.now)
                continue
            }
            let isOver = session.isEnded
            let lines = cluster.lines(&session)
            if !lines.isEmpty {
                switch cluster.drawWatchFate() {
                case .goesOn: return Array(lines.joined())
                case .ends: throw .interrupted("connection reset by peer")
                case .hangs: hangs = true
                }
                continue
            }
            if isOver || session.isEnded { return nil }
            await cluster.waitForChange(
                atMost: min(cluster.wait(until: session.nextWake), silentUntil - cluster.scheduler.now))
        }
    }
}
