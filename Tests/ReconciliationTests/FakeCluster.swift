import FleetModel
import Reconciliation
import ResourceModel
import TestSupport

/// Just enough of an API server for the rules: it adds what servers add, and keeps objects.
struct FakeCluster {
    var objects: [ObjectIdentity: Value] = [:]
    var version = 100

    mutating func put(_ object: Value) -> Value {
        var saved = object
        version += 1
        saved[at: "metadata", "resourceVersion"] = .string("\(version)")
        if saved.uid.isEmpty { saved[at: "metadata", "uid"] = .string("uid-\(version)") }
        saved[at: "metadata", "creationTimestamp"] = "2026-11-22T11:15:55Z"
        if saved.kind == "PersistentVolumeClaim" {
            saved[at: "spec", "volumeMode"] = "Filesystem"
        }
        if saved.kind == "Service", saved[at: "spec", "clusterIP"] == nil {
            saved[at: "spec", "clusterIP"] = "10.96.0.7"
            saved[at: "spec", "sessionAffinity"] = "None"
        }
        if saved[at: "spec", "template", "spec"] != nil {
            saved[at: "spec", "template", "spec", "restartPolicy"] = "Always"
            saved[at: "spec", "revisionHistoryLimit"] = 10
        }
        objects[saved.identity] = saved
        return saved
    }

    /// Applies all changes with their history, as a driver does.
    mutating func apply(_ changes: [ResourceChange], config: KappConfig = .standard) {
        let diff = SmartDiff(config: config)
        for change in changes {
            switch change.operation {
            case .create, .update:
                guard let desired = change.desired, let declared = change.declared else { continue }
                var saved = put(desired)
                for (key, value) in diff.history(saved: saved, applied: declared) {
                    saved[at: "metadata", "annotations", key] = .string(value)
                }
                objects[saved.identity] = saved
            case .delete: objects[change.object.identity] = nil
            case .noop, .exists: break
            }
        }
    }

    func live(_ label: String, declared: [Value] = []) -> ChangeSet.Live {
        let labelled = objects.values.filter { $0.objectLabels[KappKey.app] == label }
            .sorted { $0.identity < $1.identity }
        let byName = ChangeSet.lookups(declared: declared, labelled: labelled).compactMap { objects[$0.identity] }
        return ChangeSet.Live(labelled: labelled, byName: byName)
    }

    mutating func edit(_ kind: String, _ name: String, _ body: (inout Value) -> Void) {
        for (identity, object) in objects where identity.kind == kind && identity.name == name {
            var changed = object
            body(&changed)
            objects[identity] = changed
        }
    }
}

enum Samples {
    static let key = InstallKey(
        service: ServiceID("harbor.community.tanzu.vmware.com"), supervisor: SupervisorID("sv-oslo"))
    static let namespace = "svc-harbor-domain-c8"
    static let label = "1795346155239527830"

    static func object(
        _ apiVersion: String, _ kind: String, _ name: String, namespace: String = "ordr", _ rest: Value = .object([:])
    ) -> Value {
        var object = rest
        object["apiVersion"] = .string(apiVersion)
        object["kind"] = .string(kind)
        object[at: "metadata", "name"] = .string(name)
        if !namespace.isEmpty { object[at: "metadata", "namespace"] = .string(namespace) }
        return object
    }

    static func claim(_ name: String, _ size: String) -> Value {
        object(
            "v1", "PersistentVolumeClaim", name, namespace: namespace,
            [
                "spec": [
                    "accessModes": ["ReadWriteOnce"], "storageClassName": "ftt0-r0",
                    "resources": ["requests": ["storage": .string(size)]],
                ]
            ])
    }

    static func statefulSet(_ name: String, template: String, _ size: String) -> Value {
        object(
            "apps/v1", "StatefulSet", name, namespace: namespace,
            [
                "spec": [
                    "replicas": 1, "serviceName": .string(name),
                    "selector": ["matchLabels": ["app": "harbor"]],
                    "template": [
                        "metadata": ["labels": ["app": "harbor"]],
                        "spec": ["containers": [["name": "main", "image": "registry/main:1"]]],
                    ],
                    "volumeClaimTemplates": [
                        [
                            "metadata": ["name": .string(template)],
                            "spec": ["resources": ["requests": ["storage": .string(size)]]],
                        ]
                    ],
                ]
            ])
    }

    static func deployment(_ name: String, image: String = "registry/main:1") -> Value {
        object(
            "apps/v1", "Deployment", name, namespace: namespace,
            [
                "spec": [
                    "replicas": 1, "selector": ["matchLabels": ["app": "harbor"]],
                    "template": [
                        "metadata": ["labels": ["app": "harbor"]],
                        "spec": ["containers": [["name": "main", "image": .string(image)]]],
                    ],
                ]
            ])
    }

    static func rendered(_ name: String) throws -> [Value] {
        try YAMLDocuments.read(try TestData.text("rendered/\(name).yaml"))
    }

    /// The scopes of kinds in the test data.
    static func isNamespaced(_ kind: GroupVersionKind) -> Bool? {
        let cluster: Set = [
            "Namespace", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "StorageClass", "APIService",
            "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "PersistentVolume", "PodSecurityPolicy",
        ]
        return !cluster.contains(kind.kind)
    }

    static func prepared(_ documents: [Value]) throws -> ManifestSet {
        try ManifestSet(documents: documents, defaultNamespace: namespace, isNamespaced: isNamespaced)
    }
}
