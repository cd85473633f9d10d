package import FleetModel
package import ResourceModel

/// Claims get volumes: the default class, static volumes, dynamic provisioning at once or for the first consumer, and
/// the protection that keeps a claim that a pod still uses.
///
/// Stands for the persistentvolume controller, the CSI provisioner and the pvc-protection controller.
package struct ClaimController: Controller {
    /// When the volume of a claim that is being provisioned will be there, by the claim's uid.
    private var provisioning: [String: Timestamp] = [:]
    /// When the next reminder (FailedBinding, WaitForFirstConsumer, ProvisioningFailed) is written.
    private var retries = RetryMemo(first: .seconds(15), longest: .seconds(15))

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.claim, ControllerKinds.volume, ControllerKinds.storageClass, ControllerKinds.pod]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.claim, ControllerKinds.volume]
    }

    static let protection = "kubernetes.io/pvc-protection"
    static let volumeProtection = "kubernetes.io/pv-protection"
    static let provisionerFinalizer = "external-provisioner.volume.kubernetes.io/finalizer"

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let claims = store.list(ControllerKinds.claim, namespace: nil)
        guard !claims.isEmpty else { return nil }
        var due: Timestamp?
        var used: Set<String>?
        for claim in claims {
            if claim.isBeingDeleted {
                let inUse = used ?? Self.usedClaims(store.list(ControllerKinds.pod, namespace: nil))
                used = inUse
                release(claim, inUse, &store)
            } else if !["Bound", "Lost"].contains(claim.textAt("status", "phase")) {
                due = store.earliest(due, bind(claim, &store, settings))
            } else if claim.textAt("status", "phase") == "Bound" {
                checkVolume(of: claim, &store)
            }
        }
        if provisioning.count + retries.entries.count > claims.count {
            let alive = Set(claims.map(\.uid))
            provisioning = provisioning.filter { alive.contains($0.key) }
            retries.forget(exceptFor: alive)
        }
        return due
    }

    private static func usedClaims(_ pods: [Value]) -> Set<String> {
        var used: Set<String> = []
        for pod in pods where !pod.isPodFinished {
            for claim in PodTemplate.claims(pod) { used.insert("\(pod.objectNamespace)/\(claim)") }
        }
        return used
    }

    private func release(_ claim: Value, _ used: Set<String>, _ store: inout some ControllerStore) {
        guard claim.finalizers.contains(Self.protection), !used.contains(claim.objectKey) else { return }
        var changed = claim
        changed.removeFinalizer(Self.protection)
        store.put(changed, over: claim)
    }

    /// A bound claim whose volume is gone is Lost, and stays so.
    private func checkVolume(of claim: Value, _ store: inout some ControllerStore) {
        let name = claim.textAt("spec", "volumeName")
        guard store.get(ControllerKinds.volume, namespace: "", name: name) == nil else { return }
        var status = claim["status"] ?? [:]
        status["phase"] = "Lost"
        status["capacity"] = nil
        status["accessModes"] = nil
        store.putStatus(status, of: claim)
        store.recordEvent(
            about: claim, type: "Warning", reason: "ClaimLost",
            message: "Bound claim has lost its PersistentVolume. Data on the volume is lost!",
            component: "persistentvolume-controller")
    }

    // MARK: Binding

    private mutating func bind(
        _ claim: Value, _ store: inout some ControllerStore, _ settings: ControllerSettings
    ) -> Timestamp? {
        var claim = claim
        if !claim.finalizers.contains(Self.protection) {
            var changed = claim
            changed[at: "metadata", "finalizers"] = .array(
                (claim.finalizers + [Self.protection]).map(Value.string))
            claim = store.put(changed, over: claim)
        }
        if let name = claim[at: "spec", "volumeName"]?.stringValue, !name.isEmpty {
            if let volume = store.get(ControllerKinds.volume, namespace: "", name: name) {
                complete(claim, volume, &store)
            }
            return nil
        }
        if let volume = staticVolume(for: claim, &store) {
            complete(claim, volume, &store)
            return nil
        }
        guard let name = className(of: claim, &store) else {
            return remind(
                claim, "Normal", "FailedBinding",
                "no persistent volumes available for this claim and no storage class is set", &store)
        }
        guard !name.isEmpty, let storage = store.get(ControllerKinds.storageClass, namespace: "", name: name) else {
            guard !name.isEmpty else {
                return remind(
                    claim, "Normal", "FailedBinding",
                    "no persistent volumes available for this claim and no storage class is set", &store)
            }
            return remind(
                claim, "Warning", "ProvisioningFailed", "storageclass.storage.k8s.io \"\(name)\" not found", &store)
        }
        if claim[at: "spec", "storageClassName"] == nil {
            var changed = claim
            changed[at: "spec", "storageClassName"] = .string(name)
            claim = store.put(changed, over: claim)
        }
        let waits = storage.textAt("volumeBindingMode") == "WaitForFirstConsumer"
        if waits, claim.objectAnnotations[SchedulerController.selectedNodeKey] == nil {
            return remind(
                claim, "Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding",
                &store)
        }
        return provision(claim, storage, &store, settings)
    }

    /// The class that the claim names, else the newest default class; nil when there is none.
    private func className(of claim: Value, _ store: inout some ControllerStore) -> String? {
        if let named = claim[at: "spec", "storageClassName"]?.stringValue { return named }
        if let named = claim.objectAnnotations["volume.beta.kubernetes.io/storage-class"] { return named }
        return store.list(ControllerKinds.storageClass, namespace: nil)
            .filter { $0.objectAnnotations["storageclass.kubernetes.io/is-default-class"] == "true" }
            .max { ($0.creationTime, $1.objectName) < ($1.creationTime, $0.objectName) }?.objectName
    }

    private mutating func remind(
        _ claim: Value, _ type: String, _ reason: String, _ message: String, component: String? = nil,
        _ store: inout some ControllerStore
    ) -> Timestamp? {
        guard retries.mayTry(claim.uid, now: store.now) else { return retries.next(claim.uid) }
        store.recordEvent(
            about: claim, type: type, reason: reason, message: message,
            component: component ?? "persistentvolume-controller")
        return retries.failed(claim.uid, now: store.now)
    }

    /// The smallest free volume that fits, or the one that names this claim.
    private func staticVolume(for claim: Value, _ store: inout some ControllerStore) -> Value? {
        let request = StorageQuantity.bytes(claim.textAt("spec", "resources", "requests", "storage")) ?? 0
        let modes = Set(claim.itemsAt("spec", "accessModes").compactMap(\.stringValue))
        var best: (size: Int64, volume: Value)?
        for volume in store.list(ControllerKinds.volume, namespace: nil) where !volume.isBeingDeleted {
            if let reference = volume[at: "spec", "claimRef"] {
                guard reference.textAt("namespace") == claim.objectNamespace,
                    reference.textAt("name") == claim.objectName,
                    ["", claim.uid].contains(reference.textAt("uid"))
                else { continue }
                return volume
            }
            guard ["", "Pending", "Available"].contains(volume.textAt("status", "phase")),
                volume.textAt("spec", "storageClassName") == claim.textAt("spec", "storageClassName"),
                modes.isSubset(of: volume.itemsAt("spec", "accessModes").compactMap(\.stringValue)),
                let size = StorageQuantity.bytes(volume.textAt("spec", "capacity", "storage")), size >= request,
                LabelMatching.matches(claim[at: "spec", "selector"] ?? [:], volume.objectLabels)
            else { continue }
            if best.map({ size < $0.size }) ?? true { best = (size, volume) }
        }
        return best?.volume
    }

    // MARK: Provisioning

    private mutating func provision(
        _ claim: Value, _ storage: Value, _ store: inout some ControllerStore, _ settings: ControllerSettings
    ) -> Timestamp? {
        let driver = storage.textAt("provisioner")
        guard driver != "kubernetes.io/no-provisioner" else { return nil }
        guard let ready = provisioning[claim.uid] else {
            begin(claim, driver, &store)
            let ready = store.now.advanced(by: settings.volumeProvision)
            provisioning[claim.uid] = ready
            return ready
        }
        guard ready <= store.now else { return ready }
        if settings.faults.storageFull {
            return remind(
                claim, "Warning", "ProvisioningFailed",
                "failed to provision volume with StorageClass \"\(storage.objectName)\": rpc error: code = "
                    + "ResourceExhausted desc = failed to create volume. Error: insufficient space on datastore",
                component: driver, &store)
        }
        provisioning[claim.uid] = nil
        guard let volume = createVolume(for: claim, storage, &store) else { return nil }
        store.recordEvent(
            about: claim, type: "Normal", reason: "ProvisioningSucceeded",
            message: "Successfully provisioned volume \(volume.objectName)", component: driver)
        complete(claim, volume, &store)
        return nil
    }

    private func begin(_ claim: Value, _ driver: String, _ store: inout some ControllerStore) {
        var changed = claim
        changed.setAnnotation("volume.beta.kubernetes.io/storage-provisioner", driver)
        changed.setAnnotation("volume.kubernetes.io/storage-provisioner", driver)
        let stored = store.put(changed, over: claim)
        let message =
            switch store.profile {
            case .kubernetes125:
                "waiting for a volume to be created, either by external provisioner \"\(driver)\" or manually created "
                    + "by system administrator"
            case .kubernetes132:
                "Waiting for a volume to be created either by the external provisioner '\(driver)' or manually by the "
                    + "system administrator. If volume creation is delayed, please verify that the provisioner is "
                    + "running and correctly registered."
            }
        store.recordEvent(
            about: stored, type: "Normal", reason: "ExternalProvisioning", message: message,
            component: "persistentvolume-controller")
        store.recordEvent(
            about: stored, type: "Normal", reason: "Provisioning",
            message: "External provisioner is provisioning volume for claim \"\(claim.objectKey)\"",
            component: driver)
    }

    private func createVolume(for claim: Value, _ storage: Value, _ store: inout some ControllerStore) -> Value? {
        let driver = storage.textAt("provisioner")
        let name = "pvc-\(claim.uid)"
        var spec: Value = [
            "capacity": ["storage": .string(claim.textAt("spec", "resources", "requests", "storage"))],
            "accessModes": claim[at: "spec", "accessModes"] ?? ["ReadWriteOnce"],
            "claimRef": [
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": .string(claim.objectNamespace),
                "name": .string(claim.objectName), "uid": .string(claim.uid),
                "resourceVersion": .string(claim.resourceVersion),
            ],
            "csi": ["driver": .string(driver), "volumeHandle": .string(claim.uid), "fsType": "ext4"],
            "persistentVolumeReclaimPolicy": storage["reclaimPolicy"] ?? "Delete",
            "storageClassName": .string(storage.objectName),
            "volumeMode": claim[at: "spec", "volumeMode"] ?? "Filesystem",
        ]
        spec["mountOptions"] = storage["mountOptions"]
        let volume: Value = [
            "apiVersion": "v1", "kind": "PersistentVolume",
            "metadata": [
                "name": .string(name), "annotations": ["pv.kubernetes.io/provisioned-by": .string(driver)],
                "finalizers": .array([.string(Self.provisionerFinalizer), .string(Self.volumeProtection)]),
            ],
            "spec": spec,
        ]
        return (try? store.create(volume)) ?? store.get(ControllerKinds.volume, namespace: "", name: name)
    }

    /// Both sides point at each other, then both say Bound.
    private func complete(_ claim: Value, _ volume: Value, _ store: inout some ControllerStore) {
        var volume = volume
        if volume.textAt("spec", "claimRef", "uid") != claim.uid {
            guard volume[at: "spec", "claimRef"] == nil || volume.textAt("spec", "claimRef", "uid").isEmpty,
                volume[at: "spec", "claimRef"] == nil
                    || volume.textAt("spec", "claimRef", "name") == claim.objectName
            else { return }
            var changed = volume
            changed[at: "spec", "claimRef"] = [
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": .string(claim.objectNamespace),
                "name": .string(claim.objectName), "uid": .string(claim.uid),
                "resourceVersion": .string(claim.resourceVersion),
            ]
            changed.setAnnotation("pv.kubernetes.io/bound-by-controller", "yes")
            volume = store.put(changed, over: volume)
        }
        VolumeReclaimController.setPhase("Bound", of: volume, &store)
        let fresh =
            store.get(ControllerKinds.claim, namespace: claim.objectNamespace, name: claim.objectName) ?? claim
        var changed = fresh
        changed[at: "spec", "volumeName"] = .string(volume.objectName)
        changed.setAnnotation("pv.kubernetes.io/bind-completed", "yes")
        if fresh.textAt("spec", "volumeName").isEmpty {
            changed.setAnnotation("pv.kubernetes.io/bound-by-controller", "yes")
        }
        let stored = store.put(changed, over: fresh)
        var status = stored["status"] ?? [:]
        status["phase"] = "Bound"
        status["accessModes"] = volume[at: "spec", "accessModes"]
        status["capacity"] = ["storage": volume[at: "spec", "capacity", "storage"] ?? "0"]
        store.putStatus(status, of: stored)
    }
}
