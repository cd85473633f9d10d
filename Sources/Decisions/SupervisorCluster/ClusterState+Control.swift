internal import FleetModel
internal import ResourceModel

/// `/flotilla-simulator/v1/faults`: the simulator's own fault switches.
extension ClusterState {
    mutating func control(_ request: APIRequest, at real: Timestamp) throws(APIStatus) -> APIResponse {
        switch request.method {
        case "GET": return .json(faultReport)
        case "PUT", "PATCH":
            let body = try RequestBody(request.body, contentType: "application/json", kind: "Faults").value
            try set(body, at: real)
            return .json(faultReport)
        case "DELETE":
            try set(["api": .array([]), "frozen": false, "latencyMilliseconds": 0], at: real)
            controllers?.clearFaults()
            return .json(faultReport)
        default: throw .methodNotAllowed
        }
    }

    private var faultReport: Value {
        let rules = faults.rules.map { rule -> Value in
            var fields: [String: Value] = [
                "method": .string(rule.method), "path": .string(rule.path), "status": .int(Int64(rule.status)),
                "percent": .int(Int64(rule.percent)),
            ]
            if let remaining = rule.remaining { fields["remaining"] = .int(Int64(remaining)) }
            return .object(fields)
        }
        var report: Value = [
            "api": .array(rules), "frozen": .bool(faults.isFrozen),
            "latencyMilliseconds": .int(Int64(faults.latencyMilliseconds)), "clockSpeed": .double(clock.speed),
            "now": .string(now.description), "revision": .int(Int64(revision)),
        ]
        if let controllers { report["controllers"] = controllers.report }
        return report
    }

    /// Bounds of what may be injected.
    private static let maximumLatency: Int64 = 60_000
    private static let speeds = 0.0...100_000.0

    private mutating func set(_ body: Value, at real: Timestamp) throws(APIStatus) {
        for key in (body.objectValue ?? [:]).keys.sorted() {
            let value = body[key] ?? .null
            switch key {
            case "api": faults.rules = try Self.rules(value)
            case "frozen": faults.isFrozen = value.boolValue ?? false
            case "latencyMilliseconds":
                guard let number = value.intValue, (0...Self.maximumLatency).contains(number) else {
                    throw .badRequest("latencyMilliseconds must be 0 to \(Self.maximumLatency)")
                }
                faults.latencyMilliseconds = Int(number)
            case "clockSpeed":
                guard let number = value.doubleValue, Self.speeds.contains(number) else {
                    throw .badRequest("clockSpeed must be 0 to 100000")
                }
                clock.setSpeed(number, at: real)
            case "compact":
                let kept = value.intValue.map { max(0, Int(clamping: $0)) } ?? 0
                for group in stores.keys { stores[group]?.trim(keeping: kept) }
            case "controllers":
                do {
                    try controllers?.apply(value)
                } catch {
                    throw .badRequest(error.reason.isEmpty ? error.message : "\(error.message): \(error.reason)")
                }
            default:
                throw .badRequest(
                    "unknown fault \"\(key)\"; known: api, clockSpeed, compact, controllers, frozen, "
                        + "latencyMilliseconds")
            }
        }
        isDirty = true
    }

    private static func rules(_ value: Value) throws(APIStatus) -> [ClusterFaults.Rule] {
        guard let items = value.arrayValue, items.count <= ClusterFaults.maximumRules else {
            throw .badRequest("api must be a list of at most \(ClusterFaults.maximumRules) rules")
        }
        var rules: [ClusterFaults.Rule] = []
        for item in items {
            guard let status = item["status"]?.intValue, (400...599).contains(status) else {
                throw .badRequest("api[].status must be 400 to 599")
            }
            rules.append(
                ClusterFaults.Rule(
                    method: (item["method"]?.stringValue ?? "").uppercased(), path: item["path"]?.stringValue ?? "",
                    status: Int(status), percent: Int(min(100, max(1, item["percent"]?.intValue ?? 100))),
                    remaining: item["remaining"]?.intValue.map { Int(clamping: $0) }))
        }
        return rules
    }
}
