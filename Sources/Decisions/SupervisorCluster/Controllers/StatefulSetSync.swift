internal import FleetModel
internal import ResourceModel

/// One look at one StatefulSet (stateful_set_control.go updateStatefulSet).
struct StatefulSetSync {
    let workload: Value
    var pods: [Value]
    let now: Timestamp
    let revisions: ControllerRevisions
    let currentRevision: String
    var hasFailed = false
    /// When a pod that is ready becomes available (`minReadySeconds`).
    var availableAt: Timestamp?

    init(workload: Value, pods: [Value], _ store: inout some ControllerStore) {
        self.workload = workload
        self.pods = pods
        now = store.now
        revisions = ControllerRevisions(owner: workload, &store)
        let present = workload.textAt("status", "currentRevision")
        currentRevision = present.isEmpty ? revisions.update.objectName : present
    }

    var updateRevision: String { revisions.update.objectName }
    var wanted: Int { workload.intAt("spec", "replicas") ?? 1 }
    var start: Int { workload.intAt("spec", "ordinals", "start") ?? 0 }
    var isOrdered: Bool { workload.textAt("spec", "podManagementPolicy") != "Parallel" }
    var minReady: Int { workload.intAt("spec", "minReadySeconds") ?? 0 }

    static func ordinal(of pod: String, in set: String) -> Int? {
        guard pod.hasPrefix(set + "-") else { return nil }
        let digits = pod.dropFirst(set.count + 1)
        return !digits.isEmpty && digits.allSatisfy(\.isNumber) ? Int(digits) : nil
    }

    private func pod(_ ordinal: Int) -> Value? {
        let name = "\(workload.objectName)-\(ordinal)"
        return pods.first { $0.objectName == name }
    }

    private func revision(of pod: Value) -> String { pod.objectLabels["controller-revision-hash"] ?? "" }
    private func isHealthy(_ pod: Value) -> Bool {
        pod.textAt("status", "phase") == "Running" && pod.isPodReady && !pod.isBeingDeleted
    }

    /// Makes the next writes that the order allows.
    mutating func run(_ store: inout some ControllerStore) {
        let range = start..<(start + wanted)
        for ordinal in range {
            guard bringUp(ordinal, &store) else { return }
        }
        let condemned = pods.compactMap { pod in
            Self.ordinal(of: pod.objectName, in: workload.objectName).map { ($0, pod) }
        }
        .filter { !range.contains($0.0) }.sorted { $0.0 > $1.0 }
        for (_, pod) in condemned {
            if pod.isBeingDeleted {
                if isOrdered { return }
                continue
            }
            delete(pod, &store)
            if isOrdered { return }
        }
        update(&store)
    }

    /// Makes one replica exist and be available; false when the ones after it have to wait.
    private mutating func bringUp(_ ordinal: Int, _ store: inout some ControllerStore) -> Bool {
        if let pod = pod(ordinal) {
            if pod.isPodFinished, !pod.isBeingDeleted {
                store.recordEvent(
                    about: workload, type: "Warning", reason: "RecreatingFailedPod",
                    message: "StatefulSet \(workload.objectKey) is recreating failed Pod \(pod.objectName)",
                    component: "statefulset-controller")
                delete(pod, &store)
                return !isOrdered
            }
            guard isHealthy(pod) else { return !isOrdered }
            let state = PodControl.isAvailable(pod, minReady: minReady, now: now)
            availableAt = store.earliest(availableAt, state.due)
            return state.available || !isOrdered
        }
        guard let made = create(ordinal, &store) else { return !isOrdered && !hasFailed }
        pods.append(made)
        return !isOrdered
    }

    /// A pod that comes back while an update runs keeps the revision that its ordinal still has.
    private func template(for ordinal: Int) -> (name: String, template: Value) {
        var name = updateRevision
        if workload.textAt("spec", "updateStrategy", "type") != "OnDelete" {
            if let partition = workload.intAt("spec", "updateStrategy", "rollingUpdate", "partition") {
                if ordinal < start + partition { name = currentRevision }
            } else if ordinal < start + (workload.intAt("status", "currentReplicas") ?? 0) {
                name = currentRevision
            }
        }
        return (name, revisions.template(name))
    }

    private mutating func create(_ ordinal: Int, _ store: inout some ControllerStore) -> Value? {
        let name = "\(workload.objectName)-\(ordinal)"
        let chosen = template(for: ordinal)
        guard createClaims(ordinal, pod: name, &store) else { return nil }
        var labels = [
            "statefulset.kubernetes.io/pod-name": name, "controller-revision-hash": chosen.name,
        ]
        if store.profile == .kubernetes132 { labels["apps.kubernetes.io/pod-index"] = "\(ordinal)" }
        var pod = PodTemplate.pod(
            chosen.template, owner: workload, name: name, prefix: workload.objectName + "-", labels: labels)
        pod[at: "spec", "hostname"] = .string(name)
        let service = workload.textAt("spec", "serviceName")
        if !service.isEmpty { pod[at: "spec", "subdomain"] = .string(service) }
        let claims = workload.itemsAt("spec", "volumeClaimTemplates")
        let claimNames = Set(claims.map(\.objectName))
        let volumes: [Value] = claims.map {
            [
                "name": .string($0.objectName),
                "persistentVolumeClaim": ["claimName": .string("\($0.objectName)-\(name)")],
            ]
        }
        let others = pod.itemsAt("spec", "volumes").filter { !claimNames.contains($0.textAt("name")) }
        if !volumes.isEmpty { pod[at: "spec", "volumes"] = .array(volumes + others) }
        let made = PodControl.create(pod, &store)
        guard let stored = made.pod else {
            record(
                "Warning", "FailedCreate",
                "create Pod \(name) in StatefulSet \(workload.objectName) failed error: "
                    + made.refusal, &store)
            hasFailed = true
            return nil
        }
        record(
            "Normal", "SuccessfulCreate", "create Pod \(name) in StatefulSet \(workload.objectName) successful", &store)
        return stored
    }

    /// Claims belong to the ordinal, not to the StatefulSet: they carry its selector's labels and no owner, unless
    /// `persistentVolumeClaimRetentionPolicy.whenDeleted` is Delete.
    private mutating func createClaims(_ ordinal: Int, pod: String, _ store: inout some ControllerStore) -> Bool {
        for template in workload.itemsAt("spec", "volumeClaimTemplates") {
            let name = "\(template.objectName)-\(pod)"
            if let present = store.get(ControllerKinds.claim, namespace: workload.objectNamespace, name: name) {
                guard present.isBeingDeleted else { continue }
                hasFailed = true
                let text = "create Pod \(pod) in StatefulSet \(workload.objectName) failed error: "
                record("Warning", "FailedCreate", text + "pvc \(name) is being deleted", &store)
                return false
            }
            var claim = template
            claim["apiVersion"] = "v1"
            claim["kind"] = "PersistentVolumeClaim"
            claim["status"] = nil
            claim[at: "metadata", "name"] = .string(name)
            claim[at: "metadata", "namespace"] = .string(workload.objectNamespace)
            let labels = template.objectLabels.merging(
                (workload[at: "spec", "selector"] ?? [:]).stringMap("matchLabels")
            ) { _, new in new }
            claim[at: "metadata", "labels"] = Value.texts(labels)
            if workload.textAt("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete" {
                var owner = workload.controllerReference
                owner["blockOwnerDeletion"] = nil
                owner["controller"] = nil
                claim[at: "metadata", "ownerReferences"] = .array([owner])
            }
            let text = "create Claim \(name) Pod \(pod) in StatefulSet \(workload.objectName)"
            do {
                try store.create(claim)
                record("Normal", "SuccessfulCreate", "\(text) success", &store)
            } catch {
                record("Warning", "FailedCreate", "\(text) failed error: \(error)", &store)
                hasFailed = true
                return false
            }
        }
        return true
    }

    private mutating func delete(_ pod: Value, _ store: inout some ControllerStore) {
        guard PodControl.delete(pod, &store) else { return }
        record(
            "Normal", "SuccessfulDelete",
            "delete Pod \(pod.objectName) in StatefulSet \(workload.objectName) successful",
            &store)
        if workload.textAt("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled") == "Delete",
            let ordinal = Self.ordinal(of: pod.objectName, in: workload.objectName), ordinal >= start + wanted
        {
            for claim in PodTemplate.claims(pod) where claim.hasSuffix("-\(pod.objectName)") {
                try? store.delete(ControllerKinds.claim, namespace: workload.objectNamespace, name: claim)
            }
        }
        if let index = pods.firstIndex(where: { $0.uid == pod.uid }) {
            if let fresh = store.get(ControllerKinds.pod, namespace: pod.objectNamespace, name: pod.objectName),
                fresh.uid == pod.uid
            {
                pods[index] = fresh
            } else {
                pods.remove(at: index)
            }
        }
    }

    /// Replaces pods of other revisions from the highest ordinal down to the partition, one at a time.
    private mutating func update(_ store: inout some ControllerStore) {
        guard workload.textAt("spec", "updateStrategy", "type") != "OnDelete" else { return }
        let partition = workload.intAt("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0
        guard wanted > partition else { return }
        for ordinal in stride(from: start + wanted - 1, through: start + partition, by: -1) {
            guard let pod = pod(ordinal) else { return }
            if revision(of: pod) != updateRevision, !pod.isBeingDeleted {
                delete(pod, &store)
                return
            }
            guard isHealthy(pod) else { return }
            let state = PodControl.isAvailable(pod, minReady: minReady, now: now)
            availableAt = store.earliest(availableAt, state.due)
            guard state.available else { return }
        }
    }

    private func record(_ type: String, _ reason: String, _ message: String, _ store: inout some ControllerStore) {
        store.recordEvent(
            about: workload, type: type, reason: reason, message: message, component: "statefulset-controller")
    }

    /// Counts pods by revision; an update is complete when every pod is ready and of the new revision.
    func writeStatus(_ store: inout some ControllerStore) {
        var current = 0
        var updated = 0
        var available = 0
        for pod in pods where !pod.isBeingDeleted {
            if revision(of: pod) == currentRevision { current += 1 }
            if revision(of: pod) == updateRevision { updated += 1 }
            if pod.textAt("status", "phase") == "Running",
                PodControl.isAvailable(pod, minReady: minReady, now: now).available
            {
                available += 1
            }
        }
        let ready = pods.filter { $0.textAt("status", "phase") == "Running" && $0.isPodReady }.count
        var currentName = currentRevision
        if workload.textAt("spec", "updateStrategy", "type") != "OnDelete", updated == wanted, updated == pods.count,
            ready == pods.count
        {
            currentName = updateRevision
            current = updated
        }
        var status: Value = [
            "observedGeneration": .int(Int64(workload.generation)), "replicas": .int(Int64(pods.count)),
            "availableReplicas": .int(Int64(available)), "updateRevision": .string(updateRevision),
            "currentRevision": .string(currentName),
            "collisionCount": workload[at: "status", "collisionCount"] ?? 0,
        ]
        status["readyReplicas"] = Value.count(ready)
        status["currentReplicas"] = Value.count(current)
        status["updatedReplicas"] = Value.count(updated)
        status["conditions"] = workload[at: "status", "conditions"]
        store.putStatus(status, of: workload)
        revisions.trim(inUse: Set(pods.map(revision) + [currentName, updateRevision]), &store)
    }
}
