import AgentLink
import FleetModel
import FleetRuntime

/// The coordinator's end of the link, with everything in memory; survives the agent processes that talk to it.
actor ScriptedCoordinator {
    private var session: CoordinatorSession
    private var transport: PairedTransport?
    private var connection = CoordinatorSession.Connection([])
    private var connections: UInt8 = 0
    private var epoch: UInt64 = 0
    private var nextAsk: UInt64 = 0
    private let time: TimeSource

    private(set) var wanted: [ServiceID: InstallSpec] = [:]
    private(set) var contents: [ContentDigest: [UInt8]] = [:]
    private(set) var reports: [AgentReport] = []
    private var incarnation: UInt64 = 0
    /// Where in `reports` each incarnation's begin.
    private(set) var beginnings: [Int] = []
    private var answers: [UInt64: AgentAnswer] = [:]

    /// False: reports are taken and never acknowledged.
    var acknowledges = true

    init(time: TimeSource, timing: LinkTiming) {
        self.time = time
        var configuration = CoordinatorSession.Configuration(coordinatorVersion: "test")
        configuration.timing = timing
        session = CoordinatorSession(configuration: configuration)
    }

    func stopAcknowledging() { acknowledges = false }
    var repeatedReports: Int { Int(session.counters.duplicateReports) }

    func put(_ text: String) -> ContentDigest {
        let digest = ContentDigest(sha256Of: Array(text.utf8))
        contents[digest] = Array(text.utf8)
        return digest
    }

    /// Serves one agent process until its transport closes.
    func serve(_ transport: PairedTransport) async {
        self.transport = transport
        connections += 1
        connection = CoordinatorSession.Connection([connections])
        for await frame in transport.fromAgent {
            perform(session.received(frame, from: connection, at: time.now))
        }
        perform(session.disconnected(connection, at: time.now))
    }

    func want(_ service: ServiceID, _ spec: InstallSpec) {
        wanted[service] = spec
        perform(session.want(service, spec, at: time.now))
    }

    func ask(_ question: AgentQuestion) -> UInt64 {
        nextAsk += 1
        perform(session.ask(id: nextAsk, question, deadline: .seconds(30), at: time.now))
        return nextAsk
    }

    func answer(_ id: UInt64) -> AgentAnswer? { answers[id] }

    func outcomes(_ generation: UInt64) -> [ReconcileOutcome] {
        reports.compactMap { report in
            guard report.generation == generation, case .outcome(let outcome) = report.body else { return nil }
            return outcome
        }
    }

    private func perform(_ actions: [CoordinatorSession.Action]) {
        for action in actions {
            switch action {
            case .send(let frame, _): transport?.deliver(frame)
            case .resume(let greeting):
                epoch += 1
                if greeting.incarnation != incarnation {
                    incarnation = greeting.incarnation
                    beginnings.append(reports.count)
                }
                let acked = reports.dropFirst(beginnings.last ?? 0).last?.sequence ?? 0
                perform(session.resume(acked: acked, wanted: wanted, epoch: epoch, at: time.now))
            case .reports(let incarnation, let received):
                reports += received.map(\.report)
                if acknowledges, let last = received.last {
                    perform(
                        session.persisted(
                            incarnation: incarnation, through: last.report.sequence, at: time.now))
                }
            case .answered(let id, let answer): answers[id] = answer
            case .readContent(let digest, let offset, let limit):
                guard let bytes = contents[digest] else {
                    perform(session.contentMissing(digest, at: time.now))
                    continue
                }
                perform(
                    session.contentRead(
                        digest, offset: offset, total: UInt64(bytes.count),
                        bytes: Array(bytes.dropFirst(Int(offset)).prefix(limit)), at: time.now))
            case .recovered, .cut, .live, .stale, .lost, .agentAhead, .desiredAccepted, .keyOffered, .reject: break
            }
        }
    }
}
