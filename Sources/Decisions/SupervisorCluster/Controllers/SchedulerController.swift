package import FleetModel
package import ResourceModel

/// The scheduler: a node for every pod that has none, after its claims are bound.
package struct SchedulerController: Controller {
    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.pod, ControllerKinds.node, ControllerKinds.claim]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.pod, ControllerKinds.claim]
    }

    static let selectedNodeKey = "volume.kubernetes.io/selected-node"

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let pods = store.list(ControllerKinds.pod, namespace: nil)
        let waiting = pods.filter { pod in
            pod.textAt("spec", "nodeName").isEmpty && pod.isPodActive
                && ["", "default-scheduler"].contains(pod.textAt("spec", "schedulerName"))
        }
        guard !waiting.isEmpty else { return nil }
        var loads = NodeLoad(pods: pods)
        let nodes = store.list(ControllerKinds.node, namespace: nil)
        for pod in waiting.sorted(by: { ($0.creationTime, $0.objectKey) < ($1.creationTime, $1.objectKey) }) {
            place(pod, nodes, &loads, &store)
        }
        return nil
    }

    private func place(
        _ pod: Value, _ nodes: [Value], _ loads: inout NodeLoad, _ store: inout some ControllerStore
    ) {
        guard !nodes.isEmpty else {
            return refuse(pod, "no nodes available to schedule pods", &store)
        }
        var toBind: [Value] = []
        for name in PodTemplate.claims(pod) {
            guard let claim = store.get(ControllerKinds.claim, namespace: pod.objectNamespace, name: name) else {
                return refuseAll(pod, "persistentvolumeclaim \"\(name)\" not found", nodes, &store)
            }
            if claim.isBeingDeleted {
                return refuseAll(pod, "persistentvolumeclaim \"\(name)\" is being deleted", nodes, &store)
            }
            guard claim.textAt("status", "phase") != "Bound" else { continue }
            guard waitsForConsumer(claim, &store) else {
                return refuseAll(pod, "pod has unbound immediate PersistentVolumeClaims", nodes, &store)
            }
            toBind.append(claim)
        }
        var reasons: [String: Int] = [:]
        var fitting: [Value] = []
        // Nodes where removing pods could help.
        var crowded = 0
        for node in nodes {
            if let reason = NodeFit.refusal(of: node, for: pod) {
                reasons[reason, default: 0] += 1
            } else if let reason = loads.refusal(of: node, for: pod, nodes: nodes) {
                reasons[reason, default: 0] += 1
                crowded += 1
            } else {
                fitting.append(node)
            }
        }
        func load(_ node: Value) -> (Int, String) { (loads.pods(on: node), node.objectName) }
        guard let best = fitting.min(by: { load($0) < load($1) }) else {
            let text = reasons.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
            return refuse(pod, message(text, nodes, crowded: crowded), &store)
        }
        guard toBind.isEmpty else {
            // WaitForFirstConsumer: the volume is made for the chosen node, then the pod is bound to it.
            for claim in toBind where claim.objectAnnotations[Self.selectedNodeKey] == nil {
                var changed = claim
                changed.setAnnotation(Self.selectedNodeKey, best.objectName)
                store.put(changed, over: claim)
            }
            return
        }
        let node = toBindNode(pod, fitting, &store) ?? best.objectName
        bind(pod, to: node, &store)
        loads.add(pod, to: node)
    }

    /// The node that a claim of the pod was already made for.
    private func toBindNode(_ pod: Value, _ fitting: [Value], _ store: inout some ControllerStore) -> String? {
        for name in PodTemplate.claims(pod) {
            let claim = store.get(ControllerKinds.claim, namespace: pod.objectNamespace, name: name)
            if let node = claim?.objectAnnotations[Self.selectedNodeKey],
                fitting.contains(where: { $0.objectName == node })
            {
                return node
            }
        }
        return nil
    }

    private func waitsForConsumer(_ claim: Value, _ store: inout some ControllerStore) -> Bool {
        let name = claim.textAt("spec", "storageClassName")
        return store.get(ControllerKinds.storageClass, namespace: "", name: name)?
            .textAt("volumeBindingMode") == "WaitForFirstConsumer"
    }

    private func bind(_ pod: Value, to node: String, _ store: inout some ControllerStore) {
        var changed = pod
        changed[at: "spec", "nodeName"] = .string(node)
        guard let stored = try? store.update(changed) else { return }
        var conditions = StatusConditions(stored.itemsAt("status", "conditions"))
        conditions.remove("PodScheduled")
        conditions.set("PodScheduled", "True", at: store.now, extra: ["lastProbeTime": .null])
        var status = stored["status"] ?? [:]
        status["conditions"] = conditions.value
        store.putStatus(status, of: stored)
        store.recordEvent(
            about: stored, type: "Normal", reason: "Scheduled",
            message: "Successfully assigned \(pod.objectKey) to \(node)", component: "default-scheduler")
    }

    private func refuseAll(_ pod: Value, _ reason: String, _ nodes: [Value], _ store: inout some ControllerStore) {
        let text = store.profile == .kubernetes125 ? "\(nodes.count) \(reason)" : reason
        refuse(pod, message(text, nodes), &store)
    }

    private func message(_ reasons: String, _ nodes: [Value], crowded: Int = 0) -> String {
        var help: [String] = []
        if crowded > 0 { help.append("\(crowded) No preemption victims found for incoming pod") }
        if crowded < nodes.count { help.append("\(nodes.count - crowded) Preemption is not helpful for scheduling") }
        return "0/\(nodes.count) nodes are available: \(reasons). preemption: 0/\(nodes.count) nodes are available: "
            + help.joined(separator: ", ") + "."
    }

    private func refuse(_ pod: Value, _ message: String, _ store: inout some ControllerStore) {
        let present = pod.condition("PodScheduled")
        guard present?.textAt("status") != "False" || present?.textAt("message") != message else { return }
        var conditions = StatusConditions(pod.itemsAt("status", "conditions"))
        conditions.set(
            "PodScheduled", "False", reason: "Unschedulable", message: message, at: store.now,
            extra: ["lastProbeTime": .null])
        var status = pod["status"] ?? [:]
        if status["phase"] == nil { status["phase"] = "Pending" }
        status["conditions"] = conditions.value
        store.putStatus(status, of: pod)
        store.recordEvent(
            about: pod, type: "Warning", reason: "FailedScheduling", message: message,
            component: "default-scheduler")
    }
}
