internal import ResourceModel

/// What may not change in an object that exists.
extension Validation {
    static func update(
        _ object: Value, _ old: Value, _ resource: ResourceDefinition, profile: ServerProfile, subresource: String?
    ) -> [FieldViolation] {
        if subresource == "status" {
            return resource.isCustom ? CustomResourceRules.violations(object, old: old, resource) : []
        }
        if subresource == "ephemeralcontainers" { return ephemeralContainers(object, old) }
        var found = finalizers(object, old)
        switch (resource.group, resource.kind) {
        case ("", "PersistentVolumeClaim"):
            found += claim(object, old, profile)
            return found
        case ("", "ConfigMap"), ("", "Secret"): found += immutableData(object, old, resource)
        case ("", "Service"): found += clusterAddress(object, old)
        case ("", "Pod"): found += pod(object, old, profile)
        case ("apps", "StatefulSet"): found += statefulSet(object, old, profile)
        case ("apps", "Deployment"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"):
            let same = create(object, resource, profile: profile)
            found += same
            let selector = object[at: "spec", "selector"] ?? .object([:])
            if selector != old[at: "spec", "selector"] {
                found.append(.invalid("spec.selector", GoText.labelSelector(selector), "field is immutable"))
            }
            return found
        case ("batch", "Job"): found += job(object, old)
        case ("storage.k8s.io", "StorageClass"): found += storageClass(object, old)
        case ("rbac.authorization.k8s.io", _):
            if let reference = object["roleRef"], reference != old["roleRef"] {
                let text =
                    "rbac.RoleRef{APIGroup:\"\(reference["apiGroup"]?.stringValue ?? "")\", "
                    + "Kind:\"\(reference["kind"]?.stringValue ?? "")\", "
                    + "Name:\"\(reference["name"]?.stringValue ?? "")\"}"
                found.append(.invalid("roleRef", text, "cannot change roleRef"))
            }
        case ("", "PersistentVolume"):
            for key in ["csi", "nfs", "hostPath", "local"] where object[at: "spec", key] != old[at: "spec", key] {
                found.append(
                    .forbidden(
                        "spec.persistentvolumesource",
                        "spec.persistentvolumesource is immutable after creation"))
            }
        case ("apiextensions.k8s.io", _):
            for key in ["group", "scope"] where object[at: "spec", key] != old[at: "spec", key] {
                found.append(
                    .invalid("spec.\(key)", "\"\(object[at: "spec", key]?.stringValue ?? "")\"", "field is immutable"))
            }
            for key in ["kind", "plural"]
            where object[at: "spec", "names", key] != old[at: "spec", "names", key] {
                found.append(
                    .invalid(
                        "spec.names.\(key)", "\"\(object[at: "spec", "names", key]?.stringValue ?? "")\"",
                        "field is immutable"))
            }
        default: break
        }
        return found + create(object, old: old, resource, profile: profile)
    }

    private static func finalizers(_ object: Value, _ old: Value) -> [FieldViolation] {
        guard old.isBeingDeleted else { return [] }
        let before = old.metadata["finalizers"]?.arrayValue ?? []
        let added = (object.metadata["finalizers"]?.arrayValue ?? []).filter { !before.contains($0) }
        guard !added.isEmpty else { return [] }
        let violation = FieldViolation.forbidden(
            "metadata.finalizers",
            "no new finalizers can be added if the object is being deleted, found new finalizers "
                + GoText.strings(added))
        // Checked by the registry and again by the kind.
        return [violation, violation]
    }

    private static func statefulSet(_ object: Value, _ old: Value, _ profile: ServerProfile) -> [FieldViolation] {
        var mutable = [
            "replicas", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
        ]
        var names = "'replicas', 'template'"
        if profile == .kubernetes132 {
            mutable.append("ordinals")
            names = "'replicas', 'ordinals', 'template'"
        }
        var before = old["spec"] ?? .object([:])
        var after = object["spec"] ?? .object([:])
        for key in mutable {
            before[key] = nil
            after[key] = nil
        }
        guard before != after else { return [] }
        return [
            .forbidden(
                "spec",
                "updates to statefulset spec for fields other than \(names), 'updateStrategy', "
                    + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")
        ]
    }

    private static func claim(_ object: Value, _ old: Value, _ profile: ServerProfile) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let isBound = old[at: "status", "phase"] == "Bound"
        var allowed = object["spec"] ?? .object([:])
        let before = old["spec"] ?? .object([:])
        if isBound {
            allowed["resources"] = before["resources"]
            if profile == .kubernetes132 { allowed["volumeAttributesClassName"] = before["volumeAttributesClassName"] }
        }
        if before["volumeName"] == nil { allowed["volumeName"] = nil }
        if allowed != before {
            let names =
                profile == .kubernetes132 ? "resources.requests and volumeAttributesClassName" : "resources.requests"
            found.append(
                .forbidden("spec", "spec is immutable after creation except \(names) for bound claims"))
        }
        if let wanted = storage(object["spec"]), let previous = storage(old["spec"]), wanted < previous {
            if profile == .kubernetes132 {
                let capacity = old[at: "status", "capacity", "storage"]?.stringValue.flatMap(Quantity.init)
                if let capacity, wanted <= capacity {
                    found.append(
                        .forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"))
                }
            } else {
                found.append(
                    .forbidden("spec.resources.requests.storage", "field can not be less than previous value"))
            }
        }
        if object[at: "spec", "volumeMode"] != old[at: "spec", "volumeMode"] {
            let mode = object[at: "spec", "volumeMode"]?.stringValue
            found.append(.invalid("volumeMode", mode.map { "\"\($0)\"" } ?? "null", "field is immutable"))
        }
        return found
    }

    private static func storage(_ spec: Value?) -> Quantity? {
        spec?[at: "resources", "requests", "storage"]?.stringValue.flatMap(Quantity.init)
    }

    private static func immutableData(
        _ object: Value, _ old: Value, _ resource: ResourceDefinition
    ) -> [FieldViolation] {
        var found: [FieldViolation] = []
        if resource.kind == "Secret", object["type"] != old["type"] {
            found.append(.invalid("type", "\"\(object["type"]?.stringValue ?? "")\"", "field is immutable"))
        }
        guard old["immutable"]?.boolValue ?? false else { return found }
        let why = "field is immutable when `immutable` is set"
        if object["immutable"]?.boolValue != true { found.append(.forbidden("immutable", why)) }
        for key in ["data", "binaryData"] where object[key] != old[key] { found.append(.forbidden(key, why)) }
        return found
    }

    private static func clusterAddress(_ object: Value, _ old: Value) -> [FieldViolation] {
        let before = old[at: "spec", "clusterIPs"]?.arrayValue ?? []
        let after = object[at: "spec", "clusterIPs"]?.arrayValue ?? []
        guard let first = before.first, let new = after.first, first != new,
            object[at: "spec", "type"] != "ExternalName", old[at: "spec", "type"] != "ExternalName"
        else { return [] }
        return [.invalid("spec.clusterIPs[0]", GoText.strings(after), "may not change once set")]
    }

    private static func job(_ object: Value, _ old: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        if object[at: "spec", "selector"] != old[at: "spec", "selector"] {
            found.append(
                .invalid(
                    "spec.selector", GoText.labelSelector(object[at: "spec", "selector"] ?? .object([:])),
                    "field is immutable"))
        }
        if object[at: "spec", "template"] != old[at: "spec", "template"] {
            // A real server dumps the whole Go struct here (2 kB).
            found.append(.invalid("spec.template", "core.PodTemplateSpec{...}", "field is immutable"))
        }
        return found
    }

    private static func storageClass(_ object: Value, _ old: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        for key in ["parameters", "provisioner", "reclaimPolicy"] where object[key] != old[key] {
            found.append(.forbidden(key, "updates to \(key) are forbidden."))
        }
        if object["volumeBindingMode"] != old["volumeBindingMode"] {
            found.append(
                .invalid(
                    "volumeBindingMode", "\"\(object["volumeBindingMode"]?.stringValue ?? "")\"", "field is immutable"))
        }
        return found
    }

    /// Containers for a look inside may be added; none may change or go.
    private static func ephemeralContainers(_ object: Value, _ old: Value) -> [FieldViolation] {
        func list(_ pod: Value, _ key: String) -> [Value] { pod[at: "spec", key]?.arrayValue ?? [] }
        let field = "spec.ephemeralContainers"
        let before = list(old, "ephemeralContainers")
        let after = list(object, "ephemeralContainers")
        var found: [FieldViolation] = []
        var taken = Set((list(old, "containers") + list(old, "initContainers")).compactMap { $0["name"]?.stringValue })
        for (index, container) in after.enumerated() {
            let name = container["name"]?.stringValue ?? ""
            if name.isEmpty { found.append(.required("\(field)[\(index)].name")) }
            if !taken.insert(name).inserted { found.append(.duplicate("\(field)[\(index)].name", name)) }
            if container["image"]?.stringValue?.isEmpty ?? true { found.append(.required("\(field)[\(index)].image")) }
        }
        for container in before {
            let name = container["name"]?.stringValue ?? ""
            guard let kept = after.first(where: { $0["name"] == container["name"] }) else {
                found.append(.forbidden(field, "existing ephemeral containers \"\(name)\" may not be removed\n"))
                continue
            }
            if kept != container {
                found.append(.forbidden(field, "existing ephemeral containers \"\(name)\" may not be changed\n"))
            }
        }
        return found
    }

    private static func pod(_ object: Value, _ old: Value, _ profile: ServerProfile) -> [FieldViolation] {
        func fixed(_ pod: Value) -> Value {
            var spec = pod["spec"] ?? .object([:])
            for list in ["containers", "initContainers"] { Defaults.mapItems(&spec, list) { $0["image"] = nil } }
            for key in ["activeDeadlineSeconds", "tolerations", "nodeName"] { spec[key] = nil }
            return spec
        }
        // The scheduler's binding is the one change of nodeName.
        let rebound = old[at: "spec", "nodeName"].map { $0 != object[at: "spec", "nodeName"] } ?? false
        guard fixed(object) != fixed(old) || rebound else { return [] }
        let fields =
            profile == .kubernetes132
            ? "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
                + "`spec.tolerations` (only additions to existing tolerations),"
                + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
            : "`spec.containers[*].image`, `spec.initContainers[*].image`, `spec.activeDeadlineSeconds`, "
                + "`spec.tolerations` (only additions to existing tolerations) or "
                + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
        return [.forbidden("spec", "pod updates may not change fields other than \(fields)")]
    }
}
