internal import ResourceModel

/// Makes pods from the templates of workloads.
enum PodTemplate {
    /// A pod of `template`, controlled by `owner`. Give `name` for ordered workloads; others get a generated one.
    static func pod(
        _ template: Value, owner: Value, name: String? = nil, prefix: String, labels: [String: String] = [:]
    ) -> Value {
        var metadata: Value = ["namespace": .string(owner.objectNamespace)]
        if let name { metadata["name"] = .string(name) }
        metadata["generateName"] = .string(prefix)
        let all = (template["metadata"] ?? [:]).stringMap("labels").merging(labels) { _, new in new }
        metadata["labels"] = Value.texts(all)
        metadata["annotations"] = Value.texts((template["metadata"] ?? [:]).stringMap("annotations"))
        metadata["finalizers"] = template[at: "metadata", "finalizers"]
        metadata["ownerReferences"] = .array([owner.controllerReference])
        return [
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"] ?? [:],
        ]
    }

    /// The template without the label that a Deployment adds to its ReplicaSets' templates.
    static func withoutHash(_ template: Value) -> Value {
        var template = template
        template[at: "metadata", "labels", "pod-template-hash"] = nil
        template[at: "metadata", "creationTimestamp"] = nil
        if template[at: "metadata", "labels"]?.objectValue?.isEmpty == true {
            template[at: "metadata", "labels"] = nil
        }
        if template["metadata"]?.objectValue?.isEmpty == true { template["metadata"] = nil }
        return template
    }

    /// Claim names that a pod's volumes use.
    static func claims(_ pod: Value) -> [String] {
        pod.itemsAt("spec", "volumes").compactMap { $0[at: "persistentVolumeClaim", "claimName"]?.stringValue }
    }
}
