internal import ResourceModel

/// The inside of a container, and what a pod as a whole may say.
extension Validation {
    static func container(_ container: Value, _ here: String) -> [FieldViolation] {
        var found: [FieldViolation] = []
        for (index, port) in (container["ports"]?.arrayValue ?? []).enumerated() {
            let path = "\(here).ports[\(index)]"
            guard let number = port["containerPort"]?.intValue, number != 0 else {
                found.append(.required("\(path).containerPort"))
                continue
            }
            if !(1...65_535).contains(number) {
                found.append(
                    .invalid("\(path).containerPort", String(number), "must be between 1 and 65535, inclusive"))
            }
            let name = port["protocol"]?.stringValue ?? ""
            if !["SCTP", "TCP", "UDP"].contains(name) {
                found.append(.unsupported("\(path).protocol", name, ["SCTP", "TCP", "UDP"]))
            }
        }
        for (index, variable) in (container["env"]?.arrayValue ?? []).enumerated() {
            let path = "\(here).env[\(index)]"
            let name = variable["name"]?.stringValue ?? ""
            if name.isEmpty { found.append(.required("\(path).name")) }
            if !(variable["value"]?.stringValue ?? "").isEmpty, variable["valueFrom"]?.objectValue != nil {
                found.append(
                    .invalid("\(path).valueFrom", "\"\"", "may not be specified when `value` is not empty"))
            }
        }
        var paths: Set<String> = []
        for (index, mount) in (container["volumeMounts"]?.arrayValue ?? []).enumerated() {
            let path = mount["mountPath"]?.stringValue ?? ""
            if path.isEmpty {
                found.append(.required("\(here).volumeMounts[\(index)].mountPath"))
            } else if !paths.insert(path).inserted {
                found.append(
                    .invalid("\(here).volumeMounts[\(index)].mountPath", "\"\(path)\"", "must be unique"))
            }
        }
        let policy = container["imagePullPolicy"]?.stringValue ?? ""
        let policies = ["Always", "IfNotPresent", "Never"]
        if !policies.contains(policy) { found.append(.unsupported("\(here).imagePullPolicy", policy, policies)) }
        return found + resources(container, here)
    }

    private static func resources(_ container: Value, _ here: String) -> [FieldViolation] {
        var found: [FieldViolation] = []
        let limits = container[at: "resources", "limits"]?.objectValue ?? [:]
        let requests = container[at: "resources", "requests"]?.objectValue ?? [:]
        for (name, value) in requests.sorted(by: { $0.key < $1.key }) {
            guard let request = value.stringValue.flatMap(Quantity.init), let text = value.stringValue,
                let limit = limits[name]?.stringValue.flatMap(Quantity.init), limit < request
            else { continue }
            found.append(
                .invalid(
                    "\(here).resources.requests", "\"\(text)\"",
                    "must be less than or equal to \(name) limit of \(limit)"))
        }
        return found
    }

    /// Workloads other than jobs keep their pods running.
    static func restartPolicy(_ object: Value, _ resource: ResourceDefinition) -> [FieldViolation] {
        switch (resource.group, resource.kind) {
        case ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"):
            let policy = object[at: "spec", "template", "spec", "restartPolicy"]?.stringValue ?? "Always"
            guard policy != "Always" else { return [] }
            return [.unsupported("spec.template.spec.restartPolicy", policy, ["Always"])]
        case ("", "Pod"):
            let policy = object[at: "spec", "restartPolicy"]?.stringValue ?? "Always"
            let all = ["Always", "Never", "OnFailure"]
            return all.contains(policy) ? [] : [.unsupported("spec.restartPolicy", policy, all)]
        default: return []
        }
    }
}
