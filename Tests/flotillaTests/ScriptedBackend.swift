import CoordinatorService
import FleetModel
import FleetRuntime

/// A coordinator that answers as told and remembers what it was asked.
actor ScriptedBackend: OperatorBackend {
    static let harbor = ServiceID("harbor.community.tanzu.vmware.com")
    static let start = Timestamp(rfc3339: "2026-11-22T13:00:00Z") ?? .zero

    private(set) var commands: [(id: CommandID, command: FleetCommand, by: Principal)] = []
    private(set) var questions: [AgentQuestion] = []
    var tasks: [TaskID: FleetTask] = [:]
    private var log: [FleetEvent] = []
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var waiterCount = 0
    var refusal: FleetError?
    var plans: [PlanView] = []
    var driftItems: [DriftItem] = []
    /// The next reply's task.
    var replyTask: TaskID?

    func refuse(with error: FleetError?) { refusal = error }
    func plan(gives plans: [PlanView]) { self.plans = plans }
    func drift(gives items: [DriftItem]) { driftItems = items }
    func reply(with task: FleetTask?) {
        replyTask = task?.id
        if let task { tasks[task.id] = task }
    }

    /// Changes a task and tells the feed.
    func update(_ task: FleetTask, reason: String = "TaskProgress") {
        tasks[task.id] = task
        emit(reason: reason, message: "\(task.state.rawValue)", task: task.id)
    }

    func emit(
        reason: String, message: String, supervisor: SupervisorID? = nil, task: TaskID? = nil
    ) {
        log.append(
            FleetEvent(
                position: UInt64(log.count + 1), at: Self.start.advanced(byMilliseconds: Int64(log.count) * 1000),
                reason: reason, supervisor: supervisor, service: Self.harbor, task: task, message: message))
        for waiter in waiters.values { waiter.resume() }
        waiters = [:]
    }

    // MARK: OperatorBackend

    private(set) var reasons: [String?] = []
    private(set) var refusals: [String] = []
    private var granted: Set<Privilege> = Set(Privilege.allCases)

    func grant(_ privileges: Set<Privilege>) { granted = privileges }

    func authenticate(token: String, from: String) async throws(FleetError) -> Principal {
        guard token == "flotilla_alice", !granted.isEmpty else {
            throw FleetError(.unauthenticated, "the token is not known")
        }
        return Principal(operator: OperatorID("alice"), credential: .token(AccessTokenID("tk-1")), from: from)
    }

    func authenticate(certificate: ContentDigest, from: String) async throws(FleetError) -> Principal {
        Principal(operator: OperatorID("bob"), credential: .certificate(certificate), from: from)
    }

    func authorize(
        _ privilege: Privilege, on supervisors: [SupervisorID], to action: String, by principal: Principal
    ) async throws(FleetError) {
        guard principal.operatorID == nil || granted.contains(privilege) else {
            throw FleetError(.unauthorized, "\(principal.name) may not \(action)")
        }
    }

    func noteRefusal(_ error: FleetError, name: String, from: String, action: String) async {
        refusals.append("\(from) \(action): \(error.message)")
    }

    func operators() async -> [FleetOperator] {
        [
            FleetOperator(
                id: OperatorID("alice"), privileges: [.install, .read], scope: .all, certificates: [],
                createdAt: Self.start)
        ]
    }

    func audit(_ filter: AuditFilter, limit: Int) async throws(FleetError) -> [AuditEntry] {
        [
            AuditEntry(
                position: 7, at: Self.start, by: "operator:alice", from: "127.0.0.1", action: "deactivate harbor",
                outcome: .accepted, reason: "ticket 4711")
        ]
    }

    func submit(
        _ command: FleetCommand, id: CommandID, by principal: Principal, reason: String?
    ) async throws(FleetError) -> CommandReply {
        reasons.append(reason)
        commands.append((id, command, principal))
        if let refusal { throw refusal }
        var reply = CommandReply(position: UInt64(log.count), task: replyTask)
        switch command {
        case .registerService(let documents, _, _):
            reply.lines = ["registered  \(documents.count) documents  ACTIVATED"]
        case .addSupervisor(let supervisor, let moid, _, _, _):
            reply.joinFile = JoinFile(
                supervisor: supervisor, moid: moid, coordinator: "tcp://127.0.0.1:7440",
                enrolment: "tcp://127.0.0.1:7441", coordinatorKey: "key", token: "secret", expires: Self.start)
        default: break
        }
        return reply
    }

    func services() async -> [ServiceView] { [Self.harborView] }

    func service(_ name: String) async throws(FleetError) -> ServiceView {
        guard Self.harbor.rawValue.contains(name) else {
            throw FleetError(
                .notFound, "there is no service \(name)", reason: "did you mean harbor?", next: "flotilla service list")
        }
        return Self.harborView
    }

    static let harborView: ServiceView = {
        let version = ServiceVersion(
            version: "2.6.1", package: ContentDigest("sha256:0"), bundleImage: "r/harbor", registeredAt: start)
        return ServiceView(
            service: SupervisorService(
                id: harbor, displayName: "Harbor", shortDescription: "OCI registry", versions: [version]),
            installs: [])
    }()

    func supervisors() async -> [SupervisorView] { [Self.oslo] }

    static let oslo: SupervisorView = {
        var supervisor = Supervisor(id: SupervisorID("sv-oslo"), moid: "domain-c8", addedAt: start)
        supervisor.enrolment = .enrolled
        supervisor.publicKey = String(repeating: "k", count: 40)
        return SupervisorView(supervisor: supervisor, connected: true, lastHeard: start, installs: [])
    }()

    func supervisor(_ id: SupervisorID) async throws(FleetError) -> SupervisorView {
        guard id == Self.oslo.supervisor.id else { throw FleetError(.notFound, "there is no Supervisor \(id)") }
        return Self.oslo
    }

    func tasks(limit: Int) async -> [FleetTask] { Array(tasks.values.prefix(limit)) }

    func task(_ id: TaskID) async throws(FleetError) -> FleetTask {
        guard let task = tasks[id] else { throw FleetError(.notFound, "there is no task \(id)") }
        return task
    }

    func values(of key: InstallKey) async throws(FleetError) -> String { "a: 1\n" }

    func plan(_ request: PlanRequest) async throws(FleetError) -> [PlanView] { plans }

    func ask(
        _ question: AgentQuestion, of supervisor: SupervisorID, timeout: Duration
    ) async throws(FleetError) -> AgentAnswer {
        questions.append(question)
        switch question {
        case .drift: return .drift(driftItems)
        case .why:
            return .why(
                Diagnosis(
                    state: .error, reason: "ReconcileFailed", message: "kapp: Error: update pvc", since: Self.start,
                    causes: [
                        Diagnosis.Cause(
                            text: "a volume cannot shrink", next: "flotilla drift adopt harbor@sv-oslo",
                            effect: "declares 100Gi, nothing is reinstalled")
                    ]))
        case .plan, .inventory: return .failed(FleetError(.unsupported, "not scripted"))
        }
    }

    func events(
        after position: UInt64, filter: EventFilter, limit: Int
    ) async throws(FleetError) -> [FleetEvent] {
        Array(log.filter { $0.position > position && filter.admits($0) }.prefix(limit))
    }

    func lastEventPosition() async -> UInt64 { UInt64(log.count) }

    func waitForEvents(after position: UInt64, timeout: Duration) async {
        if UInt64(log.count) > position { return }
        waiterCount += 1
        let number = waiterCount
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.park(number) }
            group.addTask {
                try? await Task.sleep(for: timeout)
                await self.wake(number)
            }
            await group.next()
            wake(number)
            group.cancelAll()
        }
    }

    private func park(_ number: Int) async {
        await withCheckedContinuation { waiters[number] = $0 }
    }

    private func wake(_ number: Int) { waiters.removeValue(forKey: number)?.resume() }

    func status() async -> CoordinatorStatus {
        CoordinatorStatus(
            version: "0.1.0", startedAt: Self.start, journalPosition: UInt64(log.count), firstPosition: 1,
            supervisors: 1, connected: 1, checks: [.init(name: "journal", ok: true, detail: "writable")])
    }
}

extension FleetTask {
    /// A task over these Supervisors, all in `state`.
    static func scripted(
        _ id: String = "t-7", _ supervisors: [String] = ["sv-oslo"], state: TaskTarget.State = .running,
        operation: Operation = .install
    ) -> FleetTask {
        FleetTask(
            id: TaskID(id), command: CommandID("c"), operation: operation, service: ScriptedBackend.harbor,
            version: "2.6.1", createdAt: ScriptedBackend.start, maxParallel: 0, maxFailures: 1,
            targets: supervisors.map { name in
                var target = TaskTarget(supervisor: SupervisorID(name), state: state)
                target.startedAt = ScriptedBackend.start
                return target
            })
    }

    func with(
        _ state: TaskTarget.State, of supervisor: String = "sv-oslo", _ change: (inout TaskTarget) -> Void = { _ in }
    )
        -> FleetTask
    {
        var task = self
        for index in task.targets.indices where task.targets[index].supervisor == SupervisorID(supervisor) {
            task.targets[index].state = state
            task.targets[index].finishedAt =
                state.isFinal ? ScriptedBackend.start.advanced(byMilliseconds: 41_000) : nil
            change(&task.targets[index])
        }
        return task
    }
}
