package import FleetModel

/// Brings one service on one Supervisor to what is wanted, and keeps it there: kapp-controller's loop as a value.
///
/// The driver persists an accepted `InstallSpec`, then calls the inputs and runs the actions they return. Every input
/// takes the wall clock only for texts; all waiting is timers, given out as actions. Rules kept here:
/// - generations are taken in order, an older or equal one changes nothing (contract C2);
/// - each generation reports exactly one outcome: the first success, the first failure that is not just an
///   unreachable server, a refusal, or `superseded`; whatever happens later is a condition;
/// - nothing that holds data goes without consent (`DataGuard`, contract C5);
/// - one attempt at a time; a newer generation cancels it; results of old attempts are ignored.
package struct InstallReconcile: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// Nothing accepted yet, or refused until another generation. Can become fetching, deleting.
        case idle
        /// Can become templating, failed.
        case fetching
        /// Can become planning, failed.
        case templating
        /// Reading the cluster and comparing. Can become applying, waiting, succeeded, failed, idle (refused).
        case planning
        /// Applying the n-th wave (from 1). Can become waiting, applying, succeeded, failed.
        case applying(wave: Int)
        /// Can become applying (next wave), succeeded, failed.
        case waiting(wave: Int)
        /// Can become fetching (sync, drift, new generation), deleting.
        case succeeded
        /// Can become fetching, deleting when the time comes or a generation arrives.
        case failed(retryAfter: Duration)
        /// Reading what an uninstall has to remove. Can become applying, waiting, failed, deleted.
        case deleting
        /// The tombstone was carried out. Can become fetching by a newer generation.
        case deleted
    }

    package let key: InstallKey
    package var settings: ReconcileSettings
    package internal(set) var state: State = .idle
    package internal(set) var spec: InstallSpec?
    package internal(set) var condition: InstallCondition = .reconciling
    /// Whether the accepted generation's one outcome was given out.
    package internal(set) var outcomeReported = false
    package internal(set) var consecutiveSuccesses = 0
    package internal(set) var consecutiveFailures = 0
    /// The version whose reconcile last succeeded.
    package internal(set) var currentVersion: String?
    /// Declared objects of the last plan.
    package internal(set) var objectCount = 0
    package internal(set) var attempt: UInt64 = 0
    /// What was last told about the accepted generation: only a change of it is told again.
    var lastReported: InstallCondition?
    var timerID: UInt64 = 0
    var timers: [ReconcileAction.Timer: UInt64] = [:]
    var run: ReconcileRun?
    var isRepairPending = false
    /// 0..<1, from the entropy of the last plan.
    var jitter = 0.0
    var isUninstall: Bool {
        guard case .absent? = spec?.intent else { return false }
        return true
    }

    package init(key: InstallKey, settings: ReconcileSettings = ReconcileSettings()) {
        self.key = key
        self.settings = settings
    }

    /// After a restart: the accepted spec as persisted, and whether its outcome is already in the outbox.
    /// Follow with `resume`.
    package init(
        key: InstallKey, restoring spec: InstallSpec, outcomeReported: Bool, currentVersion: String?,
        settings: ReconcileSettings = ReconcileSettings()
    ) {
        self.init(key: key, settings: settings)
        self.spec = spec
        self.outcomeReported = outcomeReported
        self.currentVersion = currentVersion
    }

    /// True while an attempt runs.
    package var isRunning: Bool {
        switch state {
        case .fetching, .templating, .planning, .applying, .waiting, .deleting: true
        case .idle, .succeeded, .failed, .deleted: false
        }
    }

    // MARK: - Inputs from outside

    /// A generation was accepted and persisted. Older or equal ones change nothing.
    package mutating func desired(_ wanted: InstallSpec, now: Timestamp) -> [ReconcileAction] {
        if let spec, wanted.generation <= spec.generation { return [] }
        var actions: [ReconcileAction] = []
        if let spec {
            if isRunning { actions.append(.cancel(attempt: attempt)) }
            if !outcomeReported {
                actions.append(
                    .report(
                        generation: spec.generation,
                        .outcome(
                            ReconcileOutcome(
                                verdict: .superseded, version: version(of: spec), objectCount: objectCount,
                                message: "Superseded by generation \(wanted.generation)"))))
            }
        }
        spec = wanted
        outcomeReported = false
        lastReported = nil
        consecutiveFailures = 0
        consecutiveSuccesses = 0
        actions.append(.report(generation: wanted.generation, .accepted))
        return actions + start()
    }

    /// Reconciles the restored spec at once, as after any restart.
    package mutating func resume(now: Timestamp) -> [ReconcileAction] {
        guard spec != nil, !isRunning, state != .deleted else { return [] }
        return start()
    }

    /// A watch says that an object of the app is not as it was applied. Repaired shortly; an attempt that runs, or a
    /// back-off that does, sees it anyway.
    package mutating func driftSeen(resource: String, summary: String, now: Timestamp) -> [ReconcileAction] {
        guard let spec, !isUninstall else { return [] }
        let report = ReconcileAction.report(
            generation: spec.generation, .drift(resource: resource, summary: summary))
        guard state == .succeeded else { return [report] }
        // One repair for all edits until then: more of them neither put it off nor fill the outbox.
        if isRepairPending { return [] }
        isRepairPending = true
        return [report, timer(.start, after: settings.driftDelay)]
    }

    /// A timer ran out. An id that is not the newest of its kind is ignored.
    package mutating func timerFired(_ kind: ReconcileAction.Timer, id: UInt64, now: Timestamp) -> [ReconcileAction] {
        guard timers[kind] == id else { return [] }
        timers[kind] = nil
        switch kind {
        case .start: return isRunning || spec == nil || state == .deleted ? [] : start()
        case .poll: return pollNow()
        case .retryApply: return retryNow()
        case .waitTimeout: return waitTimedOut(now: now)
        case .applyTimeout: return applyTimedOut(now: now)
        }
    }

    // MARK: - Shared steps

    mutating func start() -> [ReconcileAction] {
        guard let spec else { return [] }
        attempt += 1
        timers = [:]
        run = nil
        isRepairPending = false
        switch spec.intent {
        case .present(let selection):
            state = .fetching
            condition = .reconciling
            return stage(.fetching, detail: selection.version) + [.fetch(attempt: attempt, selection)]
        case .absent:
            state = .deleting
            condition = .deleting
            run = ReconcileRun(manifests: ManifestSet(objects: []))
            return stage(.deleting) + [.load(attempt: attempt, declared: [])]
        }
    }

    mutating func timer(_ kind: ReconcileAction.Timer, after: Duration) -> ReconcileAction {
        timerID += 1
        timers[kind] = timerID
        return .setTimer(kind, id: timerID, after: after)
    }

    func progress(_ stage: ReconcileStage, done: Int = 0, total: Int = 0, detail: String) -> ReconcileAction {
        .report(
            generation: spec?.generation ?? 0, .progress(stage: stage, done: done, total: total, detail: detail))
    }

    /// A stage before anything is changed: told while the generation is new, not at every sync after that.
    func stage(_ stage: ReconcileStage, total: Int = 0, detail: String = "") -> [ReconcileAction] {
        outcomeReported ? [] : [progress(stage, total: total, detail: detail)]
    }

    func version(of spec: InstallSpec?) -> String? {
        guard case .present(let selection)? = spec?.intent else { return nil }
        return selection.version
    }
}
