package import FleetModel
package import ResourceModel

/// Faults as data: in settings, over the control path, and in its report.
extension Fault {
    /// Every field that a fault may have.
    package static let fields = [
        "name", "kind", "method", "path", "percent", "remaining", "status", "retryAfter", "delay", "match", "resource",
        "speed", "cut", "after", "lasts", "every",
    ]

    /// Bounds of what may be injected.
    private static let maximumDelay = Duration.seconds(3600)
    static let speeds = 0.0...100_000.0

    package init(_ value: Value) throws(FleetError) {
        guard let given = value.objectValue else {
            throw FleetError(.invalidArgument, "a fault must be a mapping, not \(value.typeName)")
        }
        for key in given.keys.sorted() where !Self.fields.contains(key) && !["active", "hits"].contains(key) {
            throw FleetError(
                .invalidArgument, "unknown field \"\(key)\" of a fault",
                reason: "known: \(Self.fields.joined(separator: ", "))")
        }
        let fallback = value["status"] == nil ? nil : Kind.error.rawValue
        let kindText = value["kind"]?.stringValue ?? fallback ?? ""
        guard let kind = Kind(rawValue: kindText) else {
            throw FleetError(
                .invalidArgument, "unknown kind of fault \"\(kindText)\"",
                reason: "known: \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let name = value["name"]?.stringValue ?? kind.rawValue
        guard Names.isSubdomain(name) else {
            throw FleetError(
                .invalidArgument, "\"\(name)\" is no name of a fault", reason: "lower case letters, digits, '-' and '.'"
            )
        }
        self.init(name: name, kind: kind)
        method = (try Self.text(value, "method") ?? "").uppercased()
        path = try Self.text(value, "path") ?? ""
        match = try Self.text(value, "match") ?? match
        resource = try Self.text(value, "resource") ?? resource
        percent = try Self.number(value, "percent", 1...100) ?? 100
        remaining = try Self.number(value, "remaining", 0...1_000_000_000)
        status = try Self.number(value, "status", 400...599) ?? status
        retryAfter = try Self.number(value, "retryAfter", 0...3600) ?? retryAfter
        delay = try Self.duration(value, "delay") ?? delay
        after = try Self.duration(value, "after") ?? .zero
        lasts = try Self.duration(value, "lasts")
        every = try Self.duration(value, "every")
        if let text = try Self.text(value, "cut") {
            guard let cut = Cut(rawValue: text) else { throw Self.wrong("cut", "request or reply", value) }
            self.cut = cut
        }
        if let given = value["speed"], !given.isNull {
            guard let number = given.doubleValue ?? given.stringValue.flatMap({ Double($0) }),
                Self.speeds.contains(number)
            else { throw Self.wrong("speed", "0 to 100000", value) }
            speed = number
        }
        guard delay <= Self.maximumDelay else { throw Self.wrong("delay", "at most 1h", value) }
        if every != nil, lasts == nil {
            throw FleetError(.invalidArgument, "fault \(name): every needs lasts", reason: "it would never end")
        }
    }

    private static func wrong(_ key: String, _ expected: String, _ value: Value) -> FleetError {
        FleetError(
            .invalidArgument, "fault: \(key) must be \(expected)",
            reason: "found: \(JSONWriter.text(value[key] ?? .null).prefix(200))")
    }

    private static func text(_ value: Value, _ key: String) throws(FleetError) -> String? {
        guard let given = value[key], !given.isNull else { return nil }
        guard let text = given.stringValue, text.utf8.count <= 1000 else { throw wrong(key, "a text", value) }
        return text
    }

    private static func number(
        _ value: Value, _ key: String, _ range: ClosedRange<Int64>
    ) throws(FleetError) -> Int? {
        guard let given = value[key], !given.isNull else { return nil }
        guard let number = given.intValue ?? given.stringValue.flatMap({ Int64($0) }), range.contains(number) else {
            throw wrong(key, "\(range.lowerBound) to \(range.upperBound)", value)
        }
        return Int(number)
    }

    private static func duration(_ value: Value, _ key: String) throws(FleetError) -> Duration? {
        guard let given = value[key], !given.isNull else { return nil }
        return try ControllerSettings.duration(given, "fault's \(key)")
    }

    /// Fields that differ from the kind's defaults.
    package func report(at real: Timestamp) -> Value {
        let plain = Fault(name: name, kind: kind)
        var fields: [String: Value] = [
            "name": .string(name), "kind": .string(kind.rawValue), "active": .bool(isActive(at: real)),
            "hits": .int(Int64(hits)),
        ]
        if !method.isEmpty { fields["method"] = .string(method) }
        if !path.isEmpty { fields["path"] = .string(path) }
        if percent != 100 { fields["percent"] = .int(Int64(percent)) }
        if let remaining { fields["remaining"] = .int(Int64(remaining)) }
        if status != plain.status || kind == .error { fields["status"] = .int(Int64(status)) }
        if retryAfter != 1 { fields["retryAfter"] = .int(Int64(retryAfter)) }
        if delay != .zero { fields["delay"] = .string(PodRuntime.text(delay)) }
        if match != "*" { fields["match"] = .string(match) }
        if kind == .quota { fields["resource"] = .string(resource) }
        if kind == .clockSpeed { fields["speed"] = .double(speed) }
        if kind == .cutConnection { fields["cut"] = .string(cut.rawValue) }
        if after != .zero { fields["after"] = .string(PodRuntime.text(after)) }
        if let lasts { fields["lasts"] = .string(PodRuntime.text(lasts)) }
        if let every { fields["every"] = .string(PodRuntime.text(every)) }
        return .object(fields)
    }
}
