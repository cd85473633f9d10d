internal import FleetModel

/// Records being made for one append: all of them reach the disk or none.
struct AgentDraft {
    let state: AgentState
    let now: Timestamp
    private(set) var records: [AgentRecord] = []
    private var lastSequence: UInt64

    init(state: AgentState, now: Timestamp) {
        self.state = state
        self.now = now
        self.lastSequence = state.lastSequence
    }

    mutating func add(_ record: AgentRecord) {
        if case .incarnation = record { lastSequence = 0 }
        records.append(record)
    }

    /// Puts a report into the outbox, under the next sequence number.
    mutating func report(
        _ body: AgentReport.Body, service: ServiceID?, generation: UInt64, seen: SeenMark? = nil, at: Timestamp? = nil
    ) {
        lastSequence += 1
        records.append(
            .report(
                AgentReport(
                    sequence: lastSequence, at: at ?? now, service: service, generation: generation, body: body),
                seen: seen))
    }

    /// The generation's one final outcome; nothing when it was given already or another generation is accepted.
    mutating func outcome(_ outcome: ReconcileOutcome, service: ServiceID, generation: UInt64) {
        guard let install = state.installs[service], install.spec.generation == generation,
            install.finalGeneration < generation || Sabotage.isActive(.twoOutcomes)
        else { return }
        report(.outcome(outcome), service: service, generation: generation)
    }
}

extension AgentDraft {
    /// A newer generation replaces one that has no outcome yet: that is its outcome.
    mutating func supersede(_ install: AgentState.Install, service: ServiceID, by generation: UInt64) {
        guard install.finalGeneration < install.spec.generation, !Sabotage.isActive(.noOutcomeWhenSuperseded)
        else { return }
        var version: String?
        if case .present(let selection) = install.spec.intent { version = selection.version }
        report(
            .outcome(
                ReconcileOutcome(
                    verdict: .superseded, version: version, objectCount: 0,
                    message: "Superseded by generation \(generation)")),
            service: service, generation: install.spec.generation)
    }
}
