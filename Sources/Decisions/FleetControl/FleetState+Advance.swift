package import FleetModel

extension FleetState {
    /// Folds `records`, then whatever follows from them, and returns all of them in journal order.
    ///
    /// The first record takes position `position + 1`. The driver appends exactly what is returned.
    package mutating func take(_ records: [FleetRecord], at: Timestamp) -> [FleetRecord] {
        var budget = Int.max
        return take(records, at: at, budget: &budget)
    }

    /// The same with at most `budget` records that follow; `isDue` is true when there are more.
    ///
    /// A command for a thousand Supervisors is so sent in groups: the first agents work while the next group's records
    /// are written.
    package mutating func take(_ records: [FleetRecord], at: Timestamp, budget: inout Int) -> [FleetRecord] {
        var all = records
        for record in records { fold(record, at: at, position: position + 1) }
        // Each round either starts, defers or ends targets, so the rounds are bounded by the number of targets.
        while isDue, budget > 0 {
            let due = dirty.value.sorted { left, right in
                let (left, right) = (left.key, right.key)
                return left.rawValue.utf8.count == right.rawValue.utf8.count
                    ? left < right : left.rawValue.utf8.count < right.rawValue.utf8.count
            }
            dirty.value = [:]
            for (id, news) in due {
                guard budget > 0 else {
                    mark(id, news)
                    continue
                }
                let following = next(for: id, after: news)
                for record in following.prefix(budget) {
                    fold(record, at: at, position: position + 1)
                    all.append(record)
                }
                if following.count > budget { mark(id, news) }
                budget -= min(budget, following.count)
            }
        }
        return all
    }

    /// A task's next step may be due.
    package var isDue: Bool { !dirty.value.isEmpty }

    /// What follows for one task now.
    private func next(for id: TaskID, after news: TaskNews) -> [FleetRecord] {
        guard let task = tasks[id], TaskProgress(task: task).mayStep(tally(of: id), after: news) else { return [] }
        let steps = TaskProgress(task: task).steps { supervisor in
            switch presence[supervisor] {
            case .connected: .connected
            case .awaited: .awaited
            case nil: .away
            }
        }
        return steps.compactMap { record(of: $0, task) }
    }

    private func record(of step: TaskProgress.Step, _ task: FleetTask) -> FleetRecord? {
        func change(_ supervisor: SupervisorID, _ message: String) -> FleetRecord.TargetChanged {
            .init(task: task.id, key: InstallKey(service: task.service, supervisor: supervisor), message: message)
        }
        switch step {
        case .start(let supervisor):
            let key = InstallKey(service: task.service, supervisor: supervisor)
            guard let plan = waiting[key], plan.task == task.id else { return nil }
            let spec = InstallSpec(
                generation: (entries[key]?.install.spec.generation ?? held[key] ?? 0)
                    + (Sabotage.isActive(.reuseGeneration) && entries[key] != nil ? 0 : 1), intent: plan.intent,
                command: task.command, task: task.id, dataConsent: plan.dataConsent)
            return .targetStarted(.init(task: task.id, operation: task.operation, key: key, spec: spec))
        case .deferUntilBack(let supervisor):
            return .targetDeferred(change(supervisor, awayMessage(supervisor)))
        case .resume(let supervisor): return .targetResumed(change(supervisor, "the agent is back"))
        case .leaveOut(let supervisor):
            return .targetNotSent(
                change(
                    supervisor,
                    "not sent: \(task.failures) of at most \(task.maxFailures) failures reached"))
        case .finish(let succeeded):
            return .taskFinished(
                .init(
                    task: task.id, service: task.service, succeeded: succeeded,
                    message: Self.summary(of: task)))
        }
    }

    /// Says when the agent was last heard as a time: the words stay in the journal, and readers turn it into an age.
    private func awayMessage(_ supervisor: SupervisorID) -> String {
        guard let heard = heard[supervisor] else { return "the agent has not connected yet; will apply when it does" }
        return "last heard \(heard.seconds); will apply when it returns"
    }

    /// `install harbor 2.6.1: 2 succeeded, 1 failed, 3 not sent`.
    private static func summary(of task: FleetTask) -> String {
        var parts: [String] = []
        for (state, word) in [
            (TaskTarget.State.succeeded, "succeeded"), (.failed, "failed"), (.refused, "refused"),
            (.superseded, "superseded"), (.notSent, "not sent"),
        ] {
            let count = task.targets.count { $0.state == state }
            if count > 0 { parts.append("\(count) \(word)") }
        }
        return "\(task.title): \(parts.joined(separator: ", "))"
    }
}

extension FleetTask {
    /// `install harbor 2.6.1`.
    var title: String {
        [operation.rawValue, service.shortName, version].compactMap(\.self).joined(separator: " ")
    }
}
