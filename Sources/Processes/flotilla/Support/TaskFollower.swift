internal import FleetModel
internal import FleetRuntime
internal import OperatorClient

/// Follows one task to its end: redrawn in place on a terminal, else each change once as a line.
struct TaskFollower: Sendable {
    /// One request waits this long for a change before it is asked again.
    static let waitSeconds = 25
    /// Supervisors looked up for namespaces and "last heard"; larger tasks print without them.
    static let maximumLookups = 50
    static let fewLookups = 3

    enum End: Sendable {
        case finished(FleetTask)
        /// Everything that can be done now is done; Supervisors that are away finish it later.
        case blocked(FleetTask)
        case timedOut(FleetTask)
        case detached

        var task: FleetTask? {
            switch self {
            case .finished(let task), .blocked(let task), .timedOut(let task): task
            case .detached: nil
            }
        }
    }

    let client: OperatorClient
    let terminal: Terminal
    /// Lines go to standard output as data, else to standard error as talk.
    let asData: Bool
    /// Keep waiting for Supervisors that are away.
    let waitsForDeferred: Bool
    /// Nil: as long as it takes.
    let timeout: Int?

    func follow(_ id: TaskID) async throws -> End {
        try await Interrupts.racing { try await run(id) } ?? .detached
    }

    private func run(_ id: TaskID) async throws -> End {
        guard terminal.isLive, asData else { return try await plain(id) }
        let screen = LiveScreen()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await screen.spin() }
            defer { group.cancelAll() }
            let end = try await watch(id) { task, context in
                let paint = terminal.paint
                await screen.show { frame in
                    var context = context
                    context.now = WallClock.now
                    return [TaskText.head(task)] + TaskText.lines(task, context: context, frame: frame, paint: paint)
                }
            }
            await screen.stop()
            return end
        }
    }

    private func plain(_ id: TaskID) async throws -> End {
        let log = PlainLog(paint: terminal.paint, asData: asData)
        return try await watch(id) { task, context in await log.show(task, context) }
    }

    private func watch(
        _ id: TaskID, _ show: (FleetTask, TaskContext) async -> Void
    ) async throws(FleetError) -> End {
        let clock = ContinuousClock()
        let deadline = timeout.map { clock.now.advanced(by: .seconds($0)) }
        var tag: String?
        var current: FleetTask?
        var context = TaskContext(now: WallClock.now)
        while true {
            var wait = Self.waitSeconds
            if let deadline {
                let left = clock.now.duration(to: deadline)
                if left <= .zero, let current { return .timedOut(current) }
                wait = max(1, min(wait, Int(left.components.seconds) + 1))
            }
            guard let answer = try await client.task(id, unless: tag, wait: tag == nil ? 0 : wait) else { continue }
            tag = answer.tag
            context = await lookUp(answer.body, context)
            await show(answer.body, context)
            current = answer.body
            switch answer.body.state {
            case .succeeded, .failed: return .finished(answer.body)
            case .blocked where !waitsForDeferred: return .blocked(answer.body)
            case .pending, .running, .blocked: continue
            }
        }
    }

    /// Namespaces and contact times of what just ended or is away; a failure to look up costs only detail.
    private func lookUp(_ task: FleetTask, _ old: TaskContext) async -> TaskContext {
        var context = old
        context.now = WallClock.now
        guard task.targets.count <= Self.maximumLookups else { return context }
        let missing = task.targets.filter { target in
            (target.state == .deferred || target.state == .succeeded)
                && context.supervisors[target.supervisor] == nil
        }
        // One by one only where that is less than the list.
        if missing.count > Self.fewLookups, let all = try? await client.supervisors() {
            let wanted = Set(missing.map(\.supervisor))
            for view in all where wanted.contains(view.supervisor.id) { context.supervisors[view.supervisor.id] = view }
        } else {
            for target in missing {
                context.supervisors[target.supervisor] = try? await client.supervisor(target.supervisor)
            }
        }
        return context
    }
}

/// Prints what is new about a task.
private actor PlainLog {
    private let paint: Paint
    private let asData: Bool
    private var head = false
    private var printed: [SupervisorID: [String]] = [:]

    init(paint: Paint, asData: Bool) {
        self.paint = paint
        self.asData = asData
    }

    func show(_ task: FleetTask, _ context: TaskContext) {
        if !head { put(TaskText.head(task)) }
        head = true
        for target in task.targets {
            let lines = TaskText.plain(target, task: task, context: context, paint: paint)
            // "last heard 14 min ago" ages by itself; only a change of state is news then.
            let key = target.state == .deferred ? ["deferred"] : lines
            guard printed[target.supervisor] != key else { continue }
            printed[target.supervisor] = key
            for line in lines { put(line) }
        }
    }

    private func put(_ line: String) {
        if asData { Console.data(line) } else { Console.talk(line) }
    }
}
