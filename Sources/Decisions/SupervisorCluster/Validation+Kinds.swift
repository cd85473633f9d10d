internal import ResourceModel

/// What the kinds a package brings along demand of their fields (k8s.io/kubernetes `pkg/apis/*/validation`).
extension Validation {
    static func kind(_ object: Value, _ resource: ResourceDefinition) -> [FieldViolation] {
        switch (resource.group, resource.kind) {
        case ("batch", "CronJob"): cronJob(object)
        case ("networking.k8s.io", "Ingress"): ingress(object)
        case ("autoscaling", "HorizontalPodAutoscaler"): autoscaler(object)
        case ("certificates.k8s.io", _): certificateRequest(object)
        case ("rbac.authorization.k8s.io", "Role"), ("rbac.authorization.k8s.io", "ClusterRole"):
            role(object, isNamespaced: resource.isNamespaced)
        case ("rbac.authorization.k8s.io", _): binding(object, isNamespaced: resource.isNamespaced)
        case ("storage.k8s.io", "StorageClass"): newClass(object)
        case ("", "PersistentVolume"): newVolume(object)
        case ("scheduling.k8s.io", "PriorityClass"): priority(object)
        case ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
            ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"):
            webhooks(object)
        default: []
        }
    }

    // MARK: Owners and finalizers

    private static let standardFinalizers: Set<String> = ["kubernetes", "orphan", "foregroundDeletion"]

    static func references(_ object: Value, _ resource: ResourceDefinition) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let owners = object.metadata["ownerReferences"]?.arrayValue ?? []
        for owner in owners {
            for (key, what) in [("apiVersion", "version"), ("kind", "kind"), ("name", "name"), ("uid", "uid")]
            where (owner[key]?.stringValue ?? "").isEmpty {
                found.append(.invalid("metadata.ownerReferences.\(key)", "\"\"", "\(what) must not be empty"))
            }
        }
        let controllers = owners.filter { $0["controller"]?.boolValue ?? false }
        if controllers.count > 1 {
            let names = controllers.prefix(2).map {
                "\($0["kind"]?.stringValue ?? "")/\($0["name"]?.stringValue ?? "")"
            }
            found.append(
                .invalid(
                    "metadata.ownerReferences", "[]v1.OwnerReference{...}",
                    "Only one reference can have Controller set to true. Found \"true\" in references for "
                        + names.joined(separator: " and ")))
        }
        for finalizer in object.metadata["finalizers"]?.arrayValue ?? [] {
            let name = finalizer.stringValue ?? ""
            if !Names.isQualifiedName(name) {
                found.append(.invalid("metadata.finalizers", "\"\(name)\"", Names.qualifiedNameRule))
            } else if !resource.isCustom, !name.contains("/"), !standardFinalizers.contains(name) {
                found.append(
                    .invalid(
                        "metadata.finalizers", "\"\(name)\"",
                        "name is neither a standard finalizer name nor is it fully qualified"))
            }
        }
        return found
    }

    // MARK: Kinds

    private static func cronJob(_ object: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let schedule = object[at: "spec", "schedule"]?.stringValue ?? ""
        if schedule.isEmpty {
            found.append(.required("spec.schedule"))
        } else {
            do throws(CronSchedule.Failure) {
                _ = try CronSchedule(parsing: schedule)
            } catch {
                found.append(.invalid("spec.schedule", "\"\(schedule)\"", error.message))
            }
        }
        let policy = object[at: "spec", "concurrencyPolicy"]?.stringValue ?? ""
        if !["Allow", "Forbid", "Replace"].contains(policy) {
            found.append(.unsupported("spec.concurrencyPolicy", policy, ["Allow", "Forbid", "Replace"]))
        }
        return found
    }

    private static func ingress(_ object: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let rules = object[at: "spec", "rules"]?.arrayValue ?? []
        if rules.isEmpty, object[at: "spec", "defaultBackend"] == nil {
            found.append(
                .invalid(
                    "spec", "[]networking.IngressRule(nil)", "either `defaultBackend` or `rules` must be specified"))
        }
        for (index, rule) in rules.enumerated() {
            let here = "spec.rules[\(index)]"
            let host = rule["host"]?.stringValue ?? ""
            let plain = host.hasPrefix("*.") ? String(host.dropFirst(2)) : host
            if !host.isEmpty, !Names.isSubdomain(plain) {
                found.append(.invalid("\(here).host", "\"\(host)\"", Names.subdomainRule))
            }
            let paths = rule[at: "http", "paths"]?.arrayValue ?? []
            if rule["http"] != nil, paths.isEmpty { found.append(.required("\(here).http.paths")) }
            for (position, path) in paths.enumerated() {
                found += ingressPath(path, "\(here).http.paths[\(position)]")
            }
        }
        return found
    }

    private static func ingressPath(_ path: Value, _ here: String) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let types = ["Exact", "ImplementationSpecific", "Prefix"]
        let text = path["path"]?.stringValue ?? ""
        switch path["pathType"]?.stringValue {
        case nil: found.append(.required("\(here).pathType", "pathType must be specified"))
        case .some(let type) where !types.contains(type):
            found.append(.unsupported("\(here).pathType", type, types))
        case .some(let type):
            if type != "ImplementationSpecific" || !text.isEmpty, !text.hasPrefix("/") {
                found.append(.invalid("\(here).path", "\"\(text)\"", "must be an absolute path"))
            }
        }
        let service = path[at: "backend", "service"]
        if service == nil, path[at: "backend", "resource"] == nil {
            found.append(
                .required("\(here).backend", "must specify a backend"))
        } else if let service, (service["name"]?.stringValue ?? "").isEmpty {
            found.append(.required("\(here).backend.service.name"))
        }
        return found
    }

    private static func autoscaler(_ object: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let most = object[at: "spec", "maxReplicas"]?.intValue ?? 0
        let least = object[at: "spec", "minReplicas"]?.intValue ?? 1
        for key in ["kind", "name"] where (object[at: "spec", "scaleTargetRef", key]?.stringValue ?? "").isEmpty {
            found.append(.required("spec.scaleTargetRef.\(key)"))
        }
        if least < 1 {
            found.append(.invalid("spec.minReplicas", String(least), "must be greater than or equal to 1"))
        }
        if most < 1 { found.append(.invalid("spec.maxReplicas", String(most), "must be greater than 0")) }
        if most < least {
            found.append(
                .invalid("spec.maxReplicas", String(most), "must be greater than or equal to `minReplicas`"))
        }
        return found
    }

    private static func role(_ object: Value, isNamespaced: Bool) -> [FieldViolation] {
        var found: [FieldViolation] = []
        for (index, rule) in (object["rules"]?.arrayValue ?? []).enumerated() {
            let here = "rules[\(index)]"
            func isEmpty(_ key: String) -> Bool { (rule[key]?.arrayValue ?? []).isEmpty }
            if isEmpty("verbs") { found.append(.required("\(here).verbs", "verbs must contain at least one value")) }
            if !isEmpty("nonResourceURLs") {
                if isNamespaced {
                    found.append(
                        .invalid(
                            "\(here).nonResourceURLs", GoText.strings(rule["nonResourceURLs"]?.arrayValue ?? []),
                            "namespaced rules cannot apply to non-resource URLs"))
                }
                continue
            }
            if isEmpty("apiGroups") {
                found.append(.required("\(here).apiGroups", "resource rules must supply at least one api group"))
            }
            if isEmpty("resources") {
                found.append(.required("\(here).resources", "resource rules must supply at least one resource"))
            }
        }
        return found
    }

    private static func binding(_ object: Value, isNamespaced: Bool) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let group = "rbac.authorization.k8s.io"
        let reference = object["roleRef"]
        let givenGroup = reference?["apiGroup"]?.stringValue ?? ""
        if givenGroup != group { found.append(.unsupported("roleRef.apiGroup", givenGroup, [group])) }
        let kinds = isNamespaced ? ["ClusterRole", "Role"] : ["ClusterRole"]
        let kind = reference?["kind"]?.stringValue ?? ""
        if !kinds.contains(kind) { found.append(.unsupported("roleRef.kind", kind, kinds)) }
        if (reference?["name"]?.stringValue ?? "").isEmpty { found.append(.required("roleRef.name")) }
        for (index, subject) in (object["subjects"]?.arrayValue ?? []).enumerated() {
            let here = "subjects[\(index)]"
            if (subject["name"]?.stringValue ?? "").isEmpty { found.append(.required("\(here).name")) }
            switch subject["kind"]?.stringValue ?? "" {
            case "ServiceAccount":
                if !isNamespaced, (subject["namespace"]?.stringValue ?? "").isEmpty {
                    found.append(.required("\(here).namespace"))
                }
            case "User", "Group": break
            case let kind: found.append(.unsupported("\(here).kind", kind, ["Group", "ServiceAccount", "User"]))
            }
        }
        return found
    }

    private static func newClass(_ object: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        if (object["provisioner"]?.stringValue ?? "").isEmpty { found.append(.required("provisioner")) }
        for (key, values) in [
            ("reclaimPolicy", ["Delete", "Retain"]), ("volumeBindingMode", ["Immediate", "WaitForFirstConsumer"]),
        ] {
            let text = object[key]?.stringValue ?? ""
            if !values.contains(text) { found.append(.unsupported(key, text, values)) }
        }
        return found
    }

    private static let volumeFields: Set<String> = [
        "accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy",
        "storageClassName", "volumeAttributesClassName", "volumeMode",
    ]

    private static func newVolume(_ object: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        if (object[at: "spec", "accessModes"]?.arrayValue ?? []).isEmpty { found.append(.required("spec.accessModes")) }
        if (object[at: "spec", "capacity"]?.objectValue ?? [:]).isEmpty { found.append(.required("spec.capacity")) }
        let sources = Set((object["spec"]?.objectValue ?? [:]).keys).subtracting(volumeFields)
        if sources.isEmpty { found.append(.required("spec", "must specify a volume type")) }
        return found
    }

    private static func priority(_ object: Value) -> [FieldViolation] {
        guard (object["value"]?.intValue ?? 0) > 1_000_000_000, !object.objectName.hasPrefix("system-") else {
            return []
        }
        return [.forbidden("value", "maximum allowed value of a user defined priority is 1000000000")]
    }

    private static func webhooks(_ object: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        for (index, hook) in (object["webhooks"]?.arrayValue ?? []).enumerated() {
            let here = "webhooks[\(index)]"
            let name = hook["name"]?.stringValue ?? ""
            if name.split(separator: ".").count < 3 {
                found.append(
                    .invalid(
                        "\(here).name", "\"\(name)\"",
                        "should be a domain with at least three segments separated by dots"))
            }
            if (hook["admissionReviewVersions"]?.arrayValue ?? []).isEmpty {
                found.append(.required("\(here).admissionReviewVersions", "must specify one of v1, v1beta1"))
            }
            let effects = hook["sideEffects"]?.stringValue ?? ""
            if effects.isEmpty {
                found.append(.required("\(here).sideEffects", "must specify one of None, NoneOnDryRun"))
            } else if !["None", "NoneOnDryRun"].contains(effects) {
                found.append(.unsupported("\(here).sideEffects", effects, ["None", "NoneOnDryRun"]))
            }
            let client = hook["clientConfig"]
            if (client?["url"] == nil) == (client?["service"] == nil) {
                found.append(
                    .required("\(here).clientConfig", "exactly one of url or service is required"))
            }
            found += ClusterState.unreadableConditions(hook, here)
        }
        return found
    }
}
