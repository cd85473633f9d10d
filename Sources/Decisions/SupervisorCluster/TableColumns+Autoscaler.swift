internal import FleetModel
internal import ResourceModel

/// Columns of autoscalers and certificate requests.
extension TableColumns {
    /// `named`: newer printers put the metric's name before its figures.
    static func autoscaler(named: Bool) -> [TableColumn] {
        [
            .name,
            text("Reference") { object in
                let target = object[at: "spec", "scaleTargetRef"]
                return "\(target?["kind"]?.stringValue ?? "")/\(target?["name"]?.stringValue ?? "")"
            },
            text("Targets") { targets($0, named) },
            text("MinPods") { $0[at: "spec", "minReplicas"]?.scalarText ?? "<unset>" },
            number("MaxPods") { Int(clamping: $0[at: "spec", "maxReplicas"]?.intValue ?? 0) },
            number("Replicas") { Int(clamping: $0[at: "status", "currentReplicas"]?.intValue ?? 0) }, .age,
        ]
    }

    /// Metrics that are shown; further ones are counted.
    private static let shownMetrics = 2

    private static func targets(_ object: Value, _ named: Bool) -> String {
        let current = object[at: "status", "currentMetrics"]?.arrayValue ?? []
        let metrics = (object[at: "spec", "metrics"]?.arrayValue ?? []).map { metric -> String in
            let type = metric["type"]?.stringValue ?? ""
            let field = type.prefix(1).lowercased() + type.dropFirst()
            let source = metric[field] ?? [:]
            let name = source["name"]?.stringValue ?? ""
            let target = source["target"] ?? [:]
            let now = current.first { $0["type"] == metric["type"] && $0[field]?["name"] == source["name"] }?[field]?[
                "current"]
            let prefix = named && type == "Resource" ? "\(name): " : ""
            if let wanted = target["averageUtilization"]?.intValue {
                let used = now?["averageUtilization"]?.intValue.map { "\($0)%" } ?? "<unknown>"
                return "\(prefix)\(used)/\(wanted)%"
            }
            if let wanted = target["averageValue"]?.scalarText {
                let isAverage = type == "Pods" || type == "Resource" ? "" : " (avg)"
                return "\(prefix)\(now?["averageValue"]?.scalarText ?? "<unknown>")/\(wanted)\(isAverage)"
            }
            return "\(prefix)\(now?["value"]?.scalarText ?? "<unknown>")/\(target["value"]?.scalarText ?? "<auto>")"
        }
        guard !metrics.isEmpty else { return "<none>" }
        guard metrics.count > shownMetrics else { return metrics.joined(separator: ", ") }
        return "\(metrics.prefix(shownMetrics).joined(separator: ", ")) + \(metrics.count - shownMetrics) more..."
    }

    static let certificateRequest: [TableColumn] = [
        .name, .age, text("SignerName") { $0[at: "spec", "signerName"]?.stringValue ?? "" },
        text("Requestor") { $0[at: "spec", "username"]?.stringValue ?? "" },
        text("RequestedDuration") {
            $0[at: "spec", "expirationSeconds"]?.intValue.map { Age.text(seconds: $0) } ?? "<none>"
        },
        text("Condition") { object in
            let types = (object[at: "status", "conditions"]?.arrayValue ?? []).compactMap { $0["type"]?.stringValue }
            var state = types.contains("Denied") ? "Denied" : types.contains("Approved") ? "Approved" : "Pending"
            if types.contains("Failed") { state += ",Failed" }
            if !(object[at: "status", "certificate"]?.stringValue ?? "").isEmpty { state += ",Issued" }
            return state
        },
    ]
}
