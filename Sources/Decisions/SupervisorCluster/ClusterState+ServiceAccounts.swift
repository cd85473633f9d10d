internal import ResourceModel

/// The ServiceAccount admission plugin: a pod's account has to be there, and its token is mounted.
extension ClusterState {
    private static let tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount"

    mutating func mountAccessToken(_ pod: inout Value, _ resource: ResourceDefinition) throws(APIStatus) {
        let name = pod[at: "spec", "serviceAccountName"]?.stringValue ?? "default"
        let account = object(self.resource("ServiceAccount"), namespace: pod.objectNamespace, name: name)
        // Every namespace's own account comes a moment after the namespace; a real pod controller just tries again.
        guard account != nil || name == "default" else {
            throw .forbidden(
                resource, pod.objectName,
                "error looking up service account \(pod.objectNamespace)/\(name): serviceaccount \"\(name)\" not found")
        }
        if let secrets = account?["imagePullSecrets"]?.arrayValue, !secrets.isEmpty,
            pod[at: "spec", "imagePullSecrets"] == nil
        {
            pod[at: "spec", "imagePullSecrets"] = .array(secrets)
        }
        let wants =
            pod[at: "spec", "automountServiceAccountToken"]?.boolValue
            ?? account?["automountServiceAccountToken"]?.boolValue ?? true
        guard wants else { return }
        var volume: String?
        for list in ["initContainers", "containers"] {
            var containers = pod[at: "spec", list]?.arrayValue ?? []
            for index in containers.indices {
                var mounts = containers[index]["volumeMounts"]?.arrayValue ?? []
                guard !mounts.contains(where: { $0["mountPath"]?.stringValue == Self.tokenPath }) else { continue }
                let mounted = volume ?? "kube-api-access-\(entropy.suffix())"
                volume = mounted
                mounts.append(["name": .string(mounted), "readOnly": true, "mountPath": .string(Self.tokenPath)])
                containers[index]["volumeMounts"] = .array(mounts)
            }
            if !containers.isEmpty { pod[at: "spec", list] = .array(containers) }
        }
        guard let volume else { return }
        let volumes = pod[at: "spec", "volumes"]?.arrayValue ?? []
        pod[at: "spec", "volumes"] = .array(volumes + [Self.tokenVolume(volume)])
    }

    private static func tokenVolume(_ name: String) -> Value {
        [
            "name": .string(name),
            "projected": [
                "defaultMode": 420,
                "sources": [
                    ["serviceAccountToken": ["expirationSeconds": 3607, "path": "token"]],
                    ["configMap": ["name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]]]],
                    [
                        "downwardAPI": [
                            "items": [
                                [
                                    "path": "namespace",
                                    "fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"],
                                ]
                            ]
                        ]
                    ],
                ],
            ],
        ]
    }
}
