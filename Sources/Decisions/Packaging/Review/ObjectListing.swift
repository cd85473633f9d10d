internal import ResourceModel

/// Rendered objects by kind.
enum ObjectListing {
    static func groups(_ documents: [Value]) -> [PackageReview.Group] {
        var names: [String: [String]] = [:]
        for document in documents {
            names["\(document.apiVersion) \(document.kind)", default: []].append(document.objectName)
        }
        return names.sorted { $0.key < $1.key }.map { PackageReview.Group(kind: $0.key, names: $0.value.sorted()) }
    }

    static func definitions(_ documents: [Value]) -> [String] {
        documents.filter { $0.kind == "CustomResourceDefinition" }.map { document in
            let versions = (document[at: "spec", "versions"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
            let old = document[at: "spec", "version"]?.stringValue.map { [$0] } ?? []
            return "\(document.objectName) (\((versions + old).joined(separator: ", ")))"
        }.sorted()
    }
}

/// Which objects belong to no namespace: Kubernetes' own kinds, those of common operators, and what the package's
/// definitions say. No cluster is asked.
struct ObjectScopes {
    private static let known: Set<String> = [
        "APIService", "CSIDriver", "CSINode", "CertificateSigningRequest", "ClusterIssuer", "ClusterRole",
        "ClusterRoleBinding", "ComponentStatus", "CustomResourceDefinition", "FlowSchema", "GatewayClass",
        "IngressClass", "MutatingWebhookConfiguration", "Namespace", "Node", "PersistentVolume", "PodSecurityPolicy",
        "PriorityClass", "PriorityLevelConfiguration", "RuntimeClass", "StorageClass", "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "VolumeAttachment",
        "VolumeSnapshotClass", "VolumeSnapshotContent",
    ]

    private var declared: [String: Bool] = [:]

    init(_ documents: [Value]) {
        for document in documents where document.kind == "CustomResourceDefinition" {
            guard let group = document[at: "spec", "group"]?.stringValue,
                let kind = document[at: "spec", "names", "kind"]?.stringValue
            else { continue }
            declared["\(group)/\(kind)"] = document[at: "spec", "scope"]?.stringValue == "Cluster"
        }
    }

    func isClusterScoped(_ document: Value) -> Bool {
        declared["\(document.groupVersionKind.group)/\(document.kind)"] ?? Self.known.contains(document.kind)
    }
}
