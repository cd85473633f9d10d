internal import ResourceModel

/// The API server's validation of built-in kinds and of every object's metadata, with its texts.
enum Validation {
    /// k8s.io/apimachinery `TotalAnnotationSizeLimitB`.
    private static let annotationBytes = 256 * 1024

    static func create(
        _ object: Value, old: Value? = nil, _ resource: ResourceDefinition, profile: ServerProfile
    ) -> [FieldViolation] {
        var found = metadata(object, resource) + references(object, resource)
        found += kind(object, resource) + restartPolicy(object, resource) + policy(object, resource, profile)
        if resource.isCustom { return found + CustomResourceRules.violations(object, old: old, resource) }
        switch (resource.group, resource.kind) {
        case ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"):
            found += workload(object, resource)
        case ("batch", "Job"):
            found += podSpec(object[at: "spec", "template", "spec"], "spec.template.spec")
            let policy = object[at: "spec", "template", "spec", "restartPolicy"]?.stringValue ?? ""
            if policy == "Always" {
                found.append(
                    .unsupported("spec.template.spec.restartPolicy", policy, ["Never", "OnFailure"]))
            }
        case ("", "Pod"): found += podSpec(object["spec"], "spec")
        case ("", "PersistentVolumeClaim"): found += claim(object)
        case ("", "Service"): found += service(object)
        case ("", "ConfigMap"), ("", "Secret"): found += data(object, resource)
        case ("apiextensions.k8s.io", _):
            found += definition(object) + ValidationRules.unreadable(in: object, profile: profile)
        default: break
        }
        return found
    }

    // MARK: Metadata

    static func metadata(_ object: Value, _ resource: ResourceDefinition) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let name = object.objectName
        if name.isEmpty {
            found.append(.required("metadata.name", "name or generateName is required"))
        } else if let rule = nameRule(name, resource) {
            found.append(.invalid("metadata.name", "\"\(name)\"", rule))
        }
        let size = object.objectAnnotations.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        if size > annotationBytes {
            found.append(
                FieldViolation(
                    .tooLong, "metadata.annotations",
                    "Too long: \(tooLongText) \(annotationBytes) bytes"))
        }
        for (key, value) in object.objectLabels.sorted(by: { $0.key < $1.key }) {
            if !Names.isQualifiedName(key) {
                found.append(.invalid("metadata.labels", "\"\(key)\"", Names.qualifiedNameRule))
            }
            if value.utf8.count > 63 {
                found.append(.invalid("metadata.labels", "\"\(value)\"", "must be no more than 63 characters"))
            } else if !Names.isLabelValue(value) {
                found.append(.invalid("metadata.labels", "\"\(value)\"", Names.labelValueRule))
            }
        }
        return found
    }

    private static let tooLongText = "may not be more than"

    private static func nameRule(_ name: String, _ resource: ResourceDefinition) -> String? {
        switch (resource.group, resource.kind) {
        case ("", "Namespace"): return Names.isLabel(name) ? nil : Names.labelRule
        case ("", "Service"): return Names.isServiceLabel(name) ? nil : Names.serviceLabelRule
        case ("rbac.authorization.k8s.io", _):
            if name == "." || name == ".." { return "may not be '\(name)'" }
            if name.contains("/") { return "may not contain '/'" }
            return name.contains("%") ? "may not contain '%'" : nil
        default: return Names.isSubdomain(name) ? nil : Names.subdomainRule
        }
    }

    // MARK: Kinds

    private static func workload(_ object: Value, _ resource: ResourceDefinition) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let spec = object["spec"] ?? .object([:])
        if let replicas = spec["replicas"]?.intValue, replicas < 0 {
            found.append(.invalid("spec.replicas", String(replicas), "must be greater than or equal to 0"))
        }
        let labels = (spec[at: "template", "metadata"] ?? .object([:])).stringMap("labels")
        if let selector = spec["selector"], selector.objectValue != nil {
            let parsed = LabelSelector(object: selector)
            if parsed?.isEmpty ?? true {
                let word = resource.kind.lowercased()
                found.append(
                    .invalid("spec.selector", GoText.labelSelector(selector), "empty selector is invalid for \(word)"))
            } else if !(parsed?.matches(labels) ?? false) {
                found.append(
                    .invalid(
                        "spec.template.metadata.labels", GoText.stringMap(labels),
                        "`selector` does not match template `labels`"))
            }
        } else {
            found.append(.required("spec.selector"))
            // Go's selector of nothing: it matches no labels at all.
            found.append(
                .invalid(
                    "spec.template.metadata.labels",
                    labels.isEmpty ? "map[string]string(nil)" : GoText.stringMap(labels),
                    "`selector` does not match template `labels`"))
        }
        return found + podSpec(spec[at: "template", "spec"], "spec.template.spec")
    }

    private static func podSpec(_ spec: Value?, _ path: String) -> [FieldViolation] {
        guard let containers = spec?["containers"]?.arrayValue, !containers.isEmpty else {
            return [.required("\(path).containers")]
        }
        var found: [FieldViolation] = []
        let volumes = Set((spec?["volumes"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue })
        var names: Set<String> = []
        for (list, items) in [
            ("initContainers", spec?["initContainers"]?.arrayValue ?? []), ("containers", containers),
        ] {
            for (index, container) in items.enumerated() {
                let here = "\(path).\(list)[\(index)]"
                let name = container["name"]?.stringValue ?? ""
                if name.isEmpty {
                    found.append(.required("\(here).name"))
                } else if !Names.isLabel(name) {
                    found.append(.invalid("\(here).name", "\"\(name)\"", Names.labelRule))
                } else if !names.insert(name).inserted {
                    found.append(.duplicate("\(here).name", name))
                }
                if (container["image"]?.stringValue ?? "").isEmpty, list == "initContainers" || path == "spec" {
                    found.append(.required("\(here).image"))
                } else if (container["image"]?.stringValue ?? "").isEmpty {
                    found.append(.required("\(here).image"))
                }
                found += Validation.container(container, here)
                for (position, mount) in (container["volumeMounts"]?.arrayValue ?? []).enumerated() {
                    let volume = mount["name"]?.stringValue ?? ""
                    // A StatefulSet's templates bring further volumes, which its own validation does not look up.
                    if !volumes.contains(volume), path == "spec", !volume.isEmpty {
                        found.append(
                            FieldViolation(
                                .notFound, "\(here).volumeMounts[\(position)].name", "Not found: \"\(volume)\""))
                    }
                }
            }
        }
        return found
    }

    private static func claim(_ object: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        if (object[at: "spec", "accessModes"]?.arrayValue ?? []).isEmpty {
            found.append(.required("spec.accessModes", "at least 1 access mode is required"))
        }
        let supported = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"]
        for mode in object[at: "spec", "accessModes"]?.arrayValue ?? []
        where !supported.contains(mode.stringValue ?? "") {
            found.append(.unsupported("spec.accessModes", mode.stringValue ?? "", supported))
        }
        if let text = object[at: "spec", "resources", "requests", "storage"]?.stringValue {
            if let amount = Quantity(text), amount <= Quantity(nanos: 0, format: .binary) {
                found.append(
                    .invalid("spec.resources[storage]", "\"\(text)\"", "must be greater than zero"))
            }
        } else {
            found.append(.required("spec.resources[storage]"))
        }
        return found
    }

    private static func service(_ object: Value) -> [FieldViolation] {
        let type = object[at: "spec", "type"]?.stringValue ?? ""
        var found: [FieldViolation] = []
        let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
        if !types.contains(type) { found.append(.unsupported("spec.type", type, types)) }
        let ports = object[at: "spec", "ports"]?.arrayValue ?? []
        if ports.isEmpty, type != "ExternalName", object[at: "spec", "clusterIP"] != "None" {
            found.append(.required("spec.ports"))
        }
        for (index, port) in ports.enumerated() {
            if ports.count > 1, (port["name"]?.stringValue ?? "").isEmpty {
                found.append(.required("spec.ports[\(index)].name"))
            }
            if let number = port["port"]?.intValue, !(1...65_535).contains(number) {
                found.append(
                    .invalid("spec.ports[\(index)].port", String(number), "must be between 1 and 65535, inclusive"))
            }
        }
        return found
    }

    /// Kubernetes' bound on ConfigMaps and Secrets (`MaxSecretSize`).
    private static let dataBytes = 1024 * 1024

    private static func data(_ object: Value, _ resource: ResourceDefinition) -> [FieldViolation] {
        var found: [FieldViolation] = []
        var size = 0
        for field in ["data", "binaryData"] {
            for (key, value) in (object[field]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
                let isKey = !key.isEmpty && key.utf8.count <= 253 && key.utf8.allSatisfy(Names.isConfigKeyByte)
                if !isKey {
                    found.append(
                        .invalid(
                            "\(field)[\(key)]", "\"\(key)\"",
                            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
                                + "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
                                + "'[-._a-zA-Z0-9]+')"))
                }
                size += value.stringValue?.utf8.count ?? 0
            }
        }
        if resource.kind == "Secret" { size = size / 4 * 3 }
        if size > dataBytes {
            let field = resource.kind == "Secret" ? "data" : ""
            found.append(FieldViolation(.tooLong, field, "Too long: \(tooLongText) \(dataBytes) bytes"))
        }
        return found
    }

    private static func definition(_ object: Value) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let group = object[at: "spec", "group"]?.stringValue ?? ""
        let plural = object[at: "spec", "names", "plural"]?.stringValue ?? ""
        if object.objectName != "\(plural).\(group)" {
            found.append(
                .invalid(
                    "metadata.name", "\"\(object.objectName)\"", "must be spec.names.plural+\".\"+spec.group"))
        }
        for (field, text) in [
            ("spec.group", group), ("spec.names.plural", plural),
            ("spec.names.kind", object[at: "spec", "names", "kind"]?.stringValue ?? ""),
        ] where text.isEmpty {
            found.append(.required(field))
        }
        let scope = object[at: "spec", "scope"]?.stringValue ?? ""
        if !["Cluster", "Namespaced"].contains(scope) {
            found.append(.unsupported("spec.scope", scope, ["Cluster", "Namespaced"]))
        }
        let versions = object[at: "spec", "versions"]?.arrayValue ?? []
        if versions.filter({ $0["storage"]?.boolValue ?? false }).count != 1 {
            found.append(
                .invalid(
                    "spec.versions", "\(versions.compactMap { $0["name"]?.stringValue })",
                    "must have exactly one version marked as storage version"))
        }
        for (index, version) in versions.enumerated() where version[at: "schema", "openAPIV3Schema"] == nil {
            found.append(.required("spec.versions[\(index)].schema.openAPIV3Schema", "schemas are required"))
        }
        return found + SchemaRules.violations(in: versions)
    }
}
