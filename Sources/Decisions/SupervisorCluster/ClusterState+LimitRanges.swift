internal import ResourceModel

/// The LimitRanger admission plugin: defaults and bounds per container and per claim.
extension ClusterState {
    func admitLimits(_ object: inout Value, _ resource: ResourceDefinition) throws(APIStatus) {
        guard resource.group.isEmpty, ["Pod", "PersistentVolumeClaim"].contains(resource.kind) else { return }
        for range in objects(self.resource("LimitRange"), namespace: object.objectNamespace) {
            for item in range[at: "spec", "limits"]?.arrayValue ?? [] {
                switch (resource.kind, item["type"]?.stringValue) {
                case ("Pod", "Container"): try limitContainers(&object, resource, item)
                case ("PersistentVolumeClaim", "PersistentVolumeClaim"):
                    try checkBounds(
                        object, resource, item, unit: "PersistentVolumeClaim",
                        requests: object[at: "spec", "resources", "requests"], limits: nil)
                default: break
                }
            }
        }
    }

    private func limitContainers(
        _ pod: inout Value, _ resource: ResourceDefinition, _ item: Value
    ) throws(APIStatus) {
        var notes: [String] = []
        for list in ["initContainers", "containers"] {
            var containers = pod[at: "spec", list]?.arrayValue ?? []
            for index in containers.indices {
                for (part, defaults) in [("limits", item["default"]), ("requests", item["defaultRequest"])] {
                    for (name, amount) in (defaults?.objectValue ?? [:]).sorted(by: { $0.key < $1.key })
                    where containers[index][at: "resources", part, name] == nil {
                        containers[index][at: "resources", part, name] = amount
                        let word = list == "containers" ? "container" : "init container"
                        notes.append(
                            "\(name) \(part.dropLast()) for \(word) \(containers[index]["name"]?.stringValue ?? "")")
                    }
                }
                try checkBounds(
                    pod, resource, item, unit: "Container",
                    requests: containers[index][at: "resources", "requests"],
                    limits: containers[index][at: "resources", "limits"])
            }
            if !containers.isEmpty { pod[at: "spec", list] = .array(containers) }
        }
        guard !notes.isEmpty else { return }
        pod[at: "metadata", "annotations", "kubernetes.io/limit-ranger"] = .string(
            "LimitRanger plugin set: \(notes.joined(separator: "; "))")
    }

    private func checkBounds(
        _ object: Value, _ resource: ResourceDefinition, _ item: Value, unit: String, requests: Value?, limits: Value?
    ) throws(APIStatus) {
        func amount(_ value: Value?) -> Quantity? {
            value?.stringValue.flatMap(Quantity.init) ?? value?.intValue.flatMap { Quantity(String($0)) }
        }
        var broken: [String] = []
        for (name, bound) in (item["min"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let least = amount(bound) else { continue }
            if let request = amount(requests?[name]) {
                if request < least {
                    broken.append("minimum \(name) usage per \(unit) is \(least), but request is \(request)")
                }
            } else {
                broken.append("minimum \(name) usage per \(unit) is \(least).  No request is specified")
            }
        }
        for (name, bound) in (item["max"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let most = amount(bound) else { continue }
            let used = amount(limits?[name])
            if unit == "Container", used == nil {
                broken.append("maximum \(name) usage per \(unit) is \(most).  No limit is specified")
            } else if let used, used > most {
                broken.append("maximum \(name) usage per \(unit) is \(most), but limit is \(used)")
            } else if let request = amount(requests?[name]), request > most {
                broken.append("maximum \(name) usage per \(unit) is \(most), but request is \(request)")
            }
        }
        guard !broken.isEmpty else { return }
        throw .forbidden(
            resource, object.objectName,
            broken.count == 1 ? broken[0] : "[\(broken.joined(separator: ", "))]")
    }
}
