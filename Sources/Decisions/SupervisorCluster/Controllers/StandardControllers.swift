package import FleetModel
package import ResourceModel

/// All controllers of a simulated Supervisor, run in a sensible order until nothing more is due.
package struct StandardControllers: ControllerSet {
    /// A change takes effect with the next step.
    package var settings: ControllerSettings {
        didSet { if settings != oldValue { refresh() } }
    }
    private var switched: [Fault] = []
    /// The settings with the faults that are switched on now.
    private var effective: ControllerSettings

    private mutating func refresh() {
        var next = settings
        next.faults = settings.faults.adding(switched)
        guard next != effective else { return }
        effective = next
        for index in slots.indices { slots[index].seen = nil }
    }

    /// Rounds of one step; what is still due afterwards is asked for with an immediate wake.
    package static let roundLimit = 200

    private struct Slot: Sendable {
        var controller: any Controller
        var seen: Int?
        var due: Timestamp?
    }
    private var slots: [Slot]

    package init(settings: ControllerSettings) {
        self.settings = settings
        effective = settings
        let controllers: [any Controller] = [
            NamespaceDefaultsController(), DeploymentController(), ReplicaSetController(), StatefulSetController(),
            DaemonSetController(), CronJobController(), JobController(), ClaimController(), ClaimResizeController(),
            SchedulerController(), KubeletController(), ServiceController(), EndpointsController(),
            DisruptionController(), AutoscalerController(),
            VolumeReclaimController(), VolumeUsageController(), ReadyRuleController(),
        ]
        slots = controllers.map { Slot(controller: $0) }
    }

    package var report: Value { settings.report }

    /// Changes settings by name while the cluster runs; see `ControllerSettings.keys`.
    package mutating func apply(_ values: Value) throws(FleetError) { try settings.apply(values) }

    package mutating func follow(_ faults: [Fault]) {
        switched = faults
        refresh()
    }

    package mutating func clearFaults() { settings.faults = ControllerFaults() }

    /// Brings the cluster as far as it can come at the store's present time, and asks to be woken for the rest.
    package mutating func step(_ store: inout some ControllerStore) {
        let now = store.now
        let settings = effective
        var signatures: [GroupVersionKind: Int] = [:]
        var isQuiet = false
        var round = 0
        while !isQuiet, round < Self.roundLimit {
            round += 1
            isQuiet = true
            for index in slots.indices {
                var hasher = Hasher()
                for kind in slots[index].controller.watchedKinds(settings) {
                    if let known = signatures[kind] {
                        hasher.combine(known)
                    } else {
                        let fresh = store.changeMark(kind)
                        signatures[kind] = fresh
                        hasher.combine(fresh)
                    }
                }
                let signature = hasher.finalize()
                let isDue = slots[index].due.map { $0 <= now } ?? false
                if slots[index].seen == signature, !isDue { continue }
                slots[index].seen = signature
                slots[index].due = slots[index].controller.step(&store, settings: settings)
                for kind in slots[index].controller.writtenKinds(settings) { signatures[kind] = nil }
                isQuiet = false
            }
        }
        let next = slots.compactMap(\.due).min()
        if !isQuiet {
            store.wake(at: now.advanced(byMilliseconds: 1))
        } else if let next {
            store.wake(at: max(next, now.advanced(byMilliseconds: 1)))
        }
    }
}
