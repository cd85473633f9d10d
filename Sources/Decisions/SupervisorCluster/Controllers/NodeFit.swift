internal import ResourceModel

/// Whether a pod may run on a node, in the scheduler's words when it may not.
enum NodeFit {
    /// nil when it fits. `pod` is a pod or a pod template: only its `spec` is read.
    static func refusal(of node: Value, for pod: Value, ignoreUnschedulable: Bool = false) -> String? {
        if node.flagAt("spec", "unschedulable"), !ignoreUnschedulable,
            !tolerates(pod, ["key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"])
        {
            return "node(s) were unschedulable"
        }
        let name = pod.textAt("spec", "nodeName")
        if !name.isEmpty, name != node.objectName { return "node(s) didn't match the requested node name" }
        for taint in node.itemsAt("spec", "taints") where taint.textAt("effect") != "PreferNoSchedule" {
            if !tolerates(pod, taint) {
                return "node(s) had untolerated taint {\(taint.textAt("key")): \(taint.textAt("value"))}"
            }
        }
        let labels = node.objectLabels
        let selector = (pod["spec"] ?? [:]).stringMap("nodeSelector")
        let terms = pod[
            at: "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms"]?.arrayValue
        let selected = selector.allSatisfy { labels[$0.key] == $0.value }
        let near =
            terms.map { terms in
                terms.contains { term in
                    term.itemsAt("matchExpressions").allSatisfy { LabelMatching.expression($0, labels) }
                        && term.itemsAt("matchFields").allSatisfy {
                            LabelMatching.expression($0, ["metadata.name": node.objectName])
                        }
                }
            } ?? true
        return selected && near ? nil : "node(s) didn't match Pod's node affinity/selector"
    }

    private static func tolerates(_ pod: Value, _ taint: Value) -> Bool {
        pod.itemsAt("spec", "tolerations").contains { toleration in
            let effect = toleration.textAt("effect")
            guard effect.isEmpty || effect == taint.textAt("effect") else { return false }
            let key = toleration.textAt("key")
            if toleration.textAt("operator") == "Exists" { return key.isEmpty || key == taint.textAt("key") }
            return key == taint.textAt("key") && toleration.textAt("value") == taint.textAt("value")
        }
    }
}
