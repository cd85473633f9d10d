import FleetModel
import Reconciliation
import ResourceModel

/// A driver that answers the machine's actions from a fake cluster and notes what it was told to report.
struct MachineHarness {
    var machine: InstallReconcile
    var cluster = FakeCluster()
    var manifests: ManifestSet
    var record: AppRecord?
    var reports: [(generation: UInt64, body: AgentReport.Body)] = []
    var applied: [String] = []
    var timers: [(kind: ReconcileAction.Timer, id: UInt64, after: Duration)] = []
    var forgotten = false
    /// What the server says to a change, by resource name; consumed when it answers.
    var refusals: [String: [InstallReconcile.ApplyResult]] = [:]
    var fetchFailures: [InstallReconcile.Failure] = []
    var deleteFailures: [InstallReconcile.Failure] = []
    /// Objects that never become ready.
    var stuck: Set<String> = []
    /// The most changes given out at once.
    var widest = 0

    let now = Timestamp(milliseconds: 1_795_346_155_000)

    init(_ objects: [Value], settings: ReconcileSettings = ReconcileSettings()) {
        machine = InstallReconcile(key: Samples.key, settings: settings)
        manifests = ManifestSet(objects: objects)
    }

    static func spec(
        _ generation: UInt64, version: String = "2.6.1", absent: DataPolicy? = nil, consent: DataConsent = .none
    ) -> InstallSpec {
        let digest = ContentDigest("sha256:" + String(repeating: "0", count: 64))
        let selection = PackageSelection(
            version: version, package: digest, values: digest, bundleImage: nil, bundleTree: nil,
            namespace: Samples.namespace)
        return InstallSpec(
            generation: generation, intent: absent.map { .absent($0) } ?? .present(selection),
            command: CommandID("c-\(generation)"), task: TaskID("t-\(generation)"), dataConsent: consent)
    }

    var outcomes: [ReconcileOutcome.Verdict] {
        reports.compactMap { if case .outcome(let outcome) = $0.body { outcome.verdict } else { nil } }
    }
    var lastOutcome: ReconcileOutcome? {
        reports.compactMap { if case .outcome(let outcome) = $0.body { outcome } else { nil } }.last
    }
    var conditions: [String] {
        reports.compactMap { if case .condition(_, let reason, _) = $0.body { reason } else { nil } }
    }
    var stages: [ReconcileStage] {
        reports.compactMap { if case .progress(let stage, _, _, _) = $0.body { stage } else { nil } }
    }

    /// The newest timer of a kind.
    func after(_ kind: ReconcileAction.Timer) -> Duration? { timers.last { $0.kind == kind }?.after }

    mutating func desire(_ spec: InstallSpec) { run(machine.desired(spec, now: now)) }

    mutating func fire(_ kind: ReconcileAction.Timer) {
        guard let timer = timers.filter({ $0.kind == kind }).max(by: { $0.id < $1.id }) else { return }
        run(machine.timerFired(kind, id: timer.id, now: now))
    }

    /// Runs actions and everything that follows until the machine waits for a timer.
    mutating func run(_ first: [ReconcileAction]) {
        var queue = first
        var steps = 0
        while !queue.isEmpty, steps < 10_000 {
            steps += 1
            queue += perform(queue.removeFirst())
        }
    }

    mutating func perform(_ action: ReconcileAction) -> [ReconcileAction] {
        switch action {
        case .fetch(let attempt, _):
            if let failure = fetchFailures.first {
                fetchFailures.removeFirst()
                return machine.fetched(attempt: attempt, .failure(failure), now: now)
            }
            return machine.fetched(attempt: attempt, .success(()), now: now)
        case .template(let attempt, _): return machine.templated(attempt: attempt, .success(manifests), now: now)
        case .load(let attempt, let declared):
            let record =
                record ?? AppRecord(name: "harbor.app", namespace: Samples.namespace, createdAt: now, suffix: 1)
            return machine.loaded(
                attempt: attempt, record: record, live: cluster.live(record.labelValue, declared: declared),
                suffix: 500, now: now)
        case .saveRecord(let record, _): self.record = record
        case .deleteRecord:
            if let failure = deleteFailures.first {
                deleteFailures.removeFirst()
                return machine.broke(attempt: machine.attempt, failure, now: now)
            }
            record = nil
            return machine.recordDeleted(attempt: machine.attempt)
        case .apply(let attempt, let items):
            widest = max(widest, items.count)
            return items.flatMap { apply(attempt, $0) }
        case .poll(let attempt, let items):
            let seen = items.map { item -> InstallReconcile.Observation in
                .init(index: item.index, live: cluster.objects[item.change.object.identity])
            }
            return machine.polled(attempt: attempt, seen, now: now)
        case .setTimer(let kind, let id, let after): timers.append((kind, id, after))
        case .cancel: break
        case .report(let generation, let body): reports.append((generation, body))
        case .forget: forgotten = true
        }
        return []
    }

    private mutating func apply(_ attempt: UInt64, _ item: ReconcileAction.Item) -> [ReconcileAction] {
        let name = item.change.object.objectName
        if let answer = refusals[name]?.first {
            refusals[name]?.removeFirst()
            return machine.applied(attempt: attempt, index: item.index, answer, now: now)
        }
        applied.append(item.change.applyLine)
        cluster.apply([item.change])
        cluster.edit(item.change.object.kind, name) { object in
            guard ["Deployment", "StatefulSet"].contains(object.kind), !stuck.contains(name) else { return }
            let replicas = object[at: "spec", "replicas"] ?? 1
            object["status"] = ["readyReplicas": replicas, "updatedReplicas": replicas]
        }
        return machine.applied(attempt: attempt, index: item.index, .done, now: now)
    }
}
