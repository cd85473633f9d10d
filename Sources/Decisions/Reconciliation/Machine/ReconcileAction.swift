package import FleetModel
package import ResourceModel

/// What the driver does next for one install.
///
/// Work carries the attempt it belongs to; its result is handed back with it, and results of an attempt that is over
/// are ignored by the machine. Actions of one answer are run in order.
package enum ReconcileAction: Hashable, Sendable {
    /// One change to apply, by its place in the change set.
    package struct Item: Hashable, Sendable {
        package var index: Int
        package var change: ResourceChange
        package init(index: Int, change: ResourceChange) {
            self.index = index
            self.change = change
        }
    }

    package enum Timer: Hashable, Sendable {
        /// Start a reconcile (retry, sync, drift).
        case start
        case poll
        case retryApply
        case waitTimeout
        case applyTimeout
    }

    /// Get the package's bytes; answer with `fetched`.
    case fetch(attempt: UInt64, PackageSelection)
    /// Render what was fetched with the selection's values; answer with `templated`.
    case template(attempt: UInt64, PackageSelection)
    /// Read the app's record, then everything `ChangeSet.kinds` and `ChangeSet.lookups` name; answer with `loaded`.
    /// `declared` is empty for an uninstall.
    case load(attempt: UInt64, declared: [Value])
    /// Write the record and its newest change record, and delete the named change records. A failure is `broke`.
    case saveRecord(AppRecord, dropping: [String])
    case deleteRecord(AppRecord)
    /// Apply these, at most `ReconcileSettings.concurrency` at once; answer each with `applied`.
    case apply(attempt: UInt64, [Item])
    /// Read these objects and what belongs to them; answer with `polled`.
    case poll(attempt: UInt64, [Item])
    /// A second setting of the same timer replaces the first. `id` comes back with `timerFired`.
    case setTimer(Timer, id: UInt64, after: Duration)
    /// Stop the work of this attempt (requests in flight included) before doing anything newer.
    case cancel(attempt: UInt64)
    case report(generation: UInt64, AgentReport.Body)
    /// The uninstall is complete: this machine has nothing left to do.
    case forget
}
