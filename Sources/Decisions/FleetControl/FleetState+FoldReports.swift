internal import FleetModel

extension FleetState {
    /// Takes an agent's report in; one already taken in (by incarnation and sequence) changes nothing.
    mutating func foldReport(_ body: FleetRecord.Reported) {
        let report = body.report
        guard report.sequence > acknowledged(body.supervisor, incarnation: body.incarnation) else { return }
        setCursor(body.supervisor, Cursor(incarnation: body.incarnation, sequence: report.sequence))
        if case .supervisorInfo(let kubernetesVersion, _, let facts) = report.body {
            supervisors[body.supervisor]?.kubernetesVersion = kubernetesVersion
            supervisors[body.supervisor]?.facts = facts
        }
        guard let service = report.service else { return }
        let key = InstallKey(service: service, supervisor: body.supervisor)
        guard let index = entries.index(forKey: key),
            entries.values[index].install.spec.generation == report.generation, !entries.values[index].removed
        else { return }
        switch report.body {
        case .accepted: entries.values[index].install.status.observedGeneration = report.generation
        case .progress(let stage, let done, let total, let detail):
            foldProgress(key, stage: stage, done: done, total: total, detail: detail)
        case .outcome(let outcome): foldOutcome(key, outcome, at: report.at)
        case .condition(let state, let reason, let message):
            foldCondition(key, state: state, reason: reason, message: message, at: report.at)
        case .drift, .kubernetesEvent, .objectPhase, .supervisorInfo, .note, .gap: break
        }
    }

    mutating func setCursor(_ supervisor: SupervisorID, _ cursor: Cursor) {
        if let last = cursors[supervisor]?.last, last.incarnation == cursor.incarnation {
            cursors[supervisor]![cursors[supervisor]!.count - 1] = cursor
            return
        }
        var known = cursors[supervisor, default: []].filter { $0.incarnation != cursor.incarnation }
        known.append(cursor)
        cursors[supervisor] = known.suffix(FleetLimits.standard.incarnationsPerSupervisor)
    }

    private mutating func foldProgress(
        _ key: InstallKey, stage: ReconcileStage, done: Int, total: Int, detail: String
    ) {
        guard var entry = entries[key] else { return }
        entries[key] = nil
        entry.install.status.stage = stage
        // A removal that failed first and went through on a retry has had its one outcome; this ends it.
        if stage == .deleted, case .absent = entry.install.spec.intent { entry.removed = true }
        entries[key] = entry
        guard let task = openTargets[key] else { return }
        let generation = entry.install.spec.generation
        update(task, key.supervisor) { target in
            guard target.generation == generation else { return }
            target.stage = stage
            target.done = done
            target.total = total
            target.message = detail
        }
    }

    private mutating func foldOutcome(_ key: InstallKey, _ outcome: ReconcileOutcome, at: Timestamp) {
        guard var entry = entries[key] else { return }
        // Not held twice: what is changed would be copied first.
        entries[key] = nil
        let generation = entry.install.spec.generation
        entry.install.status.observedGeneration = generation
        entry.install.status.since = at
        entry.install.status.stage = outcome.verdict == .succeeded ? .succeeded : .failed
        let target: TaskTarget.State
        switch outcome.verdict {
        case .succeeded:
            target = .succeeded
            entry.install.status.objectCount = outcome.objectCount
            switch entry.install.spec.intent {
            case .present(let selection):
                entry.install.status.state = .configured
                entry.install.status.currentVersion = selection.version
            case .absent:
                entry.removed = true
                entry.standing = nil
                entry.install.status.currentVersion = nil
            }
            entry.install.status.note("Reason: ReconcileSucceeded. Message: Reconcile succeeded.")
        case .failed:
            target = .failed
            entry.install.status.state = .error
            entry.install.status.note("Reason: ReconcileFailed. Message: \(outcome.message)")
        case .refused:
            target = .refused
            entry.refusedGeneration = generation
            entry.install.status.state = .error
            entry.install.status.note("Reason: Refused. Message: \(outcome.message)")
        case .superseded: target = .superseded
        }
        entries[key] = entry
        // A newer task may wait for its turn with this install; the outcome is not about it.
        guard let task = openTargets[key], task == entry.install.spec.task else { return }
        openTargets[key] = nil
        mark(task, .ended)
        update(task, key.supervisor) { changed in
            guard changed.generation == generation, !changed.state.isFinal else { return }
            changed.state = target
            changed.stage = entry.install.status.stage
            changed.message = outcome.message
            changed.next = outcome.next.isEmpty && target == .failed ? "flotilla why \(key)" : outcome.next
            changed.finishedAt = at
            if outcome.verdict == .succeeded, outcome.objectCount > 0 {
                changed.done = outcome.objectCount
                changed.total = outcome.objectCount
            }
        }
    }

    private mutating func foldCondition(
        _ key: InstallKey, state: ConfigStatus, reason: String, message: String, at: Timestamp
    ) {
        guard var entry = entries[key] else { return }
        if entry.install.status.state != state { entry.install.status.since = at }
        entry.install.status.state = state
        entry.install.status.note("Reason: \(reason). Message: \(message)")
        if state == .configured, case .present(let selection) = entry.intentInForce {
            entry.install.status.currentVersion = selection.version
            entry.install.status.stage = .succeeded
        }
        entries[key] = entry
    }
}

extension InstallStatus {
    /// Adds a message, newest last, within the limits.
    fileprivate mutating func note(_ message: String) {
        guard messages.last != message else { return }
        messages.append(message.clipped(toCharacters: FleetLimits.standard.messageCharacters))
        let surplus = messages.count - FleetLimits.standard.messagesPerInstall
        if surplus > 0 { messages.removeFirst(surplus) }
    }
}
