import AgentLink
import FleetModel
import FleetRuntime
import Synchronization

/// An agent that speaks the real protocol and carries out every wanted state as its script says.
final class FakeAgent: Sendable {
    private struct State {
        var session: AgentSession
        var outbox: [AgentReport] = []
        var accepted: [ServiceID: InstallSpec] = [:]
        var script: @Sendable (InstallSpec) -> ReconcileOutcome?
        /// Nil: the question is never answered.
        var plan: @Sendable (PackageSelection) -> ResourcePlan? = FakeAgent.changesInPlace
        var planFailure: FleetError?
        var planned: [PackageSelection] = []
        var isCut = false
        var askedForKey = false
        var contents: [ContentDigest: [UInt8]] = [:]
    }

    let peer: LinkPeer
    private let hub: TestHub
    private let now: @Sendable () -> Timestamp
    private let state: Mutex<State>

    static func succeeds(_ spec: InstallSpec) -> ReconcileOutcome? {
        ReconcileOutcome(verdict: .succeeded, version: nil, objectCount: 50, message: "Reconcile succeeded")
    }

    static func changesInPlace(_ selection: PackageSelection) -> ResourcePlan? {
        ResourcePlan(consequence: .inPlace, changes: [], manifests: selection.values)
    }

    init(
        key: String, hub: TestHub, incarnation: UInt64 = 1, now: @escaping @Sendable () -> Timestamp,
        script: @escaping @Sendable (InstallSpec) -> ReconcileOutcome? = FakeAgent.succeeds
    ) {
        peer = LinkPeer(key: LinkKey(key), routingID: Array(key.utf8.prefix(5)))
        self.hub = hub
        self.now = now
        let session = AgentSession(
            configuration: .init(agentVersion: "test", instance: 1), outbox: .init(incarnation: incarnation),
            accepted: [:], seed: 1)
        state = Mutex(State(session: session, script: script))
    }

    var isCut: Bool { state.withLock { $0.isCut } }
    var accepted: [ServiceID: InstallSpec] { state.withLock { $0.accepted } }
    func content(_ digest: ContentDigest) -> [UInt8]? { state.withLock { $0.contents[digest] } }
    func script(_ script: @escaping @Sendable (InstallSpec) -> ReconcileOutcome?) {
        state.withLock { $0.script = script }
    }

    func plan(_ plan: @escaping @Sendable (PackageSelection) -> ResourcePlan?) { state.withLock { $0.plan = plan } }
    func failPlans(_ error: FleetError) { state.withLock { $0.planFailure = error } }
    /// Selections whose plan was asked for, in order.
    var planned: [PackageSelection] { state.withLock { $0.planned } }

    func connect() {
        hub.attach(self)
        input { $0.connected(at: $1) }
    }

    func disconnect() {
        hub.detach(self)
        input { $0.disconnected(at: $1) }
    }

    func wasCut() { state.withLock { $0.isCut = true } }
    func received(_ frame: [UInt8]) { input { $0.received(frame, at: $1) } }
    func fetch(_ digest: ContentDigest) { input { $0.fetchContent(digest, at: $1) } }

    /// The coordinator asked for a new key.
    var askedForKey: Bool { state.withLock { $0.askedForKey } }
    func offer(_ key: String) { input { $0.keyMade(key, at: $1) } }

    func report(_ service: ServiceID?, _ generation: UInt64, _ body: AgentReport.Body) {
        let at = now()
        let last = state.withLock { state in
            let sequence = UInt64(state.outbox.count) + 1
            state.outbox.append(
                AgentReport(sequence: sequence, at: at, service: service, generation: generation, body: body))
            return sequence
        }
        input { $0.outboxGrew(first: 1, last: last, at: $1) }
    }

    private func input(_ body: (inout AgentSession, Timestamp) -> [AgentSession.Action]) {
        let at = now()
        let actions = state.withLock { body(&$0.session, at) }
        for action in actions { run(action) }
    }

    private func run(_ action: AgentSession.Action) {
        switch action {
        case .send(let frame): hub.arrive(frame, from: peer)
        case .accept(let service, let spec):
            let script = state.withLock { state in
                state.accepted[service] = spec
                return state.script
            }
            input { $0.desiredPersisted(service, generation: spec.generation, at: $1) }
            report(service, spec.generation, .accepted)
            report(service, spec.generation, .progress(stage: .applying, done: 1, total: 50, detail: "applying"))
            if let outcome = script(spec) { report(service, spec.generation, .outcome(outcome)) }
        case .readOutbox(let from, let limit):
            let reports = state.withLock { Array($0.outbox.dropFirst(Int(from) - 1).prefix(limit)) }
            input {
                $0.outboxRead(
                    reports.map { OutboxReport(sequence: $0.sequence, bytes: ReportCodec.encode($0)) }, at: $1)
            }
        case .answer(let id, let question, _):
            guard let answer = answer(to: question) else { return }
            input { $0.answer(id: id, answer, at: $1) }
        case .storeContent(let digest, let bytes):
            state.withLock { $0.contents[digest] = bytes }
            input { $0.contentStored(digest, at: $1) }
        case .reconnect, .live, .lost, .refused, .fullSync, .acknowledged, .contentFailed, .useKey, .keySettled,
            .keyRefused, .reject:
            break
        case .makeKey: state.withLock { $0.askedForKey = true }
        }
    }

    private func answer(to question: AgentQuestion) -> AgentAnswer? {
        switch question {
        case .inventory: return .inventory(DataInventory(claims: [], total: "0"))
        case .plan(_, let selection):
            let (plan, failure) = state.withLock { state in
                state.planned.append(selection)
                return (state.plan, state.planFailure)
            }
            if let failure { return .failed(failure) }
            return plan(selection).map { .plan($0) }
        case .why, .drift: return .failed(FleetError(.unsupported, "the fake agent does not know"))
        }
    }
}
