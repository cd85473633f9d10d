internal import ResourceModel

/// The API server's defaulting of the built-in kinds (k8s.io/kubernetes `pkg/apis/*/v1/defaults.go`), so far as
/// `kubectl get -o yaml` and a diff against live objects show it.
enum Defaults {
    struct Failure: Error {
        var message: String
    }

    static func apply(
        _ object: inout Value, _ resource: ResourceDefinition, old: Value?, profile: ServerProfile
    ) throws(Failure) {
        switch (resource.group, resource.kind) {
        case ("", "Pod"):
            pod(&object)
        case ("", "PersistentVolumeClaim"):
            fill(&object, ["spec", "volumeMode"], "Filesystem")
        case ("", "PersistentVolume"):
            fill(&object, ["spec", "volumeMode"], "Filesystem")
            fill(&object, ["spec", "persistentVolumeReclaimPolicy"], "Retain")
            if old == nil { addFinalizer(&object, "kubernetes.io/pv-protection") }
        case ("", "Service"): service(&object, old: old)
        case ("", "LimitRange"): limitRange(&object)
        case ("", "Secret"): try secret(&object)
        case ("", "Namespace"):
            object[at: "metadata", "labels", "kubernetes.io/metadata.name"] = .string(object.objectName)
            fill(&object, ["spec"], .object([:]))
        case ("apps", _): workload(&object, resource, profile)
        case ("batch", _): batch(&object, resource, profile)
        case ("storage.k8s.io", "StorageClass"):
            fill(&object, ["reclaimPolicy"], "Delete")
            fill(&object, ["volumeBindingMode"], "Immediate")
        case ("rbac.authorization.k8s.io", _): rbac(&object)
        case ("admissionregistration.k8s.io", _): webhooks(&object, isMutating: resource.kind.hasPrefix("Mutating"))
        case ("apiextensions.k8s.io", _):
            fill(&object, ["spec", "conversion"], ["strategy": "None"])
            let kind = object[at: "spec", "names", "kind"]?.stringValue ?? ""
            fill(&object, ["spec", "names", "singular"], .string(kind.lowercased()))
            fill(&object, ["spec", "names", "listKind"], .string(kind + "List"))
        case ("apiregistration.k8s.io", _):
            if object[at: "spec", "service"]?.objectValue != nil { fill(&object, ["spec", "service", "port"], 443) }
        case ("discovery.k8s.io", "EndpointSlice"):
            // Never absent: clients follow the pointer (kubectl 1.31's describe does).
            mapItems(&object, "ports") { fill(&$0, ["name": "", "protocol": "TCP"]) }
        case ("networking.k8s.io", "NetworkPolicy"):
            if object[at: "spec", "policyTypes"] == nil {
                let isEgress = object[at: "spec", "egress"] != nil
                object[at: "spec", "policyTypes"] = isEgress ? ["Ingress", "Egress"] : ["Ingress"]
            }
        case ("autoscaling", _): autoscaler(&object)
        case ("scheduling.k8s.io", _): fill(&object, ["preemptionPolicy"], "PreemptLowerPriority")
        default: break
        }
        try quantities(&object, resource)
    }

    /// Empty or null maps and lists of the metadata are not kept, whatever the kind (`omitempty` of `ObjectMeta`).
    static func dropEmptyMetadata(_ object: inout Value) {
        for key in ["annotations", "labels", "finalizers", "ownerReferences"] {
            guard let value = object.metadata[key] else { continue }
            if value.isNull || value.objectValue?.isEmpty ?? false || value.arrayValue?.isEmpty ?? false {
                object[at: "metadata", key] = nil
            }
        }
    }

    /// The status a new object has, whatever the body said.
    static func initialStatus(_ resource: ResourceDefinition, _ object: Value) -> Value? {
        switch (resource.group, resource.kind) {
        case ("", "Namespace"): ["phase": "Active"]
        case ("", "Pod"): ["phase": "Pending", "qosClass": .string(qosClass(object))]
        case ("", "PersistentVolumeClaim"), ("", "PersistentVolume"): ["phase": "Pending"]
        case ("", "Service"): ["loadBalancer": .object([:])]
        case ("", "Node"): object["status"]
        case ("apps", "StatefulSet"): ["replicas": 0, "availableReplicas": 0]
        case ("apps", "ReplicaSet"): ["replicas": 0]
        case ("apps", "DaemonSet"):
            ["currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberMisscheduled": 0, "numberReady": 0]
        default: .object([:])
        }
    }

    private static func qosClass(_ pod: Value) -> String {
        var hasAny = false
        var isGuaranteed = true
        for container in pod[at: "spec", "containers"]?.arrayValue ?? [] {
            let requests = container[at: "resources", "requests"]?.objectValue ?? [:]
            let limits = container[at: "resources", "limits"]?.objectValue ?? [:]
            if !requests.isEmpty || !limits.isEmpty { hasAny = true }
            for key in ["cpu", "memory"] where limits[key] == nil || (requests[key] ?? limits[key]) != limits[key] {
                isGuaranteed = false
            }
        }
        return hasAny ? (isGuaranteed ? "Guaranteed" : "Burstable") : "BestEffort"
    }

    // MARK: Tools

    static func fill(_ object: inout Value, _ path: [String], _ value: Value) {
        if object[path].map(\.isNull) ?? true { object[path] = value }
    }

    static func fill(_ object: inout Value, _ values: KeyValuePairs<String, Value>) {
        for (key, value) in values where object[key].map(\.isNull) ?? true { object[key] = value }
    }

    static func addFinalizer(_ object: inout Value, _ name: String) {
        var finalizers = object[at: "metadata", "finalizers"]?.arrayValue ?? []
        if !finalizers.contains(.string(name)) { finalizers.append(.string(name)) }
        object[at: "metadata", "finalizers"] = .array(finalizers)
    }

    static func mapItems(_ object: inout Value, _ key: String, _ change: (inout Value) -> Void) {
        guard case .array(var items) = object[key] else { return }
        object[key] = .null
        for index in items.indices { change(&items[index]) }
        object[key] = .array(items)
    }

    // MARK: Quantities

    private static let quantityMaps: Set<String> = ["requests", "limits", "capacity", "hard", "allocatable"]
    private static let quantityKinds: Set<String> = [
        "Pod", "PersistentVolumeClaim", "PersistentVolume", "ResourceQuota", "Node", "Deployment", "StatefulSet",
        "DaemonSet", "ReplicaSet", "Job", "CronJob", "PodTemplate",
    ]

    /// Reads every quantity and writes it in its canonical form; the API server stores no other.
    private static func quantities(_ object: inout Value, _ resource: ResourceDefinition) throws(Failure) {
        guard quantityKinds.contains(resource.kind) else { return }
        for key in ["spec", "status"] {
            guard var part = object[key], part.objectValue != nil else { continue }
            if try canonicalize(&part) { object[key] = part }
        }
    }

    /// Returns whether something was changed, so that untouched parts are not copied.
    private static func canonicalize(_ value: inout Value) throws(Failure) -> Bool {
        switch value {
        case .object(var fields):
            var changed = false
            for (key, child) in fields {
                if quantityMaps.contains(key), case .object(var amounts) = child {
                    var isNew = false
                    for (name, amount) in amounts {
                        let text = try quantity(amount)
                        if amount != .string(text) {
                            amounts[name] = .string(text)
                            isNew = true
                        }
                    }
                    if isNew {
                        fields[key] = .object(amounts)
                        changed = true
                    }
                    continue
                }
                switch child {
                case .object, .array:
                    var child = child
                    if try canonicalize(&child) {
                        fields[key] = child
                        changed = true
                    }
                case .null, .bool, .int, .double, .string: continue
                }
            }
            if changed { value = .object(fields) }
            return changed
        case .array(var items):
            var changed = false
            for index in items.indices where try canonicalize(&items[index]) { changed = true }
            if changed { value = .array(items) }
            return changed
        case .null, .bool, .int, .double, .string: return false
        }
    }

    private static func quantity(_ value: Value) throws(Failure) -> String {
        let text: String
        switch value {
        case .string(let string): text = string
        case .int(let number): text = String(number)
        case .double(let number): text = "\(number)"
        case .null, .bool, .array, .object: throw Failure(message: Quantity.ruleText)
        }
        guard let quantity = Quantity(text) else { throw Failure(message: Quantity.ruleText) }
        return quantity.description
    }
}
