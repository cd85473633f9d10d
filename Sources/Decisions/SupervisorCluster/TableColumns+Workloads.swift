internal import FleetModel
internal import ResourceModel

/// Columns of pods and what makes them.
extension TableColumns {
    private static func containers(_ object: Value) -> [Value] {
        (object[at: "spec", "template", "spec"] ?? object[at: "spec", "jobTemplate", "spec", "template", "spec"])?[
            "containers"]?.arrayValue ?? []
    }

    private static let templateColumns: [TableColumn] = [
        text("Containers", isWide: true) {
            containers($0).compactMap { $0["name"]?.stringValue }.joined(separator: ",")
        },
        text("Images", isWide: true) { containers($0).compactMap { $0["image"]?.stringValue }.joined(separator: ",") },
    ]
    private static let selectorColumn = text("Selector", isWide: true) { selector($0[at: "spec", "selector"]) }

    private static func status(_ object: Value, _ key: String) -> Int { integer(object[at: "status", key]) }

    static let deployment: [TableColumn] =
        [
            .name, text("Ready") { "\(status($0, "readyReplicas"))/\(integer($0[at: "spec", "replicas"]))" },
            number("Up-to-date") { status($0, "updatedReplicas") },
            number("Available") { status($0, "availableReplicas") }, .age,
        ] + templateColumns + [selectorColumn]

    static let replicaSet: [TableColumn] =
        [
            .name, number("Desired") { integer($0[at: "spec", "replicas"]) },
            number("Current") { status($0, "replicas") }, number("Ready") { status($0, "readyReplicas") }, .age,
        ] + templateColumns + [selectorColumn]

    static let statefulSet: [TableColumn] =
        [
            .name, text("Ready") { "\(status($0, "readyReplicas"))/\(integer($0[at: "spec", "replicas"]))" }, .age,
        ] + templateColumns

    static let daemonSet: [TableColumn] =
        [
            .name, number("Desired") { status($0, "desiredNumberScheduled") },
            number("Current") { status($0, "currentNumberScheduled") }, number("Ready") { status($0, "numberReady") },
            number("Up-to-date") { status($0, "updatedNumberScheduled") },
            number("Available") { status($0, "numberAvailable") },
            text("Node Selector") { selector($0[at: "spec", "template", "spec", "nodeSelector"]) }, .age,
        ] + templateColumns + [selectorColumn]

    static let job: [TableColumn] =
        [
            .name,
            text("Status") { object in
                let conditions = object[at: "status", "conditions"]?.arrayValue ?? []
                func holds(_ type: String) -> Bool {
                    conditions.contains { $0["type"]?.stringValue == type && $0["status"] == "True" }
                }
                if holds("Complete") { return "Complete" }
                if holds("Failed") { return "Failed" }
                if object.isBeingDeleted { return "Terminating" }
                return holds("Suspended") ? "Suspended" : "Running"
            },
            text("Completions") { object in
                let done = status(object, "succeeded")
                if let wanted = object[at: "spec", "completions"]?.intValue { return "\(done)/\(wanted)" }
                return "\(done)/1"
            },
            TableColumn("Duration") { object, now in
                guard let start = object[at: "status", "startTime"]?.stringValue.flatMap(Timestamp.init(rfc3339:))
                else {
                    return ""
                }
                let end = object[at: "status", "completionTime"]?.stringValue.flatMap(Timestamp.init(rfc3339:)) ?? now
                return .string(Age.text(seconds: (end.milliseconds - start.milliseconds) / 1000))
            },
            .age,
        ] + templateColumns + [selectorColumn]

    static let cronJob: [TableColumn] =
        [
            .name, text("Schedule") { $0[at: "spec", "schedule"]?.stringValue ?? "" },
            text("Timezone") { $0[at: "spec", "timeZone"]?.stringValue ?? "<none>" },
            text("Suspend") { ($0[at: "spec", "suspend"]?.boolValue ?? false) ? "True" : "False" },
            number("Active") { $0[at: "status", "active"]?.arrayValue?.count ?? 0 },
            TableColumn("Last Schedule") { object, now in
                let last = object[at: "status", "lastScheduleTime"]?.stringValue
                return .string(last.map { Age.text($0, now) } ?? "<none>")
            },
            .age,
        ] + templateColumns + [selectorColumn]

    // MARK: Pods

    static let pod: [TableColumn] = [
        .name, text("Ready") { PodSummary($0).ready }, text("Status") { PodSummary($0).status },
        TableColumn("Restarts") { object, now in .string(PodSummary(object).restarts(now)) }, .age,
        text("IP", isWide: true) { $0[at: "status", "podIP"]?.stringValue ?? "<none>" },
        text("Node", isWide: true) { object in
            let node = object[at: "spec", "nodeName"]?.stringValue ?? ""
            return node.isEmpty ? "<none>" : node
        },
        text("Nominated Node", isWide: true) { $0[at: "status", "nominatedNodeName"]?.stringValue ?? "<none>" },
        text("Readiness Gates", isWide: true) { object in
            let gates = object[at: "spec", "readinessGates"]?.arrayValue ?? []
            return gates.isEmpty ? "<none>" : "0/\(gates.count)"
        },
    ]
}
