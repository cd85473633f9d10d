internal import FleetModel
internal import ResourceModel

/// The columns of each kind (k8s.io/kubernetes `pkg/printers/internalversion`), those of CRDs, else NAME and AGE.
enum TableColumns {
    static func columns(_ resource: ResourceDefinition, profile: ServerProfile) -> [TableColumn] {
        if let custom = resource.custom { return [.name] + customColumns(custom) }
        switch (resource.group, resource.kind) {
        case ("", "Pod"): return pod
        case ("apps", "Deployment"): return deployment
        case ("apps", "ReplicaSet"): return replicaSet
        case ("apps", "StatefulSet"): return statefulSet
        case ("apps", "DaemonSet"): return daemonSet
        case ("batch", "Job"): return job
        case ("batch", "CronJob"): return cronJob
        case ("", "Service"): return service
        case ("", "PersistentVolumeClaim"): return claim(profile)
        case ("", "PersistentVolume"): return volume(profile)
        case ("storage.k8s.io", "StorageClass"): return storageClass
        case ("", "ConfigMap"):
            return [.name, number("Data") { count($0["data"]) + count($0["binaryData"]) }, .age]
        case ("", "Secret"):
            return [.name, text("Type") { $0["type"]?.stringValue ?? "" }, number("Data") { count($0["data"]) }, .age]
        case ("", "Namespace"): return [.name, text("Status") { $0[at: "status", "phase"]?.stringValue ?? "" }, .age]
        case ("", "Event"): return event
        case ("", "Node"): return node
        case ("", "ServiceAccount"):
            return [.name, number("Secrets") { $0["secrets"]?.arrayValue?.count ?? 0 }, .age]
        case ("apiextensions.k8s.io", _):
            return [
                .name,
                TableColumn("Created At", type: "date") { object, _ in
                    object.metadata["creationTimestamp"] ?? .null
                },
            ]
        case ("rbac.authorization.k8s.io", "Role"), ("rbac.authorization.k8s.io", "ClusterRole"):
            return [
                .name,
                TableColumn("Created At", type: "date") { object, _ in object.metadata["creationTimestamp"] ?? .null },
            ]
        case ("rbac.authorization.k8s.io", _):
            return [
                .name,
                text("Role") {
                    "\($0[at: "roleRef", "kind"]?.stringValue ?? "")/\($0[at: "roleRef", "name"]?.stringValue ?? "")"
                },
                .age,
            ]
        case ("admissionregistration.k8s.io", _):
            return [.name, number("Webhooks") { $0["webhooks"]?.arrayValue?.count ?? 0 }, .age]
        case ("apiregistration.k8s.io", _): return apiService
        default: return others(resource, profile: profile) ?? [.name, .age]
        }
    }

    // MARK: Making columns

    static func text(_ name: String, isWide: Bool = false, _ cell: @escaping @Sendable (Value) -> String) -> TableColumn
    {
        TableColumn(name, isWide: isWide) { object, _ in .string(cell(object)) }
    }

    static func number(_ name: String, isWide: Bool = false, _ cell: @escaping @Sendable (Value) -> Int) -> TableColumn
    {
        TableColumn(name, isWide: isWide) { object, _ in .int(Int64(cell(object))) }
    }

    static func count(_ value: Value?) -> Int { value?.objectValue?.count ?? 0 }

    static func integer(_ value: Value?) -> Int { Int(clamping: value?.intValue ?? 0) }

    // MARK: Claims, volumes, classes

    private static let accessModes = [
        "ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP",
    ]

    private static func modes(_ value: Value?) -> String {
        (value?.arrayValue ?? []).map { accessModes[$0.stringValue ?? ""] ?? $0.stringValue ?? "" }
            .joined(separator: ",")
    }

    private static func claim(_ profile: ServerProfile) -> [TableColumn] {
        var columns: [TableColumn] = [
            .name,
            text("Status") { $0.isBeingDeleted ? "Terminating" : $0[at: "status", "phase"]?.stringValue ?? "" },
            text("Volume") { $0[at: "spec", "volumeName"]?.stringValue ?? "" },
            text("Capacity") { object in
                (object[at: "spec", "volumeName"]?.stringValue ?? "").isEmpty
                    ? "" : object[at: "status", "capacity", "storage"]?.stringValue ?? ""
            },
            text("Access Modes") { object in
                (object[at: "spec", "volumeName"]?.stringValue ?? "").isEmpty
                    ? "" : modes(object[at: "status", "accessModes"])
            },
            text("StorageClass") { $0[at: "spec", "storageClassName"]?.stringValue ?? "" },
        ]
        if profile == .kubernetes132 {
            columns.append(
                text("VolumeAttributesClass") { $0[at: "spec", "volumeAttributesClassName"]?.stringValue ?? "<unset>" })
        }
        return columns + [
            .age, text("VolumeMode", isWide: true) { $0[at: "spec", "volumeMode"]?.stringValue ?? "<unset>" },
        ]
    }

    private static func volume(_ profile: ServerProfile) -> [TableColumn] {
        var columns: [TableColumn] = [
            .name, text("Capacity") { $0[at: "spec", "capacity", "storage"]?.stringValue ?? "" },
            text("Access Modes") { modes($0[at: "spec", "accessModes"]) },
            text("Reclaim Policy") { $0[at: "spec", "persistentVolumeReclaimPolicy"]?.stringValue ?? "" },
            text("Status") { $0.isBeingDeleted ? "Terminating" : $0[at: "status", "phase"]?.stringValue ?? "" },
            text("Claim") { object in
                guard let claim = object[at: "spec", "claimRef"], claim.objectValue != nil else { return "" }
                return "\(claim["namespace"]?.stringValue ?? "")/\(claim["name"]?.stringValue ?? "")"
            },
            text("StorageClass") { $0[at: "spec", "storageClassName"]?.stringValue ?? "" },
        ]
        if profile == .kubernetes132 {
            columns.append(
                text("VolumeAttributesClass") { $0[at: "spec", "volumeAttributesClassName"]?.stringValue ?? "<unset>" })
        }
        return columns + [
            text("Reason") { $0[at: "status", "reason"]?.stringValue ?? "" }, .age,
            text("VolumeMode", isWide: true) { $0[at: "spec", "volumeMode"]?.stringValue ?? "<unset>" },
        ]
    }

    private static let storageClass: [TableColumn] = [
        TableColumn("Name", format: "name") { object, _ in
            let isDefault = object.objectAnnotations["storageclass.kubernetes.io/is-default-class"] == "true"
            return .string(object.objectName + (isDefault ? " (default)" : ""))
        },
        text("Provisioner") { $0["provisioner"]?.stringValue ?? "" },
        text("ReclaimPolicy") { $0["reclaimPolicy"]?.stringValue ?? "Delete" },
        text("VolumeBindingMode") { $0["volumeBindingMode"]?.stringValue ?? "<unset>" },
        text("AllowVolumeExpansion") { ($0["allowVolumeExpansion"]?.boolValue ?? false) ? "true" : "false" },
        .age,
    ]

    // MARK: Services, nodes, events

    private static let service: [TableColumn] = [
        .name, text("Type") { $0[at: "spec", "type"]?.stringValue ?? "" },
        text("Cluster-IP") { object in
            let address = object[at: "spec", "clusterIP"]?.stringValue ?? ""
            return address.isEmpty ? "<none>" : address
        },
        text("External-IP") { externalAddress($0) },
        text("Port(s)") { object in
            let ports = (object[at: "spec", "ports"]?.arrayValue ?? []).map { port in
                let node = port["nodePort"]?.intValue.map { ":\($0)" } ?? ""
                return "\(port["port"]?.intValue ?? 0)\(node)/\(port["protocol"]?.stringValue ?? "TCP")"
            }
            return ports.isEmpty ? "<none>" : ports.joined(separator: ",")
        },
        .age, text("Selector", isWide: true) { selector($0[at: "spec", "selector"]) },
    ]

    private static func externalAddress(_ object: Value) -> String {
        let given = (object[at: "spec", "externalIPs"]?.arrayValue ?? []).compactMap(\.stringValue)
        switch object[at: "spec", "type"]?.stringValue {
        case "LoadBalancer":
            let assigned = (object[at: "status", "loadBalancer", "ingress"]?.arrayValue ?? []).compactMap {
                $0["ip"]?.stringValue ?? $0["hostname"]?.stringValue
            }
            let all = assigned + given
            return all.isEmpty ? "<pending>" : all.joined(separator: ",")
        case "ExternalName": return object[at: "spec", "externalName"]?.stringValue ?? ""
        default: return given.isEmpty ? "<none>" : given.joined(separator: ",")
        }
    }

    static func selector(_ value: Value?) -> String {
        let labels = (value?["matchLabels"] ?? value)?.objectValue ?? [:]
        let pairs = labels.compactMap { key, value in value.stringValue.map { "\(key)=\($0)" } }.sorted()
        return pairs.isEmpty ? "<none>" : pairs.joined(separator: ",")
    }

    private static let node: [TableColumn] = [
        .name,
        text("Status") { object in
            let ready = (object[at: "status", "conditions"]?.arrayValue ?? []).first { $0["type"] == "Ready" }
            let word = ready?["status"] == "True" ? "Ready" : ready == nil ? "Unknown" : "NotReady"
            return word + ((object[at: "spec", "unschedulable"]?.boolValue ?? false) ? ",SchedulingDisabled" : "")
        },
        text("Roles") { object in
            let prefix = "node-role.kubernetes.io/"
            let roles = object.objectLabels.keys.filter { $0.hasPrefix(prefix) }.map {
                String($0.dropFirst(prefix.count))
            }
            return roles.isEmpty ? "<none>" : roles.sorted().joined(separator: ",")
        },
        .age, text("Version") { $0[at: "status", "nodeInfo", "kubeletVersion"]?.stringValue ?? "" },
        text("Internal-IP", isWide: true) { address($0, "InternalIP") },
        text("External-IP", isWide: true) { address($0, "ExternalIP") },
        text("OS-Image", isWide: true) { $0[at: "status", "nodeInfo", "osImage"]?.stringValue ?? "<unknown>" },
        text("Kernel-Version", isWide: true) {
            $0[at: "status", "nodeInfo", "kernelVersion"]?.stringValue ?? "<unknown>"
        },
        text("Container-Runtime", isWide: true) {
            $0[at: "status", "nodeInfo", "containerRuntimeVersion"]?.stringValue ?? "<unknown>"
        },
    ]

    private static func address(_ node: Value, _ type: String) -> String {
        (node[at: "status", "addresses"]?.arrayValue ?? []).first { $0["type"]?.stringValue == type }?["address"]?
            .stringValue ?? "<none>"
    }

    private static let event: [TableColumn] = [
        TableColumn("Last Seen") { object, now in
            let last =
                object[at: "series", "lastObservedTime"]?.stringValue ?? object["lastTimestamp"]?.stringValue
                ?? object["firstTimestamp"]?.stringValue ?? object["eventTime"]?.stringValue
            return .string(Age.text(last, now))
        },
        text("Type") { $0["type"]?.stringValue ?? "" }, text("Reason") { $0["reason"]?.stringValue ?? "" },
        text("Object") { object in
            let kind = object[at: "involvedObject", "kind"]?.stringValue?.lowercased() ?? ""
            return "\(kind)/\(object[at: "involvedObject", "name"]?.stringValue ?? "")"
        },
        text("Subobject", isWide: true) { $0[at: "involvedObject", "fieldPath"]?.stringValue ?? "" },
        text("Source", isWide: true) { object in
            let component =
                object[at: "source", "component"]?.stringValue ?? object["reportingComponent"]?.stringValue ?? ""
            let host = object[at: "source", "host"]?.stringValue
            return host.map { "\(component), \($0)" } ?? component
        },
        text("Message") { object in
            let message = object["message"]?.stringValue ?? ""
            return message.hasSuffix("\n") ? String(message.dropLast()) : message
        },
        TableColumn("First Seen", isWide: true) { object, now in
            .string(Age.text(object["firstTimestamp"]?.stringValue ?? object["eventTime"]?.stringValue, now))
        },
        number("Count", isWide: true) { max(1, integer($0["count"])) },
        TableColumn("Name", format: "name", isWide: true) { object, _ in .string(object.objectName) },
    ]

    private static let apiService: [TableColumn] = [
        .name,
        text("Service") { object in
            guard let service = object[at: "spec", "service"], service.objectValue != nil else { return "Local" }
            return "\(service["namespace"]?.stringValue ?? "")/\(service["name"]?.stringValue ?? "")"
        },
        text("Available") { object in
            (object[at: "status", "conditions"]?.arrayValue ?? []).first { $0["type"] == "Available" }?["status"]?
                .stringValue ?? "Unknown"
        },
        .age,
    ]
}
