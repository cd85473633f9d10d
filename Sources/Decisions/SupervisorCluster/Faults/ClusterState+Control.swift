internal import FleetModel
internal import ResourceModel

/// `/flotilla-simulator/v1/faults`: the simulator's own fault switches.
///
/// GET reports; PUT changes what it names; POST sets one fault; DELETE takes all back, or `/NAME` one.
extension ClusterState {
    mutating func control(_ request: APIRequest, at real: Timestamp) throws(APIStatus) -> APIResponse {
        let name = request.segments.count > 3 ? request.segments[3] : nil
        switch (request.method, name) {
        case ("GET", nil): break
        case ("POST", nil): try set(fault: body(request), at: real)
        case ("PUT", nil), ("PATCH", nil): try set(body(request), at: real)
        case ("DELETE", nil):
            faults.clear { _ in true }
            controllers?.clearFaults()
        case ("GET", let name?):
            guard let fault = faults.faults.first(where: { $0.name == name }) else { throw Self.noFault(name) }
            return .json(fault.report(at: real))
        case ("DELETE", let name?):
            guard faults.clear(name) else { throw Self.noFault(name) }
        default: throw .methodNotAllowed
        }
        followFaults(at: real)
        return .json(faultReport)
    }

    private static func noFault(_ name: String) -> APIStatus {
        APIStatus(404, "NotFound", "there is no fault \"\(name)\"")
    }

    private func body(_ request: APIRequest) throws(APIStatus) -> Value {
        try RequestBody(request.body, contentType: "application/json", kind: "Faults").value
    }

    private static let plainPrefix = "api-"

    private var faultReport: Value {
        let all = faults.faults.map { $0.report(at: real) }
        let plain = faults.faults.filter { $0.name.hasPrefix(Self.plainPrefix) }.map { $0.report(at: real) }
        let latency = faults.faults.first { $0.name == "latency" && $0.kind == .latency }
        var report: Value = [
            "api": .array(plain), "faults": .array(all), "frozen": .bool(isFrozen),
            "latencyMilliseconds": .int(latency.map { Fault.milliseconds($0.delay) } ?? 0),
            "clockSpeed": .double(clock.speed), "now": .string(now.description), "revision": .int(Int64(revision)),
        ]
        if let controllers { report["controllers"] = controllers.report }
        return report
    }

    private mutating func set(_ body: Value, at real: Timestamp) throws(APIStatus) {
        for key in (body.objectValue ?? [:]).keys.sorted() {
            let value = body[key] ?? .null
            switch key {
            case "api": try setPlain(value, at: real)
            case "faults":
                let read = try Self.faults(value)
                faults.clear { _ in true }
                for fault in read { _ = faults.set(fault, at: real) }
            case "frozen": `switch`(Fault(name: "freeze", kind: .freeze), on: value.boolValue ?? false, at: real)
            case "latencyMilliseconds":
                var fault = Fault(name: "latency", kind: .latency)
                guard let number = value.intValue, (0...60_000).contains(number) else {
                    throw .badRequest("latencyMilliseconds must be 0 to 60000")
                }
                fault.delay = .milliseconds(number)
                `switch`(fault, on: number > 0, at: real)
            case "clockSpeed":
                guard let number = value.doubleValue, Fault.speeds.contains(number) else {
                    throw .badRequest("clockSpeed must be 0 to 100000")
                }
                wantedSpeed = number
                clock.setSpeed(number, at: real)
            case "compact":
                let kept = value.intValue.map { max(0, Int(clamping: $0)) } ?? 0
                for group in stores.keys { stores[group]?.trim(keeping: kept) }
            case "controllers": try Self.refusing { () throws(FleetError) in try controllers?.apply(value) }
            default:
                throw .badRequest(
                    "unknown fault \"\(key)\"; known: api, clockSpeed, compact, controllers, faults, frozen, "
                        + "latencyMilliseconds")
            }
        }
        isDirty = true
    }

    private mutating func `switch`(_ fault: Fault, on: Bool, at real: Timestamp) {
        if on { _ = faults.set(fault, at: real) } else { _ = faults.clear(fault.name) }
    }

    private mutating func set(fault value: Value, at real: Timestamp) throws(APIStatus) {
        let fault = try Self.refusing { () throws(FleetError) in try Fault(value) }
        guard faults.set(fault, at: real) else {
            throw .badRequest("there may be at most \(ClusterFaults.maximumFaults) faults")
        }
    }

    private static func refusing<Result>(_ body: () throws(FleetError) -> Result) throws(APIStatus) -> Result {
        do { return try body() } catch {
            throw .badRequest(error.reason.isEmpty ? error.message : "\(error.message): \(error.reason)")
        }
    }

    private static func faults(_ value: Value) throws(APIStatus) -> [Fault] {
        guard let items = value.arrayValue, items.count <= ClusterFaults.maximumFaults else {
            throw .badRequest("faults must be a list of at most \(ClusterFaults.maximumFaults)")
        }
        var faults: [Fault] = []
        for (index, item) in items.enumerated() {
            var fault = try refusing { () throws(FleetError) in try Fault(item) }
            // Several without a name are several.
            if item["name"] == nil, faults.contains(where: { $0.name == fault.name }) { fault.name += "-\(index + 1)" }
            faults.append(fault)
        }
        return faults
    }

    /// Rules that answer with a status, as a list that is replaced as a whole.
    private mutating func setPlain(_ value: Value, at real: Timestamp) throws(APIStatus) {
        guard let items = value.arrayValue, items.count <= ClusterFaults.maximumFaults else {
            throw .badRequest("api must be a list of at most \(ClusterFaults.maximumFaults) rules")
        }
        var read: [Fault] = []
        for (index, item) in items.enumerated() {
            guard item["status"]?.intValue.map({ (400...599).contains($0) }) ?? false else {
                throw .badRequest("api[].status must be 400 to 599")
            }
            var fault = try Self.refusing { () throws(FleetError) in try Fault(item) }
            fault.name = "\(Self.plainPrefix)\(index + 1)"
            read.append(fault)
        }
        faults.clear { $0.name.hasPrefix(Self.plainPrefix) }
        for fault in read {
            guard faults.set(fault, at: real) else {
                throw .badRequest("there may be at most \(ClusterFaults.maximumFaults) faults")
            }
        }
    }
}
