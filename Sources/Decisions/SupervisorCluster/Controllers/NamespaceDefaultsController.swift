package import FleetModel
package import ResourceModel

/// What every namespace gets: the ServiceAccount `default` and the ConfigMap `kube-root-ca.crt`.
package struct NamespaceDefaultsController: Controller {
    private static let rootCertificate = PlausiblePEM.text("CERTIFICATE", of: "kube-root-ca")

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.namespace, ControllerKinds.serviceAccount, ControllerKinds.configMap]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.serviceAccount, ControllerKinds.configMap]
    }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        for namespace in store.list(ControllerKinds.namespace, namespace: nil) {
            guard !namespace.isBeingDeleted, namespace.textAt("status", "phase") != "Terminating" else { continue }
            let name = namespace.objectName
            if store.get(ControllerKinds.serviceAccount, namespace: name, name: "default") == nil {
                let account: Value = [
                    "apiVersion": "v1", "kind": "ServiceAccount",
                    "metadata": ["name": "default", "namespace": .string(name)],
                ]
                _ = try? store.create(account)
            }
            if store.get(ControllerKinds.configMap, namespace: name, name: "kube-root-ca.crt") == nil {
                let map: Value = [
                    "apiVersion": "v1", "kind": "ConfigMap",
                    "metadata": [
                        "name": "kube-root-ca.crt", "namespace": .string(name),
                        "annotations": [
                            "kubernetes.io/description": .string(
                                "Contains a CA bundle that can be used to verify the kube-apiserver when using "
                                    + "internal endpoints such as the internal service IP or "
                                    + "kubernetes.default.svc. No other usage is guaranteed across distributions of "
                                    + "Kubernetes clusters.")
                        ],
                    ],
                    "data": ["ca.crt": .string(Self.rootCertificate)],
                ]
                _ = try? store.create(map)
            }
        }
        return nil
    }
}
