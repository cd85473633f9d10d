internal import FleetModel

/// How an attempt ends, and what follows.
extension InstallReconcile {
    mutating func succeed(now: Timestamp, saving record: AppRecord?) -> [ReconcileAction] {
        var actions: [ReconcileAction] = []
        let run = self.run
        if var finished = run?.record, !(run?.changes.isEmpty ?? true), run?.deletesRecord != true {
            let dropped = finished.finishChange(successful: true, at: now)
            actions.append(.saveRecord(finished, dropping: dropped))
        } else if let record {
            actions.append(.saveRecord(record, dropping: []))
        }
        timers = [:]
        if isUninstall, let note = run?.note, let spec {
            actions.append(.report(generation: spec.generation, .note(reason: "Kept", message: note)))
        }
        if isUninstall, run?.deletesRecord == true, let record = run?.record {
            // The outcome waits for it: as long as the record is there, or the namespace that goes with it, nothing is
            // removed.
            state = .deleting
            self.run?.changes = []
            return actions + [.deleteRecord(record)]
        }
        consecutiveSuccesses += 1
        consecutiveFailures = 0
        let wasRepair = outcomeReported && !(run?.changes.isEmpty ?? true)
        self.run = nil
        if isUninstall { return actions + deleted() }
        state = .succeeded
        currentVersion = version(of: spec)
        if wasRepair, let spec, condition.kind == .reconciling {
            let summary = ResourceChange.summary(of: run?.changes ?? [])
            actions.append(
                .report(
                    generation: spec.generation,
                    .note(reason: "Repaired", message: "Op: \(summary.operations)")))
        }
        actions += finish(.succeeded, message: "Reconcile succeeded", next: "", condition: .succeeded)
        return actions + [timer(.start, after: settings.afterSuccess(jitter: jitter))]
    }

    /// What `deleteRecord` asked for is done; a late call is a no-op.
    package mutating func recordDeleted(attempt: UInt64) -> [ReconcileAction] {
        guard attempt == self.attempt, isUninstall, state == .deleting, run?.deletesRecord == true else { return [] }
        consecutiveSuccesses += 1
        consecutiveFailures = 0
        run = nil
        return deleted()
    }

    private mutating func deleted() -> [ReconcileAction] {
        state = .deleted
        currentVersion = nil
        return finish(.succeeded, message: "Reconcile succeeded", next: "", condition: .succeeded) + [.forget]
    }

    /// Ends an attempt with an error and sets the time of the next one.
    mutating func fail(
        _ stage: InstallCondition.Stage, _ message: String, _ isUnreachable: Bool, now: Timestamp
    ) -> [ReconcileAction] {
        var actions: [ReconcileAction] = []
        if var record = run?.record, !(run?.changes.isEmpty ?? true) {
            let dropped = record.finishChange(successful: false, at: now)
            actions.append(.saveRecord(record, dropping: dropped))
        }
        run = nil
        timers = [:]
        consecutiveFailures += 1
        consecutiveSuccesses = 0
        let delay = settings.afterFailure(consecutiveFailures)
        state = .failed(retryAfter: delay)
        let failed = InstallCondition.failed(stage, message, deleting: isUninstall)
        if isUnreachable, !outcomeReported, consecutiveFailures < ReconcileSettings.unreachableAttempts {
            condition = failed
            actions.append(
                progress(
                    isUninstall ? .deleting : .failed, detail: "\(message) (retrying in \(delay.components.seconds) s)")
            )
        } else {
            actions += finish(.failed, message: message, next: "flotilla why \(key)", condition: failed)
        }
        if !Sabotage.isActive(.giveUpAfterFailure) { actions.append(timer(.start, after: delay)) }
        return actions
    }

    /// The agent's own check said no: nothing was changed, nothing is retried until another generation comes.
    mutating func refuse(_ error: FleetError) -> [ReconcileAction] {
        run = nil
        timers = [:]
        state = .idle
        let text = [error.message, error.reason].filter { !$0.isEmpty }.joined(separator: ": ")
        return finish(
            .refused, message: text, next: error.next,
            condition: .failed(isUninstall ? .deleting : .deploying, text, deleting: isUninstall))
    }

    /// The one outcome of the generation the first time, a condition when it changed after that.
    private mutating func finish(
        _ verdict: ReconcileOutcome.Verdict, message: String, next: String, condition new: InstallCondition
    ) -> [ReconcileAction] {
        guard let spec else { return [] }
        let isNews = lastReported != new
        condition = new
        lastReported = new
        if !outcomeReported || Sabotage.isActive(.twoOutcomes) {
            outcomeReported = true
            return [
                .report(
                    generation: spec.generation,
                    .outcome(
                        ReconcileOutcome(
                            verdict: verdict, version: version(of: spec), objectCount: objectCount, message: message,
                            next: next)))
            ]
        }
        guard isNews else { return [] }
        return [
            .report(
                generation: spec.generation,
                .condition(state: new.configStatus, reason: new.kind.rawValue, message: new.message))
        ]
    }
}
