package import FleetModel
package import ResourceModel

/// Volumes whose claim is gone: Released, and with the policy Delete removed together with their data.
package struct VolumeReclaimController: Controller {
    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.volume, ControllerKinds.claim]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] { [ControllerKinds.volume] }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        for volume in store.list(ControllerKinds.volume, namespace: nil) {
            guard let reference = volume[at: "spec", "claimRef"] else {
                if volume.textAt("status", "phase") != "Available", !volume.isBeingDeleted {
                    Self.setPhase("Available", of: volume, &store)
                }
                if volume.isBeingDeleted { free(volume, &store) }
                continue
            }
            let uid = reference.textAt("uid")
            let claim = store.get(
                ControllerKinds.claim, namespace: reference.textAt("namespace"), name: reference.textAt("name"))
            guard !uid.isEmpty, claim?.uid != uid else { continue }
            let released = Self.setPhase("Released", of: volume, &store)
            guard released.textAt("spec", "persistentVolumeReclaimPolicy") == "Delete" else {
                if released.isBeingDeleted { free(released, &store) }
                continue
            }
            if !released.isBeingDeleted {
                try? store.delete(ControllerKinds.volume, namespace: "", name: released.objectName)
            }
            if let left = store.get(ControllerKinds.volume, namespace: "", name: released.objectName) {
                free(left, &store)
            }
        }
        return nil
    }

    @discardableResult
    static func setPhase(_ phase: String, of volume: Value, _ store: inout some ControllerStore) -> Value {
        guard volume.textAt("status", "phase") != phase else { return volume }
        var status = volume["status"] ?? [:]
        status["phase"] = .string(phase)
        if store.profile == .kubernetes132 {
            status["lastPhaseTransitionTime"] = .string(store.now.seconds)
        }
        return store.putStatus(status, of: volume)
    }

    /// Takes away the two finalizers; the last one lets the object go.
    private func free(_ volume: Value, _ store: inout some ControllerStore) {
        guard volume.isBeingDeleted else { return }
        var changed = volume
        changed.removeFinalizer(ClaimController.volumeProtection)
        changed.removeFinalizer(ClaimController.provisionerFinalizer)
        store.put(changed, over: volume)
    }
}
