package import FleetModel
package import ResourceModel

/// A bound claim that asks for more: the storage grows first, then the file system on the node of a pod that uses it.
///
/// The order of writes and events is the one recorded against 1.32 with the CSI resizer; 1.25 keeps
/// `allocatedResources` and `allocatedResourceStatuses` behind a feature gate and does not show them.
package struct ClaimResizeController: Controller {
    private enum Stage: Sendable, Hashable {
        /// ExternalExpanding was told; the resizer takes over.
        case asked
        /// The storage grows until then.
        case growing(until: Timestamp)
        /// The file system grows from the moment a running pod uses the claim.
        case pending
        case onNode(until: Timestamp)
    }
    private struct Resize: Sendable {
        var stage: Stage
        var target: String
    }
    private var resizes: [String: Resize] = [:]
    private var retries = RetryMemo(first: .seconds(10), longest: .seconds(300))

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.claim, ControllerKinds.volume, ControllerKinds.pod]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.claim, ControllerKinds.volume]
    }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let claims = store.list(ControllerKinds.claim, namespace: nil)
        var due: Timestamp?
        for claim in claims where claim.textAt("status", "phase") == "Bound" && !claim.isBeingDeleted {
            let request = claim.textAt("spec", "resources", "requests", "storage")
            let capacity = claim.textAt("status", "capacity", "storage")
            if request == capacity, resizes[claim.uid] == nil { continue }
            guard let wanted = StorageQuantity.bytes(request), let present = StorageQuantity.bytes(capacity),
                wanted > present
            else {
                resizes[claim.uid] = nil
                continue
            }
            due = store.earliest(due, advance(claim, request, &store, settings))
        }
        if resizes.count > claims.count {
            let alive = Set(claims.map(\.uid))
            resizes = resizes.filter { alive.contains($0.key) }
        }
        retries.forget(exceptFor: Set(resizes.keys))
        return due
    }

    private mutating func advance(
        _ claim: Value, _ request: String, _ store: inout some ControllerStore, _ settings: ControllerSettings
    ) -> Timestamp? {
        guard
            let volume = store.get(
                ControllerKinds.volume, namespace: "", name: claim.textAt("spec", "volumeName"))
        else { return nil }
        let resize = resizes[claim.uid] ?? resumed(claim, volume, request, &store)
        resizes[claim.uid] = resize
        switch resize.stage {
        case .asked:
            guard !settings.faults.noResizer, let driver = volume[at: "spec", "csi", "driver"]?.stringValue else {
                return nil
            }
            guard retries.mayTry(claim.uid, now: store.now) else { return retries.next(claim.uid) }
            return beginGrowth(claim, volume, request, driver, &store, settings)
        case .growing(let until):
            guard until <= store.now else { return until }
            return endGrowth(claim, volume, resize, &store, settings)
        case .pending:
            guard runningPod(of: claim, &store) != nil else { return nil }
            let until = store.now.advanced(by: settings.resizeNode)
            resizes[claim.uid]?.stage = .onNode(until: until)
            return until
        case .onNode(let until):
            guard until <= store.now else { return until }
            guard let pod = runningPod(of: claim, &store) else {
                resizes[claim.uid]?.stage = .pending
                return nil
            }
            finish(claim, volume, pod, resize.target, &store)
            resizes[claim.uid] = nil
            return store.now
        }
    }

    /// Begins, or goes on where a claim's conditions say an earlier run stopped.
    private func resumed(
        _ claim: Value, _ volume: Value, _ request: String, _ store: inout some ControllerStore
    ) -> Resize {
        if claim.condition("FileSystemResizePending") != nil {
            return Resize(stage: .pending, target: volume.textAt("spec", "capacity", "storage"))
        }
        if claim.condition("Resizing") == nil {
            switch store.profile {
            case .kubernetes125:
                store.recordEvent(
                    about: claim, type: "Warning", reason: "ExternalExpanding",
                    message: "Ignoring the PVC: didn't find a plugin capable of expanding the volume; waiting for an "
                        + "external controller to process this PVC.", component: "volume_expand")
            case .kubernetes132:
                store.recordEvent(
                    about: claim, type: "Normal", reason: "ExternalExpanding",
                    message: "waiting for an external controller to expand this PVC", component: "volume_expand")
            }
        }
        return Resize(stage: .asked, target: request)
    }

    private mutating func beginGrowth(
        _ claim: Value, _ volume: Value, _ request: String, _ driver: String, _ store: inout some ControllerStore,
        _ settings: ControllerSettings
    ) -> Timestamp? {
        var status = claim["status"] ?? [:]
        var conditions = StatusConditions(status.itemsAt("conditions"))
        conditions.set("Resizing", "True", at: store.now, extra: ["lastProbeTime": .null])
        status["conditions"] = conditions.value
        if store.profile == .kubernetes132 {
            status["allocatedResources"] = ["storage": .string(request)]
            status["allocatedResourceStatuses"] = ["storage": "ControllerResizeInProgress"]
        }
        let stored = store.putStatus(status, of: claim)
        store.recordEvent(
            about: stored, type: "Normal", reason: "Resizing",
            message: "External resizer is resizing volume \(volume.objectName)",
            component: "external-resizer \(driver)")
        if settings.faults.storageFull {
            store.recordEvent(
                about: stored, type: "Warning", reason: "VolumeResizeFailed",
                message: "resize volume \"\(volume.objectName)\" by resizer \"\(driver)\" failed: rpc error: code = "
                    + "ResourceExhausted desc = failed to expand volume. Error: insufficient space on datastore",
                component: "external-resizer \(driver)")
            resizes[claim.uid]?.stage = .asked
            return retries.failed(claim.uid, now: store.now)
        }
        let until = store.now.advanced(by: settings.resizeController)
        resizes[claim.uid] = Resize(stage: .growing(until: until), target: request)
        return until
    }

    private mutating func endGrowth(
        _ claim: Value, _ volume: Value, _ resize: Resize, _ store: inout some ControllerStore,
        _ settings: ControllerSettings
    ) -> Timestamp? {
        var grown = volume
        grown.setAnnotation(
            "volume.alpha.kubernetes.io/pre-resize-capacity", volume.textAt("spec", "capacity", "storage"))
        grown[at: "spec", "capacity", "storage"] = .string(resize.target)
        store.put(grown, over: volume)
        var status = claim["status"] ?? [:]
        var conditions = StatusConditions(status.itemsAt("conditions"))
        conditions.set(
            "FileSystemResizePending", "True",
            message: "Waiting for user to (re-)start a pod to finish file system resize of volume on node.",
            at: store.now, extra: ["lastProbeTime": .null])
        if store.profile == .kubernetes125 { conditions.remove("Resizing") }
        status["conditions"] = conditions.value
        if store.profile == .kubernetes132 {
            status["allocatedResourceStatuses"] = ["storage": "NodeResizePending"]
        }
        let stored = store.putStatus(status, of: claim)
        store.recordEvent(
            about: stored, type: "Normal", reason: "FileSystemResizeRequired",
            message: "Require file system resize of volume on node",
            component: "external-resizer \(volume.textAt("spec", "csi", "driver"))")
        resizes[claim.uid]?.stage = .pending
        return store.now
    }

    private func finish(
        _ claim: Value, _ volume: Value, _ pod: Value, _ target: String, _ store: inout some ControllerStore
    ) {
        var status = claim["status"] ?? [:]
        status["capacity"] = ["storage": .string(target)]
        var conditions = StatusConditions(status.itemsAt("conditions"))
        conditions.remove("Resizing")
        conditions.remove("FileSystemResizePending")
        status["conditions"] = conditions.value
        status["allocatedResourceStatuses"] = nil
        let stored = store.putStatus(status, of: claim)
        var plain = volume
        plain.setAnnotation("volume.alpha.kubernetes.io/pre-resize-capacity", nil)
        store.put(plain, over: volume)
        let message =
            "MountVolume.NodeExpandVolume succeeded for volume \"\(volume.objectName)\" "
            + pod.textAt("spec", "nodeName")
        for object in [pod, stored] {
            store.recordEvent(
                about: object, type: "Normal", reason: "FileSystemResizeSuccessful", message: message,
                component: "kubelet")
        }
    }

    private func runningPod(of claim: Value, _ store: inout some ControllerStore) -> Value? {
        store.list(ControllerKinds.pod, namespace: claim.objectNamespace).first {
            $0.textAt("status", "phase") == "Running" && !$0.isBeingDeleted
                && PodTemplate.claims($0).contains(claim.objectName)
        }
    }
}
