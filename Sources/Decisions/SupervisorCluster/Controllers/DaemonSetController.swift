package import FleetModel
package import ResourceModel

/// The daemonset controller: one pod on every node that the template may run on.
package struct DaemonSetController: Controller {
    private var memo = WorkMemo()

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.daemonSet, ControllerKinds.pod, ControllerKinds.node]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.daemonSet, ControllerKinds.pod, ControllerKinds.controllerRevision]
    }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let sets = store.list(ControllerKinds.daemonSet, namespace: nil)
        guard !sets.isEmpty else { return nil }
        let nodes = store.list(ControllerKinds.node, namespace: nil)
        let owned = PodControl.grouped(store.list(ControllerKinds.pod, namespace: nil))
        var due: Timestamp?
        for set in sets {
            let mine = owned[set.uid] ?? []
            let signature = WorkMemo.signature(set, mine, nodes)
            if let settled = memo.settled(set.uid, signature, now: store.now) {
                due = store.earliest(due, settled)
                continue
            }
            let next = sync(set, mine, nodes, &store)
            memo.settle(set.uid, signature, due: next)
            due = store.earliest(due, next)
        }
        memo.forget(exceptFor: sets)
        return due
    }

    /// Tolerations that the controller adds, so that its pods stay on troubled nodes (daemonset_util.go).
    private static let extraTolerations: [Value] =
        ["not-ready", "unreachable"].map {
            ["key": .string("node.kubernetes.io/\($0)"), "operator": "Exists", "effect": "NoExecute"]
        }
        + ["disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"].map {
            ["key": .string("node.kubernetes.io/\($0)"), "operator": "Exists", "effect": "NoSchedule"]
        }

    private func sync(
        _ set: Value, _ pods: [Value], _ nodes: [Value], _ store: inout some ControllerStore
    ) -> Timestamp? {
        let revisions = ControllerRevisions(owner: set, &store)
        let hash = revisions.update.objectLabels["controller.kubernetes.io/hash"] ?? ""
        var template = set[at: "spec", "template"] ?? [:]
        template[at: "spec", "tolerations"] =
            .array(template.itemsAt("spec", "tolerations") + Self.extraTolerations)
        let eligible = nodes.filter { NodeFit.refusal(of: $0, for: template, ignoreUnschedulable: true) == nil }
        let names = Set(eligible.map(\.objectName))
        var byNode: [String: [Value]] = [:]
        for pod in pods { byNode[Self.node(of: pod), default: []].append(pod) }
        var counts = Counts()
        counts.desired = eligible.count
        var due: Timestamp?
        for pod in pods where !names.contains(Self.node(of: pod)) {
            counts.misplaced += pod.isBeingDeleted ? 0 : 1
            if !pod.isBeingDeleted, !set.isBeingDeleted { delete(pod, of: set, &store) }
        }
        for node in eligible {
            let here = byNode[node.objectName] ?? []
            for pod in here where pod.isPodFinished && !pod.isBeingDeleted { delete(pod, of: set, &store) }
            if here.isEmpty {
                counts.unavailable += 1
                if !set.isBeingDeleted { create(template, on: node, of: set, hash: hash, &store) }
                continue
            }
            counts.scheduled += 1
            let minReady = set.intAt("spec", "minReadySeconds") ?? 0
            if let pod = here.first(where: \.isPodActive) {
                if pod.isPodReady { counts.ready += 1 }
                let state = PodControl.isAvailable(pod, minReady: minReady, now: store.now)
                due = store.earliest(due, state.due)
                if state.available { counts.available += 1 } else { counts.unavailable += 1 }
                if pod.objectLabels["controller-revision-hash"] == hash { counts.updated += 1 }
            } else {
                counts.unavailable += 1
            }
        }
        if !set.isBeingDeleted { roll(set, eligible, byNode, hash: hash, counts, &store) }
        writeStatus(set, counts, &store)
        return due
    }

    private struct Counts {
        var desired = 0
        var scheduled = 0
        var misplaced = 0
        var ready = 0
        var available = 0
        var unavailable = 0
        var updated = 0
    }

    private static func node(of pod: Value) -> String {
        let assigned = pod.textAt("spec", "nodeName")
        if !assigned.isEmpty { return assigned }
        let terms = pod.itemsAt(
            "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms")
        return terms.first?.itemsAt("matchFields").first?.itemsAt("values").first?.stringValue ?? ""
    }

    private func create(
        _ template: Value, on node: Value, of set: Value, hash: String, _ store: inout some ControllerStore
    ) {
        var pod = PodTemplate.pod(
            template, owner: set, prefix: set.objectName + "-",
            labels: ["controller-revision-hash": hash, "pod-template-generation": "\(set.generation)"])
        let field: Value = [
            "key": "metadata.name", "operator": "In", "values": .array([.string(node.objectName)]),
        ]
        pod[
            at: "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms"] = .array([["matchFields": .array([field])]])
        let made = PodControl.create(pod, &store)
        if let stored = made.pod {
            store.recordEvent(
                about: set, type: "Normal", reason: "SuccessfulCreate", message: "Created pod: \(stored.objectName)",
                component: "daemonset-controller")
        } else {
            store.recordEvent(
                about: set, type: "Warning", reason: "FailedCreate", message: "Error creating: \(made.refusal)",
                component: "daemonset-controller")
        }
    }

    private func delete(_ pod: Value, of set: Value, _ store: inout some ControllerStore) {
        guard PodControl.delete(pod, &store) else { return }
        store.recordEvent(
            about: set, type: "Normal", reason: "SuccessfulDelete", message: "Deleted pod: \(pod.objectName)",
            component: "daemonset-controller")
    }

    /// Replaces old pods while no more than `maxUnavailable` (default 1) are unavailable; unavailable ones first.
    private func roll(
        _ set: Value, _ nodes: [Value], _ byNode: [String: [Value]], hash: String, _ counts: Counts,
        _ store: inout some ControllerStore
    ) {
        guard set.textAt("spec", "updateStrategy", "type") != "OnDelete" else { return }
        let limit = DeploymentRollout.resolve(
            set[at: "spec", "updateStrategy", "rollingUpdate", "maxUnavailable"] ?? 1, of: counts.desired,
            roundUp: true)
        let surge = DeploymentRollout.resolve(
            set[at: "spec", "updateStrategy", "rollingUpdate", "maxSurge"] ?? 0, of: counts.desired, roundUp: true)
        if surge > 0 { return surgeRoll(set, nodes, byNode, hash: hash, surge, &store) }
        var unavailable = counts.unavailable
        for node in nodes {
            for pod in byNode[node.objectName] ?? []
            where pod.isPodActive && pod.objectLabels["controller-revision-hash"] != hash {
                if pod.isPodReady {
                    guard unavailable < max(1, limit) else { continue }
                    unavailable += 1
                }
                delete(pod, of: set, &store)
            }
        }
    }

    /// With `maxSurge` the new pod comes first, and the old one goes when the new one is ready.
    private func surgeRoll(
        _ set: Value, _ nodes: [Value], _ byNode: [String: [Value]], hash: String, _ surge: Int,
        _ store: inout some ControllerStore
    ) {
        func isNew(_ pod: Value) -> Bool { pod.objectLabels["controller-revision-hash"] == hash }
        var template = set[at: "spec", "template"] ?? [:]
        template[at: "spec", "tolerations"] =
            .array(template.itemsAt("spec", "tolerations") + Self.extraTolerations)
        var surging = nodes.count { node in
            let active = (byNode[node.objectName] ?? []).filter(\.isPodActive)
            return active.contains(where: isNew) && !active.allSatisfy(isNew)
        }
        for node in nodes {
            let active = (byNode[node.objectName] ?? []).filter(\.isPodActive)
            let old = active.filter { !isNew($0) }
            guard !old.isEmpty else { continue }
            if let new = active.first(where: isNew) {
                if new.isPodReady { for pod in old { delete(pod, of: set, &store) } }
            } else if !old.contains(where: \.isPodReady) {
                for pod in old { delete(pod, of: set, &store) }
            } else if surging < surge {
                create(template, on: node, of: set, hash: hash, &store)
                surging += 1
            }
        }
    }

    private func writeStatus(_ set: Value, _ counts: Counts, _ store: inout some ControllerStore) {
        var status: Value = [
            "currentNumberScheduled": .int(Int64(counts.scheduled)),
            "desiredNumberScheduled": .int(Int64(counts.desired)),
            "numberMisscheduled": .int(Int64(counts.misplaced)), "numberReady": .int(Int64(counts.ready)),
            "observedGeneration": .int(Int64(set.generation)),
        ]
        status["numberAvailable"] = Value.count(counts.available)
        status["numberUnavailable"] = Value.count(counts.unavailable)
        status["updatedNumberScheduled"] = Value.count(counts.updated)
        store.putStatus(status, of: set)
    }
}
