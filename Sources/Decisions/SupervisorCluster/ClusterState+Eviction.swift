internal import FleetModel
internal import ResourceModel

/// The eviction subresource: a delete that disruption budgets may refuse (k8s.io/kubernetes `pod/storage/eviction.go`).
extension ClusterState {
    mutating func evict(_ call: APICall) throws(APIStatus) -> APIResponse {
        let pod = try existing(call)
        let body = call.request.body.isEmpty ? .object([:]) : try RequestBody(call).value
        if let name = body.metadata["name"]?.stringValue, !name.isEmpty, name != call.name {
            throw .badRequest("name in URL does not match name in Eviction object")
        }
        let budgets = budgets(of: pod)
        guard budgets.count < 2 else {
            throw APIStatus(
                500, "",
                "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.")
        }
        // Nothing is disrupted by the end of what does not run.
        if pod.isPodActive, pod.textAt("status", "phase") != "Pending", let budget = budgets.first {
            try check(budget, pod)
        }
        var options = DeleteOptions(isDryRun: call.isDryRun)
        if let wanted = body["deleteOptions"] {
            options.graceSeconds = wanted["gracePeriodSeconds"]?.intValue
            options.uid = wanted[at: "preconditions", "uid"]?.stringValue
            options.resourceVersion = wanted[at: "preconditions", "resourceVersion"]?.stringValue
            if wanted["dryRun"]?.arrayValue?.contains("All") ?? false { options.isDryRun = true }
        }
        _ = try delete(pod, call.resource, options)
        return .json(
            ["kind": "Status", "apiVersion": "v1", "metadata": .object([:]), "status": "Success"], status: 201)
    }

    private func budgets(of pod: Value) -> [Value] {
        objects(resource("PodDisruptionBudget", group: "policy"), namespace: pod.objectNamespace).filter { budget in
            guard let wanted = budget[at: "spec", "selector"], let selector = LabelSelector(object: wanted) else {
                return false
            }
            return selector.matches(pod.objectLabels)
        }
    }

    private func check(_ budget: Value, _ pod: Value) throws(APIStatus) {
        guard let selector = LabelSelector(object: budget[at: "spec", "selector"] ?? .object([:])) else { return }
        let pods = objects(resource("Pod"), namespace: pod.objectNamespace).filter {
            selector.matches($0.objectLabels) && !$0.isBeingDeleted
        }
        // Counted now, not as the controller last saw it: two evictions between its looks must not both pass.
        let healthy = pods.filter(\.isPodReady).count
        let needed = desired(by: budget, of: pods.count)
        if !pod.isPodReady, needed > 0, healthy >= needed { return }
        guard healthy - 1 < needed else { return }
        throw APIStatus(
            429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.",
            details: [
                "causes": [
                    [
                        "reason": "DisruptionBudget",
                        "message": .string(
                            "The disruption budget \(budget.objectName) needs \(needed) healthy pods and has "
                                + "\(healthy) currently"),
                    ]
                ]
            ])
    }

    /// What the disruption controller has worked out, which knows the pods' owners; else from the pods there are.
    private func desired(by budget: Value, of count: Int) -> Int {
        if let desired = budget[at: "status", "desiredHealthy"]?.intValue,
            budget[at: "status", "observedGeneration"]?.intValue ?? 0 >= budget.metadata["generation"]?.intValue ?? 0
        {
            return Int(clamping: desired)
        }
        if let limit = budget[at: "spec", "maxUnavailable"] {
            return max(0, count - DeploymentRollout.resolve(limit, of: count, roundUp: true))
        }
        return DeploymentRollout.resolve(budget[at: "spec", "minAvailable"] ?? 1, of: count, roundUp: true)
    }
}
