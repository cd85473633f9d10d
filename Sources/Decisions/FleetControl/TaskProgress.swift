package import FleetModel

/// What a task does next: whom to start, defer, resume or leave out, and when it is over (contract C6).
///
/// Pure: the same task and presence give the same steps. Rules: at most `maxParallel` targets run at once; a target
/// whose agent is away is deferred and holds no place; after `maxFailures` failures nothing further is started.
package struct TaskProgress: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        case start(SupervisorID)
        case deferUntilBack(SupervisorID)
        case resume(SupervisorID)
        case leaveOut(SupervisorID)
        case finish(succeeded: Bool)
    }

    /// How the coordinator sees an agent.
    package enum Presence: Hashable, Sendable {
        case connected
        /// Expected back after a coordinator restart: keeps its place, is not started yet.
        case awaited
        case away
    }

    package var task: FleetTask

    package init(task: FleetTask) { self.task = task }

    package var limitReached: Bool {
        if Sabotage.isActive(.sendAfterBreach) { return false }
        return task.maxFailures > 0 && task.failures >= task.maxFailures
    }

    /// False when `steps` is surely empty, by the counts alone: what most reports of a large task come to.
    ///
    /// An outcome ends the task, frees a place or reaches the failure limit; it changes nothing else.
    package func mayStep(_ tally: TaskTally, after news: TaskNews) -> Bool {
        guard task.finishedAt == nil else { return false }
        switch news {
        case .presence: return true
        case .ended:
            if tally.isOver { return true }
            let limitReached = task.maxFailures > 0 && tally.failures >= task.maxFailures
            return tally.waiting > 0 && (task.maxParallel > 0 || limitReached)
        }
    }

    package func steps(presence: (SupervisorID) -> Presence) -> [Step] {
        guard task.finishedAt == nil else { return [] }
        let limitReached = limitReached
        var steps: [Step] = []
        // Counted only where it matters.
        var running =
            task.maxParallel == 0
            ? 0 : task.targets.count { $0.state == .running && presence($0.supervisor) != .away }
        for target in task.targets {
            switch target.state {
            case .pending, .deferred:
                let wasSent = target.generation > 0
                if limitReached, !wasSent {
                    steps.append(.leaveOut(target.supervisor))
                    continue
                }
                if target.state == .deferred, Sabotage.isActive(.dropWhileAway) { continue }
                switch presence(target.supervisor) {
                case .connected where wasSent:
                    steps.append(.resume(target.supervisor))
                    running += 1
                case .connected
                where task.maxParallel == 0 || running < task.maxParallel || Sabotage.isActive(.exceedParallel):
                    steps.append(.start(target.supervisor))
                    running += 1
                case .away where target.state == .pending: steps.append(.deferUntilBack(target.supervisor))
                case .connected, .awaited, .away: break
                }
            case .running where presence(target.supervisor) == .away:
                steps.append(.deferUntilBack(target.supervisor))
            case .running, .succeeded, .failed, .refused, .superseded, .notSent: break
            }
        }
        if task.targets.allSatisfy(\.state.isFinal) {
            steps.append(.finish(succeeded: !task.targets.contains { $0.state.isFailure || $0.state == .notSent }))
        }
        return steps
    }
}
