internal import ResourceModel

/// Built-in kinds that two versions or groups serve: core and `events.k8s.io` events, autoscaling v2 and v1.
enum VersionConversion {
    static func converted(_ object: Value, to apiVersion: String) -> Value {
        var converted = object
        switch apiVersion {
        case "events.k8s.io/v1":
            rename(&converted, eventFields.map { ($0.0, $0.1) })
            // Left out when empty there, written in core events.
            for key in ["reportingController", "reportingInstance"] where converted[key] == "" { converted[key] = nil }
        case "v1":
            rename(&converted, eventFields.map { ($0.1, $0.0) })
            for key in ["reportingComponent", "reportingInstance"] { Defaults.fill(&converted, [key], "") }
            for key in ["source"] { Defaults.fill(&converted, [key], .object([:])) }
            for key in ["eventTime", "firstTimestamp", "lastTimestamp"] where converted[key] == nil {
                converted[key] = .null
            }
        case "autoscaling/v1": toFirst(&converted)
        case "autoscaling/v2": toSecond(&converted)
        default: break
        }
        if object["apiVersion"] != nil { converted["apiVersion"] = .string(apiVersion) }
        return converted
    }

    private static let eventFields: [(String, String)] = [
        ("involvedObject", "regarding"), ("message", "note"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"), ("reportingComponent", "reportingController"),
    ]

    private static func rename(_ object: inout Value, _ names: [(String, String)]) {
        guard var fields = object.objectValue else { return }
        for (old, new) in names {
            guard let value = fields.removeValue(forKey: old) else { continue }
            fields[new] = value
        }
        object = .object(fields)
    }

    private static func toFirst(_ object: inout Value) {
        let metrics = object[at: "spec", "metrics"]?.arrayValue ?? []
        let processor = metrics.first { $0[at: "resource", "name"] == "cpu" }
        object[at: "spec", "targetCPUUtilizationPercentage"] =
            processor?[at: "resource", "target", "averageUtilization"]
        object[at: "spec", "metrics"] = nil
        let current = object[at: "status", "currentMetrics"]?.arrayValue ?? []
        object[at: "status", "currentCPUUtilizationPercentage"] =
            current.first { $0[at: "resource", "name"] == "cpu" }?[at: "resource", "current", "averageUtilization"]
        for (key, name) in statusAnnotations {
            guard let kept = object[at: "status", key] else { continue }
            object[at: "metadata", "annotations", name] = .string(JSONWriter.text(kept))
            object[at: "status", key] = nil
        }
    }

    /// What version 1 has no fields for.
    private static let statusAnnotations = [
        ("conditions", "autoscaling.alpha.kubernetes.io/conditions"),
        ("currentMetrics", "autoscaling.alpha.kubernetes.io/current-metrics"),
    ]

    private static func toSecond(_ object: inout Value) {
        for (_, name) in statusAnnotations where object[at: "metadata", "annotations", name] != nil {
            object[at: "metadata", "annotations", name] = nil
        }
        if object[at: "metadata", "annotations"] == .object([:]) { object[at: "metadata", "annotations"] = nil }
        guard let percent = object[at: "spec", "targetCPUUtilizationPercentage"] else { return }
        object[at: "spec", "targetCPUUtilizationPercentage"] = nil
        object[at: "spec", "metrics"] = [
            [
                "type": "Resource",
                "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": percent]],
            ]
        ]
    }
}

extension ResourceDefinition {
    /// Whether its stored form may differ from the one that is asked for.
    var hasConversion: Bool { isCustom || sharedStore != nil || group == "autoscaling" }
}
