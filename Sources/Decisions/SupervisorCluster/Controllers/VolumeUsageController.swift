package import FleetModel
package import ResourceModel

/// Tells of volumes that fill up, in a way that any client of the plain Kubernetes API can read.
///
/// A kubelet publishes volume fullness only as metrics, and vSphere's alarms live in vCenter; so the simulator writes a
/// Warning event `VolumeUsageHigh` about the claim, with the percentage in its message, and repeats it (count) every
/// minute while it lasts. The event's form is the simulator's own, documented here.
package struct VolumeUsageController: Controller {
    private struct Usage: Sendable {
        var bytes: Int64
        var percent: Int
        var next: Timestamp
    }
    private var usages: [String: Usage] = [:]

    /// How often a volume that stays full is told of again.
    package static let interval = Duration.seconds(60)

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        settings.faults.volumeUsage.isEmpty ? [] : [ControllerKinds.claim]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] { [] }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let rules = settings.faults.volumeUsage
        guard !rules.isEmpty else {
            usages = [:]
            return nil
        }
        var due: Timestamp?
        var alive: [String: Usage] = [:]
        for claim in store.list(ControllerKinds.claim, namespace: nil)
        where claim.textAt("status", "phase") == "Bound" && !claim.isBeingDeleted {
            guard let rule = rules.first(where: { ControllerFaults.has([$0.pattern], claim) }),
                let capacity = StorageQuantity.bytes(claim.textAt("status", "capacity", "storage")), capacity > 0
            else { continue }
            var usage =
                usages[claim.uid] ?? Usage(bytes: 0, percent: -1, next: store.now)
            if usage.percent != rule.percent {
                usage = Usage(
                    bytes: Int64(Double(capacity) * Double(rule.percent) / 100), percent: rule.percent,
                    next: store.now)
            }
            let percent = Int(Double(usage.bytes) / Double(capacity) * 100 + 0.5)
            if percent >= settings.faults.volumeUsageWarning {
                if usage.next <= store.now {
                    tell(claim, percent, usage.bytes, &store)
                    usage.next = store.now.advanced(by: Self.interval)
                }
                due = store.earliest(due, usage.next)
            }
            alive[claim.uid] = usage
        }
        usages = alive
        return due
    }

    private func tell(_ claim: Value, _ percent: Int, _ bytes: Int64, _ store: inout some ControllerStore) {
        store.recordEvent(
            about: claim, type: "Warning", reason: "VolumeUsageHigh",
            message: "Volume \(claim.textAt("spec", "volumeName")) of claim \(claim.objectKey) is \(percent)% full: "
                + "\(StorageQuantity.text(bytes)) of \(claim.textAt("status", "capacity", "storage")) used",
            component: "kubelet")
    }
}
