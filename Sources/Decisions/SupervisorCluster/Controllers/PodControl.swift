internal import FleetModel
internal import ResourceModel

/// Creating pods for a workload, with the refusals that admission gives and the events that tell of them.
enum PodControl {
    /// Creates a pod; nil and the server's words when it was refused.
    static func create(_ pod: Value, _ store: inout some ControllerStore) -> (pod: Value?, refusal: String) {
        let account = pod.textAt("spec", "serviceAccountName")
        if !account.isEmpty,
            store.get(ControllerKinds.serviceAccount, namespace: pod.objectNamespace, name: account) == nil
        {
            let name = pod.objectName.isEmpty ? pod.textAt("metadata", "generateName") : pod.objectName
            // The ServiceAccount admission plugin's words.
            return (
                nil,
                "pods \"\(name)\" is forbidden: error looking up service account "
                    + "\(pod.objectNamespace)/\(account): serviceaccount \"\(account)\" not found"
            )
        }
        do {
            return (try store.create(pod), "")
        } catch {
            return (nil, "\(error)")
        }
    }

    static func delete(_ pod: Value, _ store: inout some ControllerStore) -> Bool {
        (try? store.delete(ControllerKinds.pod, namespace: pod.objectNamespace, name: pod.objectName)) != nil
    }

    /// Ready for at least `minReadySeconds`; `due` tells when it will be.
    static func isAvailable(_ pod: Value, minReady: Int, now: Timestamp) -> (available: Bool, due: Timestamp?) {
        guard pod.isPodReady else { return (false, nil) }
        guard minReady > 0 else { return (true, nil) }
        let since = Timestamp(rfc3339: pod.condition("Ready")?.textAt("lastTransitionTime") ?? "") ?? now
        let due = since.advanced(byMilliseconds: Int64(minReady) * 1000)
        return due <= now ? (true, nil) : (false, due)
    }

    /// Objects by the uid of their controlling owner.
    static func grouped(_ objects: [Value]) -> [String: [Value]] {
        var groups: [String: [Value]] = [:]
        for object in objects {
            if let owner = object.controllerOwner { groups[owner, default: []].append(object) }
        }
        return groups
    }

    /// Objects without controlling owner, by namespace: candidates for adoption.
    static func orphans(_ objects: [Value]) -> [String: [Value]] {
        var groups: [String: [Value]] = [:]
        for object in objects where !object.isBeingDeleted && object.controllerOwner == nil {
            groups[object.objectNamespace, default: []].append(object)
        }
        return groups
    }

    /// Makes `owner` the controller of an orphan.
    static func adopt(_ orphan: Value, by owner: Value, _ store: inout some ControllerStore) -> Value? {
        var changed = orphan
        let references = orphan.itemsAt("metadata", "ownerReferences").filter { $0.textAt("uid") != owner.uid }
        changed[at: "metadata", "ownerReferences"] = .array(references + [owner.controllerReference])
        return try? store.update(changed)
    }
}
