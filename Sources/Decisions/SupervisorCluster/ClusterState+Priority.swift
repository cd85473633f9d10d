internal import ResourceModel

/// The Priority plugin: a pod's number and preemption from its PriorityClass.
extension ClusterState {
    /// Kept by every API server, whatever else is there (k8s.io/kubernetes `pkg/apis/scheduling`).
    static let systemPriorities: KeyValuePairs<String, Int64> = [
        "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000,
    ]

    func admitPriority(_ pod: inout Value, _ resource: ResourceDefinition) throws(APIStatus) {
        let classes = self.resource("PriorityClass", group: "scheduling.k8s.io")
        var priority: Int64 = 0
        var preemption: Value = "PreemptLowerPriority"
        var name = pod[at: "spec", "priorityClassName"]?.stringValue ?? ""
        var found: Value?
        if name.isEmpty {
            found = objects(classes, namespace: nil).filter { $0["globalDefault"]?.boolValue ?? false }
                .min { $0["value"]?.intValue ?? 0 < $1["value"]?.intValue ?? 0 }
            name = found?.objectName ?? ""
        } else {
            found = object(classes, namespace: "", name: name)
        }
        if let found {
            priority = found["value"]?.intValue ?? 0
            preemption = found["preemptionPolicy"] ?? preemption
        } else if let known = Self.systemPriorities.first(where: { $0.key == name })?.value {
            priority = known
        } else if !name.isEmpty {
            throw .forbidden(resource, pod.objectName, "no PriorityClass with name \(name) was found")
        }
        if !name.isEmpty { pod[at: "spec", "priorityClassName"] = .string(name) }
        if let given = pod[at: "spec", "priority"]?.intValue, given != priority {
            throw .forbidden(
                resource, pod.objectName,
                "the integer value of priority (\(given)) must not be provided in pod spec; priority admission "
                    + "controller computed \(priority) from the given PriorityClass name")
        }
        pod[at: "spec", "priority"] = .int(priority)
        Defaults.fill(&pod, ["spec", "preemptionPolicy"], preemption)
    }

    /// The two classes as objects, for a fresh cluster.
    static let systemPriorityClasses: [Value] = [
        systemClass(
            "system-cluster-critical",
            "Used for system critical pods that must run in the cluster, but can be "
                + "moved to another node if necessary."),
        systemClass(
            "system-node-critical", "Used for system critical pods that must not be moved from their current node."),
    ]

    private static func systemClass(_ name: String, _ text: String) -> Value {
        [
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": ["name": .string(name)],
            "value": .int(systemPriorities.first { $0.key == name }?.value ?? 0), "description": .string(text),
            "preemptionPolicy": "PreemptLowerPriority",
        ]
    }
}
