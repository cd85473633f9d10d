package import FleetModel
package import ResourceModel

/// Tells of volumes that fill up, in ways that any client of the plain Kubernetes API can read.
///
/// A kubelet publishes volume fullness only as metrics, and vSphere's alarms live in vCenter; so the simulator writes a
/// Warning event `VolumeUsageHigh` about the claim, with the percentage in its message, and repeats it (count) every
/// minute while it lasts. The event's form is the simulator's own, documented here. The percentage of the present
/// capacity also stands in an annotation of the claim, from which a node's `/stats/summary` is answered; setting that
/// annotation by hand fills a volume as well as the fault switch does.
package struct VolumeUsageController: Controller {
    private struct Usage: Sendable {
        var bytes: Int64
        /// The switch's percentage; nil when the annotation was set by hand.
        var rule: Int?
        /// What the annotation says since the last look.
        var shown: Int
        var next: Timestamp
    }
    private var usages: [String: Usage] = [:]

    /// How often a volume that stays full is told of again.
    package static let interval = Duration.seconds(60)
    package static let annotation = "simulator.flotilla.dev/used-percent"

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] { [ControllerKinds.claim] }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] { [ControllerKinds.claim] }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        var due: Timestamp?
        var alive: [String: Usage] = [:]
        for claim in store.list(ControllerKinds.claim, namespace: nil)
        where claim.textAt("status", "phase") == "Bound" && !claim.isBeingDeleted {
            guard let capacity = StorageQuantity.bytes(claim.textAt("status", "capacity", "storage")), capacity > 0,
                var usage = usage(of: claim, capacity, &store, settings)
            else { continue }
            let percent = Int(Double(usage.bytes) / Double(capacity) * 100 + 0.5)
            if claim.objectAnnotations[Self.annotation] != "\(percent)" {
                var changed = claim
                changed.setAnnotation(Self.annotation, "\(percent)")
                store.put(changed, over: claim)
            }
            usage.shown = percent
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

    /// Used bytes are fixed when a percentage is first seen, so that a volume that grows becomes less full.
    private func usage(
        of claim: Value, _ capacity: Int64, _ store: inout some ControllerStore, _ settings: ControllerSettings
    ) -> Usage? {
        let known = usages[claim.uid]
        let noted = claim.objectAnnotations[Self.annotation].flatMap { Int($0) }
        func fresh(_ percent: Int, rule: Int?) -> Usage {
            Usage(
                bytes: Int64(Double(capacity) * Double(percent) / 100), rule: rule, shown: percent, next: store.now)
        }
        let match = settings.faults.volumeUsage.first { ControllerFaults.has([$0.pattern], claim) }
        if let match {
            return known?.rule == match.percent ? known : fresh(match.percent, rule: match.percent)
        }
        if known?.rule != nil {
            // The switch was taken back, and the fullness with it.
            var changed = claim
            changed.setAnnotation(Self.annotation, nil)
            store.put(changed, over: claim)
            return nil
        }
        guard let noted, (0...100).contains(noted) else { return nil }
        return known?.shown == noted ? known : fresh(noted, rule: nil)
    }

    private func tell(_ claim: Value, _ percent: Int, _ bytes: Int64, _ store: inout some ControllerStore) {
        store.recordEvent(
            about: claim, type: "Warning", reason: "VolumeUsageHigh",
            message: "Volume \(claim.textAt("spec", "volumeName")) of claim \(claim.objectKey) is \(percent)% full: "
                + "\(StorageQuantity.text(bytes)) of \(claim.textAt("status", "capacity", "storage")) used",
            component: "kubelet")
    }
}
