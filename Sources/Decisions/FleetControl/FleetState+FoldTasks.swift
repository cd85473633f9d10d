internal import FleetModel

extension FleetState {
    mutating func foldTaskCreated(_ body: FleetRecord.TaskCreated) {
        let task = body.task
        if let number = UInt64(task.id.rawValue.dropFirst(2)) { lastTaskNumber = max(lastTaskNumber, number) }
        tasks[task.id] = task
        notePlaces(task)
        mark(task.id, .presence)
        taskOrder.append(task.id)
        for plan in body.plans {
            let key = InstallKey(service: task.service, supervisor: plan.supervisor)
            waiting[key] = WaitingPlan(task: task.id, intent: plan.intent, dataConsent: plan.dataConsent)
            openTargets[key] = task.id
            note(key)
        }
        forgetOldTasks()
    }

    private mutating func forgetOldTasks() {
        let limits = FleetLimits.standard
        var surplus = taskOrder.count - limits.keptTasks
        var surplusTargets = taskOrder.reduce(-limits.keptTargets) { $0 + (tasks[$1]?.targets.count ?? 0) }
        guard surplus > 0 || surplusTargets > 0 else { return }
        var forgotten: Set<TaskID> = []
        for id in taskOrder where surplus > 0 || surplusTargets > 0 {
            guard let task = tasks[id], task.finishedAt != nil else { continue }
            forgotten.insert(id)
            surplus -= 1
            surplusTargets -= task.targets.count
        }
        guard !forgotten.isEmpty else { return }
        taskOrder.removeAll { forgotten.contains($0) }
        for id in forgotten {
            tasks[id] = nil
            dirty.value[id] = nil
        }
    }

    mutating func foldTargetStarted(_ body: FleetRecord.TargetStarted, at: Timestamp) {
        waiting[body.key] = nil
        let isRemoval = if case .absent = body.spec.intent { true } else { false }
        let state: ConfigStatus = isRemoval ? .removing : .configuring
        held[body.key] = nil
        if var entry = entries[body.key] {
            if entry.removed {
                entry.install.status = InstallStatus(state: state, since: at)
                entry.standing = nil
            } else if !entry.isRefused {
                if case .present(let selection) = entry.install.spec.intent {
                    entry.standing = selection
                } else {
                    entry.standing = nil
                }
            }
            entry.install.spec = body.spec
            entry.install.status.state = state
            entry.install.status.stage = nil
            entry.install.status.since = at
            entry.removed = false
            entries[body.key] = entry
        } else {
            entries[body.key] = Entry(
                install: ServiceInstall(
                    key: body.key, spec: body.spec, status: InstallStatus(state: state, since: at)),
                removed: false)
            note(body.key)
        }
        update(body.task, body.key.supervisor) { target in
            target.state = .running
            target.generation = body.spec.generation
            target.startedAt = at
            target.message = ""
        }
    }

    mutating func foldGenerationRaised(_ body: FleetRecord.GenerationRaised) {
        if entries[body.key] == nil, body.isUnknown == true {
            held[body.key] = max(held[body.key] ?? 0, body.generation)
        }
        guard var entry = entries[body.key], entry.install.spec.generation < body.generation else { return }
        let old = entry.install.spec.generation
        entry.install.spec.generation = body.generation
        if body.isRemovedAgain == true {
            entry.removed = false
            entry.install.status.state = .removing
        }
        entries[body.key] = entry
        guard let task = openTargets[body.key] else { return }
        update(task, body.key.supervisor) { target in
            if target.generation == old { target.generation = body.generation }
        }
    }

    mutating func update(_ task: TaskID, _ supervisor: SupervisorID, _ change: (inout TaskTarget) -> Void) {
        guard let index = place(of: supervisor, in: task) else { return }
        let before = tasks[task]!.targets[index].state
        change(&tasks[task]!.targets[index])
        let after = tasks[task]!.targets[index].state
        if before != after { tallies.value[task]?.moved(from: before, to: after) }
    }

    mutating func mark(_ task: TaskID, _ news: TaskNews) {
        dirty.value[task] = TaskNews.merged(dirty.value[task], news)
    }

    mutating func note(_ key: InstallKey) { known.value[key.supervisor, default: []].insert(key.service) }

    /// The installs of a Supervisor that there are, or were, entries or open targets of.
    func keys(of supervisor: SupervisorID) -> [InstallKey] {
        (known.value[supervisor] ?? []).sorted().map { InstallKey(service: $0, supervisor: supervisor) }
    }

    /// Most targets of a task that are looked for one by one.
    private static let fewTargets = 16

    mutating func notePlaces(_ task: FleetTask) {
        guard task.finishedAt == nil else { return }
        tallies.value[task.id] = TaskTally(task.targets)
        guard task.targets.count > Self.fewTargets else { return }
        places.value[task.id] = Dictionary(
            task.targets.enumerated().map { ($0.element.supervisor, $0.offset) },
            uniquingKeysWith: { first, _ in first })
    }

    private func place(of supervisor: SupervisorID, in task: TaskID) -> Int? {
        if let places = places.value[task] { return places[supervisor] }
        return tasks[task]?.targets.firstIndex { $0.supervisor == supervisor }
    }

    /// The target of a task that is about a Supervisor.
    func target(_ supervisor: SupervisorID, of task: TaskID) -> TaskTarget? {
        place(of: supervisor, in: task).flatMap { tasks[task]?.targets[$0] }
    }

    mutating func finish(_ body: FleetRecord.TargetChanged, as state: TaskTarget.State, at: Timestamp) {
        mark(body.task, .ended)
        if waiting[body.key]?.task == body.task { waiting[body.key] = nil }
        if openTargets[body.key] == body.task { openTargets[body.key] = nil }
        update(body.task, body.key.supervisor) { target in
            guard !target.state.isFinal else { return }
            target.state = state
            target.message = body.message
            target.finishedAt = at
        }
    }
}
