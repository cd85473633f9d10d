internal import FleetModel

/// Reads the coordinator's records in order, as an outsider would, and says which promises they break.
///
/// Independent of the fold on purpose: it counts for itself what `FleetState` concludes. Contract C1 to C3.
package struct HistoryCheck: Sendable {
    private struct Stream: Hashable {
        var supervisor: SupervisorID
        var incarnation: UInt64
    }

    /// Findings kept; further ones are counted.
    package static let limit = 1_000

    package private(set) var findings: [Finding] = []
    package private(set) var surplus = 0
    package private(set) var commands = 0
    package private(set) var reports = 0
    /// Highest sequence taken per Supervisor and outbox.
    private var sequences: [Stream: UInt64] = [:]
    private var commandIDs: Set<CommandID> = []
    private var tasks: [TaskID: CommandID] = [:]
    private var openTasks: Set<TaskID> = []
    private var generations: [InstallKey: UInt64] = [:]
    /// By the outbox they came by: a restored agent tells its outcomes again, in a new one.
    private var outcomes: [InstallKey: [UInt64: UInt64]] = [:]
    private var outboxOf: [SupervisorID: UInt64] = [:]
    private var newestAccepted: [InstallKey: UInt64] = [:]
    private var expectedPosition: UInt64?

    package init() {}

    package mutating func take(_ record: FleetRecord, position: UInt64) {
        noteNext(position)
        switch record {
        case .historyTrimmed(let body):
            add(.note, "history.trimmed", "coordinator", "records \(body.from) to \(body.to) were removed", position)
        case .commandAccepted(let body):
            commands += 1
            if !commandIDs.insert(body.id).inserted {
                add(.broken, "command.doubled", "command/\(body.id)", "it was carried out twice", position)
            }
            if let task = body.task, let command = tasks[task], command != body.id {
                add(
                    .broken, "command.lost", "task/\(task)", "it belongs to command \(command), accepted is \(body.id)",
                    position)
            }
        case .taskCreated(let body):
            if tasks.updateValue(body.task.command, forKey: body.task.id) != nil {
                add(.broken, "task.doubled", "task/\(body.task.id)", "it was created twice", position)
            }
            openTasks.insert(body.task.id)
        case .taskFinished(let body): openTasks.remove(body.task)
        case .targetStarted(let body): raise(body.key, body.spec.generation, position)
        case .generationRaised(let body): raise(body.key, body.generation, position)
        case .report(let body): take(body, position)
        case .coordinatorStarted, .serviceRegistered, .versionRegistered, .serviceStateChanged,
            .versionStateChanged, .versionDeleted, .serviceDeleted, .supervisorInvited, .supervisorEnrolled,
            .supervisorRemoved, .supervisorConnected, .supervisorLost, .targetDeferred, .targetResumed,
            .targetSuperseded, .targetNotSent, .planSaved, .operatorSet, .operatorLocked, .operatorRemoved,
            .tokenCreated, .tokenRevoked, .accessRefused, .supervisorPending, .supervisorRejected, .agentKeyAsked,
            .agentKeyOffered,
            .agentKeyChanged, .agentKeyEnded:
            break
        }
    }

    /// A record of a kind this version does not know.
    package mutating func skip(position: UInt64) { noteNext(position) }

    /// Compares what was counted with the state the records fold to.
    package mutating func finish(_ state: FleetState) {
        for (task, command) in tasks.sorted(by: { $0.key < $1.key }) where !commandIDs.contains(command) {
            add(.broken, "command.lost", "task/\(task)", "its command \(command) was never accepted", nil)
        }
        for task in openTasks.sorted() {
            guard let known = state.tasks[task] else { continue }
            if known.targets.allSatisfy(\.state.isFinal) {
                add(.broken, "task.unfinished", "task/\(task)", "every target is final, the task is not", nil)
            }
        }
        for (key, entry) in state.entries.sorted(by: { $0.key < $1.key }) {
            let wanted = entry.install.spec.generation
            if let counted = generations[key], counted != wanted {
                add(
                    .broken, "fold.differs", key.description,
                    "the state has generation \(wanted), its records say \(counted)", nil)
            }
        }
    }

    private mutating func raise(_ key: InstallKey, _ generation: UInt64, _ position: UInt64) {
        if let last = generations[key], generation <= last {
            add(
                .broken, "generation.fell", key.description, "generation \(generation) came after \(last)", position)
        }
        generations[key] = max(generations[key] ?? 0, generation)
    }

    private mutating func take(_ body: FleetRecord.Reported, _ position: UInt64) {
        reports += 1
        let stream = Stream(supervisor: body.supervisor, incarnation: body.incarnation)
        var first = body.report.sequence
        if case .gap(let from, _) = body.report.body { first = min(first, from) }
        if let last = sequences[stream] {
            if body.report.sequence <= last {
                add(
                    .broken, "feed.doubled", "supervisor/\(body.supervisor)",
                    "report \(body.report.sequence) came after \(last)", position)
            } else if first > last + 1 {
                add(
                    .broken, "feed.gap", "supervisor/\(body.supervisor)",
                    "reports \(last + 1) to \(first - 1) are missing and no gap report stands for them", position)
            }
        }
        sequences[stream] = max(sequences[stream] ?? 0, body.report.sequence)
        guard let service = body.report.service else { return }
        let key = InstallKey(service: service, supervisor: body.supervisor)
        let generation = body.report.generation
        if outboxOf.updateValue(body.incarnation, forKey: body.supervisor) != body.incarnation {
            newestAccepted = newestAccepted.filter { $0.key.supervisor != body.supervisor }
        }
        switch body.report.body {
        case .accepted:
            if let newest = newestAccepted[key], generation < newest {
                add(
                    .broken, "generation.order", key.description,
                    "generation \(generation) was accepted after \(newest)", position)
            }
            newestAccepted[key] = max(newestAccepted[key] ?? 0, generation)
        case .outcome:
            if outcomes[key, default: [:]].updateValue(body.incarnation, forKey: generation) == body.incarnation {
                add(
                    .broken, "outcome.doubled", key.description, "generation \(generation) has two final outcomes",
                    position)
            }
        case .progress, .condition, .drift, .kubernetesEvent, .objectPhase, .supervisorInfo, .note, .gap: break
        }
    }

    private mutating func noteNext(_ position: UInt64) {
        if let expected = expectedPosition, position != expected {
            add(.broken, "journal.hole", "coordinator", "record \(expected) is followed by \(position)", position)
        }
        expectedPosition = position + 1
    }

    private mutating func add(
        _ severity: Finding.Severity, _ kind: String, _ object: String, _ detail: String, _ position: UInt64?
    ) {
        guard findings.count < Self.limit else {
            surplus += 1
            return
        }
        findings.append(Finding(severity, kind, object, detail, position: position))
    }
}
