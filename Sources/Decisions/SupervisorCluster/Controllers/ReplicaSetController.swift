package import FleetModel
package import ResourceModel

/// The replicaset controller: as many pods of the template as wanted.
package struct ReplicaSetController: Controller {
    private var memo = WorkMemo()
    private var retries = RetryMemo(first: .milliseconds(500), longest: .seconds(60))

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.replicaSet, ControllerKinds.pod]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.replicaSet, ControllerKinds.pod]
    }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let sets = store.list(ControllerKinds.replicaSet, namespace: nil)
        guard !sets.isEmpty else { return nil }
        let pods = store.list(ControllerKinds.pod, namespace: nil)
        let owned = PodControl.grouped(pods)
        let orphans = PodControl.orphans(pods)
        var due: Timestamp?
        for set in sets {
            var mine = owned[set.uid] ?? []
            for orphan in orphans[set.objectNamespace] ?? []
            where !set.isBeingDeleted && orphan.isPodActive
                && LabelMatching.matches(set[at: "spec", "selector"], orphan.objectLabels)
            {
                if let adopted = PodControl.adopt(orphan, by: set, &store) { mine.append(adopted) }
            }
            let signature = WorkMemo.signature(set, mine)
            if let settled = memo.settled(set.uid, signature, now: store.now) {
                due = store.earliest(due, settled)
                continue
            }
            let next = sync(set, mine, &store)
            memo.settle(set.uid, signature, due: next)
            due = store.earliest(due, next)
        }
        memo.forget(exceptFor: sets)
        return due
    }

    private mutating func sync(_ set: Value, _ pods: [Value], _ store: inout some ControllerStore) -> Timestamp? {
        var active = pods.filter(\.isPodActive)
        var failure: String?
        var next: Timestamp?
        if !set.isBeingDeleted {
            let wanted = set.intAt("spec", "replicas") ?? 1
            if active.count < wanted {
                if retries.mayTry(set.uid, now: store.now) {
                    failure = create(wanted - active.count, of: set, &active, &store)
                    next = failure == nil ? nil : retries.failed(set.uid, now: store.now)
                    if failure == nil { retries.succeeded(set.uid) }
                } else {
                    failure = set.condition("ReplicaFailure")?.textAt("message")
                    next = retries.next(set.uid)
                }
            } else if active.count > wanted {
                let victims = Self.deletionOrder(active).prefix(active.count - wanted)
                for pod in victims where PodControl.delete(pod, &store) {
                    store.recordEvent(
                        about: set, type: "Normal", reason: "SuccessfulDelete",
                        message: "Deleted pod: \(pod.objectName)", component: "replicaset-controller")
                    active.removeAll { $0.uid == pod.uid }
                }
            }
        }
        return store.earliest(next, writeStatus(set, active, failure, &store))
    }

    private func create(
        _ count: Int, of set: Value, _ active: inout [Value], _ store: inout some ControllerStore
    ) -> String? {
        let template = set[at: "spec", "template"] ?? [:]
        for _ in 0..<count {
            let pod = PodTemplate.pod(template, owner: set, prefix: set.objectName + "-")
            let made = PodControl.create(pod, &store)
            guard let stored = made.pod else {
                store.recordEvent(
                    about: set, type: "Warning", reason: "FailedCreate", message: "Error creating: \(made.refusal)",
                    component: "replicaset-controller")
                return made.refusal
            }
            active.append(stored)
            store.recordEvent(
                about: set, type: "Normal", reason: "SuccessfulCreate", message: "Created pod: \(stored.objectName)",
                component: "replicaset-controller")
        }
        return nil
    }

    /// controller_utils.go ActivePodsWithRanks: unassigned, then pending, then not ready, then the youngest first.
    static func deletionOrder(_ pods: [Value]) -> [Value] {
        func rank(_ pod: Value) -> Int {
            if pod.textAt("spec", "nodeName").isEmpty { return 0 }
            if pod.textAt("status", "phase") == "Pending" { return 1 }
            return pod.isPodReady ? 3 : 2
        }
        return pods.sorted {
            let (left, right) = (rank($0), rank($1))
            if left != right { return left < right }
            return ($1.creationTime, $1.objectName) < ($0.creationTime, $0.objectName)
        }
    }

    private func writeStatus(
        _ set: Value, _ active: [Value], _ failure: String?, _ store: inout some ControllerStore
    ) -> Timestamp? {
        let minReady = set.intAt("spec", "minReadySeconds") ?? 0
        let labels = (set[at: "spec", "template", "metadata"] ?? [:]).stringMap("labels")
        var available = 0
        var due: Timestamp?
        for pod in active {
            let state = PodControl.isAvailable(pod, minReady: minReady, now: store.now)
            if state.available { available += 1 }
            due = store.earliest(due, state.due)
        }
        var status: Value = [
            "replicas": .int(Int64(active.count)), "observedGeneration": .int(Int64(set.generation)),
        ]
        let labelled = active.filter { pod in
            let own = pod.objectLabels
            return labels.allSatisfy { own[$0.key] == $0.value }
        }
        status["fullyLabeledReplicas"] = Value.count(labelled.count)
        status["readyReplicas"] = Value.count(active.filter(\.isPodReady).count)
        status["availableReplicas"] = Value.count(available)
        var conditions = StatusConditions(set.itemsAt("status", "conditions"))
        if let failure {
            conditions.set("ReplicaFailure", "True", reason: "FailedCreate", message: failure, at: store.now)
        } else {
            conditions.remove("ReplicaFailure")
        }
        status["conditions"] = conditions.value
        store.putStatus(status, of: set)
        return due
    }
}
