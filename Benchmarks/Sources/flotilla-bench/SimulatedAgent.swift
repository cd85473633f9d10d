internal import AgentLink
internal import FleetModel
internal import FleetRuntime

/// One agent's session and outbox, without a cluster: what is wanted is accepted and succeeds at once.
struct SimulatedAgent {
    /// What the driver has to do for it.
    enum Effect {
        case live
        case lost
        case redial
        /// To be written to the agent's disk before it is acknowledged.
        case persist(ServiceID, InstallSpec, [OutboxReport])
        case acknowledged(reports: Int, outcomes: Int)
    }

    private var session: AgentSession
    /// Reports without acknowledgement, in sequence.
    private var kept: [OutboxReport] = []
    private var lastSequence: UInt64 = 0
    private var openOutcomes: [UInt64] = []
    /// Frames that the socket has not taken yet.
    private(set) var unsent: [[UInt8]] = []
    /// Bytes of the last frame that carried a wanted state.
    private(set) var commandBytes = 0
    private(set) var rejected = 0

    init(entropy: some EntropySource) {
        session = AgentSession(
            configuration: .init(agentVersion: "bench", instance: entropy.next()),
            outbox: .init(incarnation: entropy.next() | 1), accepted: [:], seed: entropy.next())
    }

    // MARK: Inputs

    mutating func connected(at: Timestamp) -> [Effect] {
        unsent = []
        return perform(session.connected(at: at), at: at)
    }

    mutating func disconnected(at: Timestamp) -> [Effect] {
        unsent = []
        return perform(session.disconnected(at: at), at: at)
    }

    mutating func received(_ frame: [UInt8], at: Timestamp) -> [Effect] {
        let actions = session.received(frame, at: at)
        for case .accept in actions { commandBytes = frame.count }
        return perform(actions, at: at)
    }

    mutating func tick(at: Timestamp) -> [Effect] { perform(session.tick(at: at), at: at) }

    mutating func close(at: Timestamp) -> [Effect] { perform(session.close(at: at), at: at) }

    /// The wanted state is on the agent's disk together with its reports.
    mutating func persisted(
        _ service: ServiceID, generation: UInt64, reports: [OutboxReport], at: Timestamp
    ) -> [Effect] {
        kept += reports
        if let last = reports.last { openOutcomes.append(last.sequence) }
        return perform(session.desiredPersisted(service, generation: generation, at: at), at: at) + grow(at: at)
    }

    /// Lays `count` events into the outbox; `start` sends them.
    mutating func prepare(events count: Int, at: Timestamp) {
        let text = String(repeating: "x", count: 120)
        for _ in 0..<count {
            lastSequence += 1
            let body = AgentReport.Body.kubernetesEvent(
                type: "Normal", reason: "Scheduled", object: "pod/bench-0", message: text, count: 1)
            let report = AgentReport(
                sequence: lastSequence, at: at, service: nil, generation: 0, body: body)
            kept.append(OutboxReport(sequence: lastSequence, bytes: ReportCodec.encode(report)))
        }
    }

    mutating func start(at: Timestamp) -> [Effect] { grow(at: at) }

    mutating func sent() { unsent.removeFirst() }

    // MARK: Actions

    private mutating func grow(at: Timestamp) -> [Effect] {
        guard let last = kept.last?.sequence else { return [] }
        return perform(session.outboxGrew(first: session.acknowledged + 1, last: last, at: at), at: at)
    }

    private mutating func perform(_ actions: [AgentSession.Action], at: Timestamp) -> [Effect] {
        var effects: [Effect] = []
        for action in actions {
            switch action {
            case .send(let frame): unsent.append(frame)
            case .reconnect: effects.append(.redial)
            case .live: effects.append(.live)
            case .lost: effects.append(.lost)
            case .accept(let service, let spec): effects.append(accept(service, spec, at: at))
            case .readOutbox(let from, let limit):
                let first = kept.first?.sequence ?? from
                let start = Int(from >= first ? from - first : 0)
                let end = min(kept.count, start + limit)
                let read = start < end ? Array(kept[start..<end]) : []
                effects += perform(session.outboxRead(read, at: at), at: at)
            case .acknowledged(let through): effects.append(acknowledge(through))
            case .answer(let id, _, _):
                let error = FleetError(.unsupported, "a simulated agent answers no question")
                effects += perform(session.answer(id: id, .failed(error), at: at), at: at)
            case .refused, .reject: rejected += 1
            case .fullSync, .storeContent, .contentFailed, .makeKey, .useKey, .keySettled, .keyRefused: break
            }
        }
        return effects
    }

    /// As a real agent: wanted state, `accepted` and the outcome, here in one commit like the floor's.
    private mutating func accept(_ service: ServiceID, _ spec: InstallSpec, at: Timestamp) -> Effect {
        var version: String?
        if case .present(let selection) = spec.intent { version = selection.version }
        let outcome = ReconcileOutcome(
            verdict: .succeeded, version: version, objectCount: 1, message: "Reconcile succeeded")
        let bodies: [AgentReport.Body] = [.accepted, .outcome(outcome)]
        let reports = bodies.map { body in
            lastSequence += 1
            let report = AgentReport(
                sequence: lastSequence, at: at, service: service, generation: spec.generation, body: body)
            return OutboxReport(sequence: lastSequence, bytes: ReportCodec.encode(report))
        }
        return .persist(service, spec, reports)
    }

    private mutating func acknowledge(_ through: UInt64) -> Effect {
        let reports = kept.prefix { $0.sequence <= through }.count
        kept.removeFirst(reports)
        let outcomes = openOutcomes.prefix { $0 <= through }.count
        openOutcomes.removeFirst(outcomes)
        return .acknowledged(reports: reports, outcomes: outcomes)
    }
}
