internal import FleetModel
internal import ResourceModel

/// Volumes of a pod: ConfigMaps and Secrets have to exist, claims have to be bound.
extension KubeletController {
    /// True when all volumes are there; otherwise the next try is noted in the runtime.
    func mount(_ pod: Value, _ runtime: inout PodRuntime, _ store: inout some ControllerStore) -> Bool {
        if let retry = runtime.mountRetry, retry > store.now {
            runtime.due = retry
            return false
        }
        let problems = mountProblems(pod, &store)
        guard problems.isEmpty else {
            for problem in problems { record(pod, "Warning", "FailedMount", problem, &store) }
            // operation_executor's durationBeforeRetry: 500 ms doubling to 2 min 2 s.
            let wait = min(122_000, 500 << min(runtime.mountAttempts, 8))
            runtime.mountAttempts += 1
            runtime.mountRetry = store.now.advanced(byMilliseconds: Int64(wait))
            runtime.due = runtime.mountRetry
            return false
        }
        for name in PodTemplate.claims(pod) {
            let claim = store.get(ControllerKinds.claim, namespace: pod.objectNamespace, name: name)
            store.recordEvent(
                about: pod, type: "Normal", reason: "SuccessfulAttachVolume",
                message: "AttachVolume.Attach succeeded for volume \"\(claim?.textAt("spec", "volumeName") ?? "")\" ",
                component: "attachdetach-controller")
        }
        runtime.mountRetry = nil
        runtime.isMounted = true
        return true
    }

    private func mountProblems(_ pod: Value, _ store: inout some ControllerStore) -> [String] {
        var problems: [String] = []
        let space = pod.objectNamespace
        func check(_ volume: String, _ source: Value, _ kind: GroupVersionKind, _ nameKey: String) {
            let name = source.textAt(nameKey)
            guard !source.flagAt("optional"), !name.isEmpty,
                store.get(kind, namespace: space, name: name) == nil
            else { return }
            let noun = kind == ControllerKinds.secret ? "secret" : "configmap"
            problems.append("MountVolume.SetUp failed for volume \"\(volume)\" : \(noun) \"\(name)\" not found")
        }
        for volume in pod.itemsAt("spec", "volumes") {
            let label = volume.textAt("name")
            if let source = volume["configMap"] { check(label, source, ControllerKinds.configMap, "name") }
            if let source = volume["secret"] { check(label, source, ControllerKinds.secret, "secretName") }
            if let claim = volume[at: "persistentVolumeClaim", "claimName"]?.stringValue {
                let found = store.get(ControllerKinds.claim, namespace: space, name: claim)
                if found?.textAt("status", "phase") != "Bound" {
                    let reason = found == nil ? "persistentvolumeclaims \"\(claim)\" not found" : "PVC is not bound"
                    problems.append(
                        "Unable to attach or mount volumes: unmounted volumes=[\(label)]: error processing PVC "
                            + "\(space)/\(claim): \(reason)")
                }
            }
            // The service account's own projection never blocks.
            guard !label.hasPrefix("kube-api-access-") else { continue }
            for source in volume.itemsAt("projected", "sources") {
                if let map = source["configMap"] { check(label, map, ControllerKinds.configMap, "name") }
                if let secret = source["secret"] { check(label, secret, ControllerKinds.secret, "name") }
            }
        }
        return problems
    }

    /// The first ConfigMap, Secret or key that a container's environment names and that is missing.
    func configurationProblem(
        _ container: Value, namespace: String, _ store: inout some ControllerStore
    ) -> String? {
        for source in container.itemsAt("envFrom") {
            for (field, kind, noun) in Self.environmentSources {
                guard let reference = source[field + "Ref"], !reference.flagAt("optional") else { continue }
                let name = reference.textAt("name")
                if store.get(kind, namespace: namespace, name: name) == nil { return "\(noun) \"\(name)\" not found" }
            }
        }
        for variable in container.itemsAt("env") {
            for (field, kind, noun) in Self.environmentSources {
                guard let reference = variable[at: "valueFrom", field + "KeyRef"], !reference.flagAt("optional")
                else { continue }
                let name = reference.textAt("name")
                guard let object = store.get(kind, namespace: namespace, name: name) else {
                    return "\(noun) \"\(name)\" not found"
                }
                let key = reference.textAt("key")
                if object[at: "data", key] == nil, object[at: "binaryData", key] == nil,
                    object[at: "stringData", key] == nil
                {
                    let title = kind == ControllerKinds.secret ? "Secret" : "ConfigMap"
                    return "couldn't find key \(key) in \(title) \(namespace)/\(name)"
                }
            }
        }
        return nil
    }

    private static let environmentSources: [(String, GroupVersionKind, String)] = [
        ("configMap", ControllerKinds.configMap, "configmap"), ("secret", ControllerKinds.secret, "secret"),
    ]
}
