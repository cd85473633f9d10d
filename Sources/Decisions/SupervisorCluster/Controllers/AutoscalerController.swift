package import FleetModel
package import ResourceModel

/// The horizontal pod autoscaler: asks for a target's use of cpu or memory and sets its replicas.
///
/// Use comes from annotations of the target (`AutoscalerLoad`); without them no metrics API is served, as on a
/// Supervisor, and conditions and events say so in the words of kube-controller-manager.
package struct AutoscalerController: Controller {
    private struct Entry: Sendable {
        var due: Timestamp
        var history = AutoscalerHistory()
    }
    private var entries: [String: Entry] = [:]

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] { [ControllerKinds.autoscaler] }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [
            ControllerKinds.autoscaler, ControllerKinds.deployment, ControllerKinds.replicaSet,
            ControllerKinds.statefulSet,
        ]
    }

    /// Every autoscaler is looked at once in each period, a new one after its first.
    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let scalers = store.list(ControllerKinds.autoscaler, namespace: nil)
        guard !scalers.isEmpty || !entries.isEmpty else { return nil }
        let period = max(settings.autoscalerPeriod, .seconds(1))
        let now = store.now
        var next: Timestamp?
        var kept: [String: Entry] = [:]
        for scaler in scalers where !scaler.isBeingDeleted {
            var entry = entries[scaler.uid] ?? Entry(due: now.advanced(by: period))
            if entry.due <= now {
                entry.due = now.advanced(by: period)
                var round = AutoscalerRound(scaler, history: entry.history, profile: store.profile, now: now)
                round.run(&store)
                entry.history = round.history
            }
            kept[scaler.uid] = entry
            next = min(next ?? entry.due, entry.due)
        }
        entries = kept
        return next
    }
}
