package import FleetModel
package import ResourceModel

/// Applying in waves and waiting between them, as kapp does: everything that is free is applied, then waited for;
/// as soon as something is done, what it freed is applied.
extension InstallReconcile {
    /// How applying one change ended.
    package enum ApplyResult: Hashable, Sendable {
        /// The object as the server saved it; nil for a deletion or when nothing had to be sent.
        case done
        /// In kapp's words (`KappError.applying`). Retryable: a webhook that could not be called, an expected object
        /// that is not there yet.
        case failed(KappError, isRetryable: Bool)
        /// The server said 409: the object as it is now. The change is worked out again if it still means the same.
        case conflict(live: Value)
    }

    /// One change was applied, or not.
    package mutating func applied(
        attempt: UInt64, index: Int, _ result: ApplyResult, now: Timestamp
    ) -> [ReconcileAction] {
        guard attempt == self.attempt, case .applying(let wave) = state, var run, run.applying.contains(index) else {
            return []
        }
        switch result {
        case .done:
            run.applying.remove(index)
            run.waiting.insert(index)
            run.lastDetail = ""  // What is waited for is told again after this line.
            self.run = run
            let report = progress(
                .applying, done: run.done.count + run.waiting.count, total: run.changes.count,
                detail: run.changes[index].applyLine)
            return [report] + afterApplying(wave: wave)
        case .failed(let error, let isRetryable):
            guard isRetryable else { return [.cancel(attempt: attempt)] + failDeploying(error, now: now) }
            run.applying.remove(index)
            run.retrying.insert(index)
            run.lastError = error
            self.run = run
            return afterApplying(wave: wave)
        case .conflict(let live):
            let change = run.changes[index]
            run.conflicts[index, default: 0] += 1
            guard run.conflicts[index, default: 0] <= ReconcileSettings.maximumConflicts,
                let again = SmartDiff(config: run.manifests.config).recalculated(change, live: live)
            else {
                let error = KappError(
                    "\(change.applyLine): Failed to update due to resource conflict (approved diff no longer "
                        + "matches): Updating resource \(change.resource): the object has been modified")
                return [.cancel(attempt: attempt)] + failDeploying(error, now: now)
            }
            run.changes[index] = again
            self.run = run
            return [.apply(attempt: attempt, run.items([index]))]
        }
    }

    /// What was waited for, as just read.
    package struct Observation: Hashable, Sendable {
        package var index: Int
        package var live: Value?
        /// ReplicaSets, Pods, claims of the object (by the association label).
        package var associated: [Value]
        package init(index: Int, live: Value?, associated: [Value] = []) {
            self.index = index
            self.live = live
            self.associated = associated
        }
    }

    package mutating func polled(
        attempt: UInt64, _ observations: [Observation], now: Timestamp
    ) -> [ReconcileAction] {
        guard attempt == self.attempt, case .waiting = state, var run else { return [] }
        let rules = WaitRules(config: run.manifests.config)
        var detail = ""
        for seen in observations where run.waiting.contains(seen.index) {
            let change = run.changes[seen.index]
            let state = rules.state(of: change, live: seen.live, associated: seen.associated).state
            if state.hasFailed {
                return failDeploying(
                    .finishedUnsuccessfully(change.waiting, change.resource, message: state.message), now: now)
            }
            if state.isDone {
                run.waiting.remove(seen.index)
                run.done.insert(seen.index)
                continue
            }
            if state.unblocksChanges { run.unblocking.insert(seen.index) }
            if detail.isEmpty {
                detail = Self.waitingText(change, state, seen.live)
            }
        }
        let isNews = !detail.isEmpty && (detail != run.lastDetail || run.done != self.run?.done)
        run.lastDetail = detail
        self.run = run
        var actions: [ReconcileAction] = []
        if isNews {
            // There is more to apply behind what is waited for: the stage is still that.
            let stage: ReconcileStage = run.started.count < run.changes.count ? .applying : .waiting
            actions.append(progress(stage, done: run.done.count, total: run.changes.count, detail: detail))
        }
        if run.done.count == run.changes.count { return actions + succeed(now: now, saving: nil) }
        if !run.ready.isEmpty { return actions + applyReady() }
        return actions + [timer(.poll, after: settings.waitPoll)]
    }

    /// `waiting: statefulset/harbor-database 0/1 ready`; kapp's message for what has no replicas to count.
    private static func waitingText(_ change: ResourceChange, _ state: WaitState, _ live: Value?) -> String {
        let object = "waiting: \(change.object.kind.lowercased())/\(change.object.objectName)"
        if change.waiting == .reconcile, let live, let readiness = WaitRules.readiness(of: live) {
            return "\(object) \(readiness)"
        }
        return state.message.isEmpty ? object : "\(object) \(state.message)"
    }

    // MARK: - Steps

    mutating func applyReady() -> [ReconcileAction] {
        guard var run else { return [] }
        let ready = run.ready
        run.wave += 1
        run.started.formUnion(ready)
        // A noop has nothing to send: it is only waited for.
        let nothingToSend = ready.filter { run.changes[$0].operation == .noop }
        run.waiting.formUnion(nothingToSend)
        run.applying = Set(ready).subtracting(nothingToSend)
        self.run = run
        state = .applying(wave: run.wave)
        timers[.poll] = nil
        let text = "applying \(ready.count) changes"
        var actions = [progress(.applying, done: run.done.count, total: run.changes.count, detail: text)]
        if timers[.waitTimeout] == nil { actions.append(timer(.waitTimeout, after: waitTimeout)) }
        guard !run.applying.isEmpty else { return actions + afterApplying(wave: run.wave) }
        actions.append(timer(.applyTimeout, after: applyTimeout))
        actions.append(.apply(attempt: attempt, run.items(run.applying)))
        return actions
    }

    /// The package's `rawOptions` win over the settings.
    private var waitTimeout: Duration { run?.manifests.deploy.waitTimeout ?? settings.waitTimeout }
    private var applyTimeout: Duration { run?.manifests.deploy.applyTimeout ?? settings.applyTimeout }

    private mutating func afterApplying(wave: Int) -> [ReconcileAction] {
        guard let run, run.applying.isEmpty else { return [] }
        if !run.retrying.isEmpty { return [timer(.retryApply, after: settings.applyRetry)] }
        timers[.applyTimeout] = nil
        state = .waiting(wave: wave)
        return pollNow()
    }

    mutating func pollNow() -> [ReconcileAction] {
        guard case .waiting = state, let run else { return [] }
        return [.poll(attempt: attempt, run.items(run.waiting))]
    }

    mutating func retryNow() -> [ReconcileAction] {
        guard case .applying = state, var run, !run.retrying.isEmpty else { return [] }
        run.applying = run.retrying
        run.retrying = []
        self.run = run
        return [.apply(attempt: attempt, run.items(run.applying))]
    }

    mutating func waitTimedOut(now: Timestamp) -> [ReconcileAction] {
        guard let run, isRunning else { return [] }
        let late = run.waiting.union(run.applying).union(run.retrying).sorted().map { run.changes[$0].resource }
        return [.cancel(attempt: attempt)]
            + failDeploying(
                .timedOut(after: Int(waitTimeout.components.seconds), resources: late), now: now)
    }

    mutating func applyTimedOut(now: Timestamp) -> [ReconcileAction] {
        guard case .applying = state, let run else { return [] }
        let after = KappError.goDuration(seconds: Int(applyTimeout.components.seconds))
        let late = run.applying.sorted().map { run.changes[$0].resource }.joined(separator: ", ")
        let last = run.lastError?.text ?? "no answer for \(late)"
        return [.cancel(attempt: attempt)]
            + failDeploying(KappError("Timed out waiting after \(after): Last error: \(last)"), now: now)
    }

    mutating func failDeploying(_ error: KappError, now: Timestamp) -> [ReconcileAction] {
        fail(isUninstall ? .deleting : .deploying, error.multiline, false, now: now)
    }
}

extension SmartDiff {
    /// The change worked out again on a newer live object; nil when it no longer means the same edits, which the plan
    /// (and the operator) did not approve.
    package func recalculated(_ change: ResourceChange, live: Value) -> ResourceChange? {
        guard let declared = change.declared else {
            var again = change
            again.existing = live
            return again
        }
        let comparison = compare(existing: live, new: declared)
        guard comparison.edits == change.edits else { return nil }
        var again = change
        again.existing = live
        again.desired = comparison.desired.map(ResourceLabeler.identified)
        return again
    }
}
