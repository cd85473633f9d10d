internal import FleetModel
internal import ResourceModel

/// One look at one Deployment and its ReplicaSets.
struct DeploymentRollout {
    var deployment: Value
    var replicaSets: [Value]
    let now: Timestamp
    /// The Deployment's template has a ReplicaSet when this is set.
    var newName: String?
    /// Conditions that this look adds before the status is counted.
    var pendingCondition: (status: String, reason: String, message: String)?

    static let revisionKey = "deployment.kubernetes.io/revision"
    static let historyKey = "deployment.kubernetes.io/revision-history"
    static let desiredKey = "deployment.kubernetes.io/desired-replicas"
    static let maxKey = "deployment.kubernetes.io/max-replicas"

    init(deployment: Value, replicaSets: [Value], now: Timestamp) {
        self.deployment = deployment
        self.replicaSets = replicaSets.sorted { ($0.creationTime, $0.objectName) < ($1.creationTime, $1.objectName) }
        self.now = now
    }

    var wanted: Int { deployment.intAt("spec", "replicas") ?? 1 }
    var isRolling: Bool { deployment.textAt("spec", "strategy", "type") != "Recreate" }
    var isPaused: Bool { deployment.flagAt("spec", "paused") }

    /// `maxSurge` rounds up, `maxUnavailable` down; both 0 means one unavailable (ResolveFenceposts).
    var fence: (surge: Int, unavailable: Int) {
        guard isRolling else { return (0, 0) }
        let rolling = deployment[at: "spec", "strategy", "rollingUpdate"] ?? [:]
        let surge = Self.resolve(rolling["maxSurge"], of: wanted, roundUp: true)
        let unavailable = Self.resolve(rolling["maxUnavailable"], of: wanted, roundUp: false)
        return surge == 0 && unavailable == 0 ? (0, min(1, max(wanted, 1))) : (surge, min(unavailable, wanted))
    }

    static func resolve(_ value: Value?, of total: Int, roundUp: Bool) -> Int {
        switch value ?? "25%" {
        case .int(let number): return Int(clamping: max(0, number))
        case .string(let text) where text.hasSuffix("%"):
            let percent = max(0, Int(text.dropLast()) ?? 0)
            return (total * min(percent, 10_000) + (roundUp ? 99 : 0)) / 100
        default: return 0
        }
    }

    /// Makes the next writes; returns when the progress deadline has to be looked at.
    mutating func sync(_ store: inout some ControllerStore) -> Timestamp? {
        if deployment.isBeingDeleted {
            writeStatus(&store)
            return nil
        }
        findNew()
        syncRevision(&store)
        if isPaused {
            pause(&store)
            writeStatus(&store)
            return nil
        }
        resume()
        if isScaled {
            scaleAll(&store)
            return deadline(writeStatus(&store))
        }
        if isRolling {
            if newName == nil { createNew(&store) }
            if !scaleNew(&store) { scaleOld(&store) }
        } else {
            recreate(&store)
        }
        let status = writeStatus(&store)
        if Self.isComplete(deployment, status) { trimHistory(&store) }
        return deadline(status)
    }

    // MARK: Which ReplicaSet is which

    var newSet: Value? { newName.flatMap { name in replicaSets.first { $0.objectName == name } } }
    var oldSets: [Value] { replicaSets.filter { $0.objectName != newName } }

    private mutating func findNew() {
        let template = PodTemplate.withoutHash(deployment[at: "spec", "template"] ?? [:])
        let match = replicaSets.first {
            PodTemplate.withoutHash($0[at: "spec", "template"] ?? [:]) == template
        }
        if let match {
            newName = match.objectName
            return
        }
        let hash = templateHash
        newName = replicaSets.first { $0.objectLabels["pod-template-hash"] == hash }?.objectName
    }

    private var templateHash: String {
        TemplateHash.of(
            PodTemplate.withoutHash(deployment[at: "spec", "template"] ?? [:]),
            collisions: deployment.intAt("status", "collisionCount") ?? 0)
    }

    private func revision(of object: Value) -> Int { Int(object.objectAnnotations[Self.revisionKey] ?? "") ?? 0 }

    /// The present template's ReplicaSet carries the highest revision, and the Deployment repeats it; an old
    /// ReplicaSet that is used again (a rollback) notes the revisions it had.
    private mutating func syncRevision(_ store: inout some ControllerStore) {
        let highest = oldSets.map(revision).max() ?? 0
        guard let index = replicaSets.firstIndex(where: { $0.objectName == newName }) else { return }
        var set = replicaSets[index]
        let present = revision(of: set)
        if present <= highest {
            if present > 0 {
                let history = set.objectAnnotations[Self.historyKey].map { $0 + "," } ?? ""
                set.setAnnotation(Self.historyKey, history + "\(present)")
            }
            set.setAnnotation(Self.revisionKey, "\(highest + 1)")
        }
        if let minReady = deployment[at: "spec", "minReadySeconds"] {
            set[at: "spec", "minReadySeconds"] = minReady
        }
        replicaSets[index] = store.put(set, over: replicaSets[index])
        writeRevision(revision(of: set), &store)
    }

    private mutating func writeRevision(_ revision: Int, _ store: inout some ControllerStore) {
        guard deployment.objectAnnotations[Self.revisionKey] != "\(revision)" else { return }
        var changed = deployment
        changed.setAnnotation(Self.revisionKey, "\(revision)")
        deployment = store.put(changed, over: deployment)
    }

    // MARK: Making and scaling

    private mutating func createNew(_ store: inout some ControllerStore) {
        let hash = templateHash
        let revision = (replicaSets.map(revision).max() ?? 0) + 1
        var template = deployment[at: "spec", "template"] ?? [:]
        template[at: "metadata", "labels", "pod-template-hash"] = .string(hash)
        var selector = deployment[at: "spec", "selector"] ?? [:]
        selector[at: "matchLabels", "pod-template-hash"] = .string(hash)
        var annotations = deployment.objectAnnotations.filter {
            $0.key != "kubectl.kubernetes.io/last-applied-configuration"
                && !$0.key.hasPrefix("deployment.kubernetes.io/")
        }
        annotations[Self.revisionKey] = "\(revision)"
        annotations[Self.desiredKey] = "\(wanted)"
        annotations[Self.maxKey] = "\(wanted + fence.surge)"
        let count = countForNew(present: 0)
        var set: Value = [
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": [
                "name": .string("\(deployment.objectName)-\(hash)"),
                "namespace": .string(deployment.objectNamespace),
                "ownerReferences": .array([deployment.controllerReference]),
            ],
            "spec": ["replicas": .int(Int64(count)), "selector": selector, "template": template],
        ]
        set[at: "metadata", "labels"] = template[at: "metadata", "labels"]
        set[at: "metadata", "annotations"] = Value.texts(annotations)
        set[at: "spec", "minReadySeconds"] = deployment[at: "spec", "minReadySeconds"]
        do {
            let stored = try store.create(set)
            replicaSets.append(stored)
            newName = stored.objectName
        } catch {
            let message = "Failed to create new replica set \"\(set.objectName)\": \(error)"
            store.recordEvent(
                about: deployment, type: "Warning", reason: "ReplicaSetCreateError", message: message,
                component: "deployment-controller")
            pendingCondition = ("False", "ReplicaSetCreateError", message)
            return
        }
        pendingCondition = ("True", "NewReplicaSetCreated", "Created new replica set \"\(set.objectName)\"")
        if count > 0 { recordScaling("up", set.objectName, from: nil, to: count, &store) }
        writeRevision(revision, &store)
    }

    /// deployment_util.go NewRSNewReplicas.
    private func countForNew(present: Int) -> Int {
        guard isRolling else { return wanted }
        let total = replicaSets.reduce(0) { $0 + Self.specCount($1) }
        let limit = wanted + fence.surge
        guard total < limit else { return present }
        return present + min(limit - total, wanted - present)
    }

    static func specCount(_ set: Value) -> Int { set.intAt("spec", "replicas") ?? 1 }

    private mutating func scaleNew(_ store: inout some ControllerStore) -> Bool {
        guard let set = newSet else { return false }
        let present = Self.specCount(set)
        if present == wanted {
            annotate(set, &store)
            return false
        }
        let count = present > wanted ? wanted : countForNew(present: present)
        guard count != present else { return false }
        scale(set, to: count, &store)
        return true
    }

    /// rolling.go reconcileOldReplicaSets: unhealthy old pods first, then as many as availability allows.
    private mutating func scaleOld(_ store: inout some ControllerStore) {
        let old = oldSets.filter { Self.specCount($0) > 0 }
        guard !old.isEmpty else { return }
        let total = replicaSets.reduce(0) { $0 + Self.specCount($1) }
        let minimum = wanted - fence.unavailable
        let newUnavailable = newSet.map { Self.specCount($0) - ($0.intAt("status", "availableReplicas") ?? 0) } ?? 0
        let limit = total - minimum - newUnavailable
        guard limit > 0 else { return }
        var scaled = 0
        for set in old where scaled < limit {
            let unhealthy = Self.specCount(set) - (set.intAt("status", "availableReplicas") ?? 0)
            guard unhealthy > 0 else { continue }
            let amount = min(limit - scaled, unhealthy)
            scale(set, to: Self.specCount(set) - amount, &store)
            scaled += amount
        }
        let available = replicaSets.reduce(0) { $0 + ($1.intAt("status", "availableReplicas") ?? 0) }
        var spare = available - minimum
        for set in oldSets where spare > 0 && Self.specCount(set) > 0 {
            let amount = min(Self.specCount(set), spare)
            scale(set, to: Self.specCount(set) - amount, &store)
            spare -= amount
        }
    }

    /// recreate.go: the new ReplicaSet comes only when no old pod runs any more.
    private mutating func recreate(_ store: inout some ControllerStore) {
        let old = oldSets.filter { Self.specCount($0) > 0 }
        for set in old { scale(set, to: 0, &store) }
        guard old.isEmpty, oldSets.allSatisfy({ ($0.intAt("status", "replicas") ?? 0) == 0 }), !oldPodsRun(&store)
        else { return }
        if newName == nil { createNew(&store) }
        _ = scaleNew(&store)
    }

    private func oldPodsRun(_ store: inout some ControllerStore) -> Bool {
        let uids = Set(oldSets.map(\.uid))
        guard !uids.isEmpty else { return false }
        return store.list(ControllerKinds.pod, namespace: deployment.objectNamespace).contains {
            !$0.isPodFinished && $0.controllerOwner.map(uids.contains) ?? false
        }
    }

    mutating func annotate(_ set: Value, _ store: inout some ControllerStore) {
        var changed = set
        changed.setAnnotation(Self.desiredKey, "\(wanted)")
        changed.setAnnotation(Self.maxKey, "\(wanted + fence.surge)")
        replace(store.put(changed, over: set))
    }

    mutating func scale(_ set: Value, to count: Int, _ store: inout some ControllerStore) {
        var changed = set
        let present = Self.specCount(set)
        changed[at: "spec", "replicas"] = .int(Int64(count))
        changed.setAnnotation(Self.desiredKey, "\(wanted)")
        changed.setAnnotation(Self.maxKey, "\(wanted + fence.surge)")
        guard let stored = try? store.update(changed) else { return }
        replace(stored)
        recordScaling(count > present ? "up" : "down", set.objectName, from: present, to: count, &store)
    }

    private mutating func replace(_ set: Value) {
        guard let index = replicaSets.firstIndex(where: { $0.objectName == set.objectName }) else { return }
        replicaSets[index] = set
    }

    /// 1.25 and 1.32 word it differently (measured): `to 2` and `to 1 from 2`; `from 0 to 2`.
    private func recordScaling(
        _ direction: String, _ name: String, from: Int?, to: Int, _ store: inout some ControllerStore
    ) {
        let amount =
            switch store.profile {
            case .kubernetes125: from.map { "to \(to) from \($0)" } ?? "to \(to)"
            case .kubernetes132: "from \(from ?? 0) to \(to)"
            }
        store.recordEvent(
            about: deployment, type: "Normal", reason: "ScalingReplicaSet",
            message: "Scaled \(direction) replica set \(name) \(amount)", component: "deployment-controller")
    }

    private mutating func trimHistory(_ store: inout some ControllerStore) {
        let limit = deployment.intAt("spec", "revisionHistoryLimit") ?? 10
        let old = oldSets.filter {
            Self.specCount($0) == 0 && ($0.intAt("status", "replicas") ?? 0) == 0 && !$0.isBeingDeleted
                && ($0.intAt("status", "observedGeneration") ?? 0) >= $0.generation
        }
        .sorted { revision(of: $0) < revision(of: $1) }
        for set in old.prefix(max(0, old.count - limit)) {
            try? store.delete(
                ControllerKinds.replicaSet, namespace: set.objectNamespace, name: set.objectName)
        }
    }
}
