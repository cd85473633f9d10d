internal import CoordinatorService
internal import FleetControl
internal import FleetModel
internal import FleetRuntime

/// What the coordinator's journal says, read as an outsider does: record by record, without the fold of the service.
struct FleetFacts {
    struct Wanted {
        var spec: InstallSpec
        /// The Supervisor was removed after it.
        var isLetGo = false
    }

    private struct Started: Hashable {
        var key: InstallKey
        var generation: UInt64
    }

    private struct Outbox: Hashable {
        var supervisor: SupervisorID
        var incarnation: UInt64
    }

    private let disk: SimulatedDisk
    private var read = 0
    /// Restores of the disk that were seen.
    private(set) var restores = 0
    private(set) var commands: [CommandID: [UInt64]] = [:]
    private(set) var wanted: [InstallKey: Wanted] = [:]
    /// Every generation that was ever set, with when that was on the disk first.
    private(set) var generations: [InstallKey: [UInt64: Duration]] = [:]
    /// When the record that is read was on the disk.
    private var now = Duration.zero
    private(set) var tasks: [TaskID: FleetTask] = [:]
    private(set) var finished: Set<TaskID> = []
    private(set) var enrolled: Set<SupervisorID> = []
    private(set) var outcomes: [InstallKey: [UInt64: ReconcileOutcome]] = [:]
    /// The outbox each outcome came by: a restored agent tells its outcomes again, under another name.
    private var toldBy: [InstallKey: [UInt64: UInt64]] = [:]
    /// Events in order, as the records project.
    private(set) var events: [FleetEvent] = []
    private(set) var violations: [Violation] = []
    private var taskOf: [Started: TaskID] = [:]
    private var failures: [TaskID: Int] = [:]
    /// Targets of each task that hold a place: started or resumed, without an end.
    private var running: [TaskID: Set<InstallKey>] = [:]
    /// What agents were allowed to lose, by the command that is said to have allowed it.
    private(set) var consents: [(command: CommandID, key: InstallKey)] = []
    private var taken: [Outbox: UInt64] = [:]
    private(set) var keys = KeyFacts()
    /// Reports as the journal has them, to be compared with what the agent wrote.
    private(set) var reports: [SupervisorID: [(incarnation: UInt64, report: AgentReport)]] = [:]

    init(disk: SimulatedDisk) { self.disk = disk }

    mutating func update() {
        let lost = disk.lostTapes
        if lost.count > restores {
            // Another history: counted anew. What was ever set stays known, agents may hold it.
            var all = FleetFacts(disk: disk)
            for tape in lost {
                var once = FleetFacts(disk: disk)
                once.take(tape)
                all.violations += once.violations + once.keys.violations
                all.generations.merge(once.generations) { $0.merging($1, uniquingKeysWith: min) }
                all.consents += once.consents
            }
            self = all
            restores = lost.count
            keys = KeyFacts(isRestored: true)
        }
        take(disk.tape)
    }

    private mutating func take(_ tape: [SimulatedDisk.Taped]) {
        for taped in tape[read...] {
            let stored = taped.record
            now = taped.at
            guard let record = try? RecordCodec.record(stored) else {
                violations.append(Violation(rule: .c9, text: "record \(stored.position) cannot be read"))
                continue
            }
            if let event = record.event(at: stored.at, position: stored.position) { events.append(event) }
            take(record, at: stored.position)
            keys.take(record, at: stored.at, taped: taped.at)
        }
        read = tape.count
    }

    func through(_ supervisor: SupervisorID, incarnation: UInt64) -> UInt64 {
        taken[Outbox(supervisor: supervisor, incarnation: incarnation)] ?? 0
    }

    private mutating func take(_ record: FleetRecord, at position: UInt64) {
        switch record {
        case .commandAccepted(let body):
            commands[body.id, default: []].append(position)
            if commands[body.id]?.count ?? 0 > 1 { violate(.c1, "command \(body.id) was carried out twice") }
        case .supervisorEnrolled(let body): enrolled.insert(body.supervisor)
        case .supervisorInvited(let body): enrolled.remove(body.supervisor)
        case .supervisorLost(let body): release(body.supervisor)
        case .supervisorRemoved(let body):
            enrolled.remove(body.supervisor)
            release(body.supervisor)
            for key in wanted.keys.sorted() where key.supervisor == body.supervisor { wanted[key]?.isLetGo = true }
        case .taskCreated(let body): tasks[body.task.id] = body.task
        case .taskFinished(let body): finished.insert(body.task)
        case .targetStarted(let body): started(body)
        case .generationRaised(let body):
            guard let spec = wanted[body.key]?.spec else { return }
            let task = taskOf[Started(key: body.key, generation: spec.generation)]
            wanted[body.key]?.spec.generation = body.generation
            // An install that lost records stand for, over one that was removed: told, and left alone.
            if body.isUnknown == true { wanted[body.key]?.isLetGo = true }
            set(body.generation, of: body.key)
            taskOf[Started(key: body.key, generation: body.generation)] = task
        case .targetDeferred(let body): running[body.task]?.remove(body.key)
        case .targetResumed(let body): running[body.task, default: []].insert(body.key)
        case .targetSuperseded(let body):
            running[body.task]?.remove(body.key)
            guard let spec = wanted[body.key]?.spec, spec.task == body.task else { return }
            taskOf[Started(key: body.key, generation: spec.generation)] = nil
        case .report(let body): take(body)
        default: break
        }
    }

    private mutating func started(_ body: FleetRecord.TargetStarted) {
        if let last = wanted[body.key]?.spec.generation, body.spec.generation <= last {
            violate(.c2, "\(body.key): generation \(body.spec.generation) was set after \(last)")
        }
        if let task = tasks[body.task], task.maxFailures > 0, failures[body.task] ?? 0 >= task.maxFailures {
            violate(
                .c6,
                "\(body.task) was sent to \(body.key.supervisor) after \(failures[body.task] ?? 0) failures, "
                    + "the limit is \(task.maxFailures)")
        }
        for task in running.keys { running[task]?.remove(body.key) }
        let places = running[body.task]?.count ?? 0
        if let task = tasks[body.task], task.maxParallel > 0, places >= task.maxParallel {
            violate(
                .c6,
                "\(body.task) was sent to \(body.key.supervisor) while \(places) targets were under way, "
                    + "the limit is \(task.maxParallel)")
        }
        running[body.task, default: []].insert(body.key)
        if body.spec.dataConsent.allows(body.key) { consents.append((body.spec.command, body.key)) }
        wanted[body.key] = Wanted(spec: body.spec)
        set(body.spec.generation, of: body.key)
        taskOf[Started(key: body.key, generation: body.spec.generation)] = body.task
    }

    private mutating func set(_ generation: UInt64, of key: InstallKey) {
        let first = generations[key]?[generation] ?? now
        generations[key, default: [:]][generation] = min(first, now)
    }

    /// Whose agent is away holds no place; it gets one again when the agent is back.
    private mutating func release(_ supervisor: SupervisorID) {
        for (task, keys) in running { running[task] = keys.filter { $0.supervisor != supervisor } }
    }

    private mutating func take(_ body: FleetRecord.Reported) {
        let report = body.report
        if !enrolled.contains(body.supervisor) {
            violate(.c7, "a report of \(body.supervisor) was taken in, which is not of the fleet")
        }
        let outbox = Outbox(supervisor: body.supervisor, incarnation: body.incarnation)
        let last = taken[outbox] ?? 0
        if report.sequence != last + 1 {
            var isExplained = false
            if case .gap(let from, let to) = report.body { isExplained = from <= last + 1 && to == report.sequence - 1 }
            if !isExplained || report.sequence <= last {
                violate(.c3, "\(body.supervisor): report \(report.sequence) after \(last)")
            }
        }
        taken[outbox] = max(last, report.sequence)
        reports[body.supervisor, default: []].append((body.incarnation, report))
        guard case .outcome(let outcome) = report.body, let service = report.service else { return }
        let key = InstallKey(service: service, supervisor: body.supervisor)
        if outcomes[key]?[report.generation] != nil, toldBy[key]?[report.generation] == body.incarnation {
            violate(.c2, "\(key): generation \(report.generation) has a second outcome")
        }
        outcomes[key, default: [:]][report.generation] = outcome
        toldBy[key, default: [:]][report.generation] = body.incarnation
        if wanted[key]?.spec.generation == report.generation, let task = wanted[key]?.spec.task {
            running[task]?.remove(key)
        }
        guard outcome.verdict == .failed || outcome.verdict == .refused,
            wanted[key]?.spec.generation == report.generation,
            let task = taskOf[Started(key: key, generation: report.generation)]
        else { return }
        failures[task, default: 0] += 1
    }

    private mutating func violate(_ rule: Violation.Rule, _ text: String) {
        if violations.count < 20 { violations.append(Violation(rule: rule, text: text)) }
    }
}
