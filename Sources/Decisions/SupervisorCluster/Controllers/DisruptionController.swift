package import FleetModel
package import ResourceModel

/// The disruption controller: how many pods of a PodDisruptionBudget may be evicted now.
package struct DisruptionController: Controller {
    private var memo = WorkMemo()

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.disruptionBudget, ControllerKinds.pod]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.disruptionBudget]
    }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let budgets = store.list(ControllerKinds.disruptionBudget, namespace: nil)
        guard !budgets.isEmpty else { return nil }
        for budget in budgets where !budget.isBeingDeleted {
            let pods = store.list(ControllerKinds.pod, namespace: budget.objectNamespace).filter {
                LabelMatching.matches(budget[at: "spec", "selector"], $0.objectLabels)
            }
            let signature = WorkMemo.signature(budget, pods)
            if memo.settled(budget.uid, signature, now: store.now) != nil { continue }
            memo.settle(budget.uid, signature, due: nil)
            write(budget, pods, &store)
        }
        memo.forget(exceptFor: budgets)
        return nil
    }

    private func write(_ budget: Value, _ pods: [Value], _ store: inout some ControllerStore) {
        let expected = expectedCount(pods, &store)
        let healthy = pods.filter { $0.isPodReady && !$0.isBeingDeleted }.count
        let desired: Int
        if let limit = budget[at: "spec", "maxUnavailable"] {
            desired = max(0, expected - DeploymentRollout.resolve(limit, of: expected, roundUp: true))
        } else {
            desired = DeploymentRollout.resolve(budget[at: "spec", "minAvailable"] ?? 1, of: expected, roundUp: true)
        }
        let allowed = expected > 0 ? max(0, healthy - desired) : 0
        var conditions = StatusConditions(budget.itemsAt("status", "conditions"))
        conditions.set(
            "DisruptionAllowed", allowed > 0 ? "True" : "False",
            reason: allowed > 0 ? "SufficientPods" : "InsufficientPods", at: store.now,
            extra: ["observedGeneration": .int(Int64(budget.generation)), "message": ""])
        var status = budget["status"] ?? [:]
        status["conditions"] = conditions.value
        status["currentHealthy"] = .int(Int64(healthy))
        status["desiredHealthy"] = .int(Int64(desired))
        status["disruptionsAllowed"] = .int(Int64(allowed))
        status["expectedPods"] = .int(Int64(expected))
        status["observedGeneration"] = .int(Int64(budget.generation))
        store.putStatus(status, of: budget)
    }

    /// What the pods' owners want; pods without an owner count as themselves.
    private func expectedCount(_ pods: [Value], _ store: inout some ControllerStore) -> Int {
        var owners: [String: Int] = [:]
        var single = 0
        for pod in pods {
            guard let owner = pod.itemsAt("metadata", "ownerReferences").first(where: { $0.flagAt("controller") })
            else {
                single += 1
                continue
            }
            guard owners[owner.textAt("uid")] == nil else { continue }
            let kind = GroupVersionKind(apiVersion: owner.textAt("apiVersion"), kind: owner.textAt("kind"))
            let object = store.get(kind, namespace: pod.objectNamespace, name: owner.textAt("name"))
            owners[owner.textAt("uid")] = object?.intAt("spec", "replicas") ?? 1
        }
        return owners.values.reduce(single, +)
    }
}
