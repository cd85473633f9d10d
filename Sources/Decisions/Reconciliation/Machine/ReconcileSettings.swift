/// The times an install is reconciled by; kapp-controller's and kapp's defaults.
package struct ReconcileSettings: Hashable, Sendable {
    /// Between two successful reconciles. kapp-controller: 10 min for an App made by a PackageInstall.
    package var syncPeriod: Duration = .seconds(600)
    /// kapp-controller raises any shorter period to this.
    package static let minimumSyncPeriod: Duration = .seconds(30)
    /// Added to the period after a success, spread so that a fleet does not reconcile in step.
    package static let syncJitter: Duration = .seconds(5)
    /// kapp's poll while waiting.
    package var waitPoll: Duration = .seconds(3)
    /// kapp's `--wait-timeout`.
    package var waitTimeout: Duration = .seconds(15 * 60)
    /// kapp's `--apply-timeout` as kapp-controller passes it: retryable errors are retried this long.
    package var applyTimeout: Duration = .seconds(5 * 60)
    package var applyRetry: Duration = .seconds(1)
    /// An edit seen by a watch is repaired this long after; more edits meanwhile are one repair.
    package var driftDelay: Duration = .seconds(2)
    /// Objects applied at once.
    package static let concurrency = 5
    /// Recalculations of one change after a conflicting write, kapp's own number.
    package static let maximumConflicts = 10
    /// Attempts that end because the API server (or the package's source) cannot be reached, before the generation's
    /// outcome is called failed: 2+4+8+16 s of back-off. Any other failure is an outcome at once.
    package static let unreachableAttempts = 5

    package init() {}

    package var effectiveSyncPeriod: Duration { max(syncPeriod, Self.minimumSyncPeriod) }

    /// After a success: the period plus up to 5 s. `jitter` is in 0..<1.
    package func afterSuccess(jitter: Double) -> Duration {
        effectiveSyncPeriod + Self.syncJitter * min(max(jitter, 0), 1)
    }

    /// After the n-th failure in a row (n ≥ 1): 2^n s, at most the period; from 30 failures on the period.
    package func afterFailure(_ consecutiveFailures: Int) -> Duration {
        guard consecutiveFailures < 30 else { return effectiveSyncPeriod }
        return min(.seconds(1 << max(0, consecutiveFailures)), effectiveSyncPeriod)
    }
}
