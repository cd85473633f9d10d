internal import AgentService
internal import FleetModel
internal import FleetRuntime

/// What one agent's journal says, read as an outsider does: record by record, with no state machine of the agent.
struct AgentFacts {
    struct Accepted {
        var spec: InstallSpec
        var at: Duration
    }

    let supervisor: SupervisorID
    private let disk: SimulatedDisk
    private let outboxLimit: Int
    private var read = 0
    private var restores = 0
    private(set) var incarnation: UInt64 = 0
    /// By incarnation and sequence. More than one where the disk was restored: the numbers were used again.
    private(set) var reports: [UInt64: [UInt64: [AgentReport]]] = [:]
    /// Of the outbox in use.
    private(set) var own: [UInt64: AgentReport] = [:]
    private(set) var lastSequence: UInt64 = 0
    private(set) var acknowledged: UInt64 = 0
    /// By incarnation: up to where the coordinator said that it has the reports.
    private(set) var told: [UInt64: UInt64] = [:]
    private(set) var accepted: [ServiceID: [Accepted]] = [:]
    /// Incarnations that told each generation's outcome: a new outbox begins with what was not acknowledged.
    private(set) var outcomes: [ServiceID: [UInt64: [UInt64]]] = [:]
    /// Accepted on a disk that was replaced by an older copy.
    private var consented: [ServiceID: [Accepted]] = [:]
    private(set) var violations: [Violation] = []
    private var droppable: Set<UInt64> = []

    init(supervisor: SupervisorID, disk: SimulatedDisk, outboxLimit: Int) {
        self.supervisor = supervisor
        self.disk = disk
        self.outboxLimit = outboxLimit
    }

    mutating func update() {
        let lost = disk.lostTapes
        if lost.count > restores {
            var all = AgentFacts(supervisor: supervisor, disk: disk, outboxLimit: outboxLimit)
            for tape in lost {
                var once = AgentFacts(supervisor: supervisor, disk: disk, outboxLimit: outboxLimit)
                once.take(tape)
                all.violations += once.violations
                all.reports.merge(once.reports) { $0.merging($1) { $0 + $1 } }
                all.consented.merge(once.accepted) { $0 + $1 }
            }
            self = all
            restores = lost.count
        }
        take(disk.tape)
    }

    private mutating func take(_ tape: [SimulatedDisk.Taped]) {
        for taped in tape[read...] {
            guard let entry = try? AgentJournalEntry.read(taped.record) else {
                violations.append(
                    Violation(rule: .c9, text: "\(supervisor): record \(taped.record.position) cannot be read"))
                continue
            }
            take(entry, at: taped.at)
        }
        read = tape.count
    }

    private mutating func take(_ entry: AgentJournalEntry, at: Duration) {
        switch entry {
        case .incarnation(let value):
            incarnation = value
            lastSequence = 0
            acknowledged = 0
            droppable = []
            own = [:]
        case .desired(let service, let spec):
            if let last = accepted[service]?.last?.spec.generation, spec.generation <= last {
                violate(.c2, "\(service.shortName): generation \(spec.generation) was accepted after \(last)")
            }
            accepted[service, default: []].append(Accepted(spec: spec, at: at))
        case .report(let report): take(report)
        case .acknowledged(let through):
            if through > lastSequence { violate(.c3, "acknowledged \(through), the outbox ends at \(lastSequence)") }
            acknowledged = max(acknowledged, through)
            told[incarnation] = max(told[incarnation] ?? 0, through)
            droppable = droppable.filter { $0 > acknowledged }
        case .compacted(let through): droppable = droppable.filter { $0 > through }
        case .other: break
        }
        // One commit may make some more than the bound before the next one compacts.
        if droppable.count > outboxLimit + 64 {
            violate(.c8, "\(droppable.count) reports in the outbox, the limit outboxReports is \(outboxLimit)")
        }
    }

    private mutating func take(_ report: AgentReport) {
        if report.sequence != lastSequence + 1 {
            violate(.c3, "report \(report.sequence) after \(lastSequence) in the agent's own outbox")
        }
        lastSequence = report.sequence
        reports[incarnation, default: [:]][report.sequence, default: []].append(report)
        own[report.sequence] = report
        switch report.body {
        case .accepted, .condition: break
        case .outcome:
            guard let service = report.service else { return }
            let count = (outcomes[service]?[report.generation] ?? []).count { $0 == incarnation } + 1
            outcomes[service, default: [:]][report.generation, default: []].append(incarnation)
            if count > 1 { violate(.c2, "\(service.shortName) generation \(report.generation) has \(count) outcomes") }
            if !(accepted[service] ?? []).contains(where: { $0.spec.generation == report.generation }) {
                violate(.c2, "\(service.shortName): an outcome of generation \(report.generation), never accepted")
            }
        default: droppable.insert(report.sequence)
        }
    }

    private mutating func violate(_ rule: Violation.Rule, _ text: String) {
        if violations.count < 20 { violations.append(Violation(rule: rule, text: "\(supervisor): \(text)")) }
    }

    /// Generations without their final outcome.
    var unfinished: [Violation] {
        accepted.sorted { $0.key < $1.key }.flatMap { service, all in
            all.filter { (outcomes[service]?[$0.spec.generation] ?? []).isEmpty }.map {
                Violation(
                    rule: .c2,
                    text: "\(service.shortName)@\(supervisor): generation \($0.spec.generation) has no outcome")
            }
        }
    }

    /// Whether the operator had consented, by then, to lose the data of the service.
    func hadConsent(_ service: ServiceID, at: Duration) -> Bool {
        let key = InstallKey(service: service, supervisor: supervisor)
        return ((accepted[service] ?? []) + (consented[service] ?? [])).contains {
            $0.at <= at && $0.spec.dataConsent.allows(key)
        }
    }
}
