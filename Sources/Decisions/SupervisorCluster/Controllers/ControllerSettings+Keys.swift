package import FleetModel
package import ResourceModel

/// Settings by name, for configuration files and for switches that are thrown while the cluster runs.
///
/// Durations are numbers of seconds or texts such as `200ms`, `1.5s`, `2m`, `1h`.
extension ControllerSettings {
    /// Entries of a list of faults or rules.
    package static let maximumEntries = 100
    /// The longest duration that a setting takes.
    package static let longest = Duration.seconds(86_400)

    private static var durations: [(name: String, field: WritableKeyPath<ControllerSettings, Duration>)] {
        [
            ("autoscalerPeriod", \.autoscalerPeriod), ("certificateIssue", \.certificateIssue),
            ("containerStart", \.containerStart), ("imagePull", \.imagePull),
            ("initContainerRun", \.initContainerRun), ("jobRun", \.jobRun), ("loadBalancer", \.loadBalancer),
            ("readinessDelay", \.readinessDelay), ("resizeController", \.resizeController),
            ("resizeNode", \.resizeNode),
            ("terminationGrace", \.terminationGrace), ("volumeProvision", \.volumeProvision),
        ]
    }
    private static var patterns: [(name: String, field: WritableKeyPath<ControllerSettings, [String]>)] {
        [
            ("crashingPods", \.faults.crashingPods), ("imagePullFailures", \.faults.imagePullFailures),
            ("stuckTerminatingPods", \.faults.stuckTerminatingPods), ("unreadyPods", \.faults.unreadyPods),
        ]
    }
    private static var switches: [(name: String, field: WritableKeyPath<ControllerSettings, Bool>)] {
        [
            ("noResizer", \.faults.noResizer), ("storageFull", \.faults.storageFull),
        ]
    }

    /// Every name that `set` takes, sorted.
    package static var keys: [String] {
        (durations.map(\.name) + patterns.map(\.name) + switches.map(\.name)
            + ["readyRules", "slowPods", "volumeUsage", "volumeUsageWarning"]).sorted()
    }

    /// Sets several by name; nothing is changed when one of them is refused.
    package mutating func apply(_ values: Value) throws(FleetError) {
        guard let fields = values.objectValue else {
            throw FleetError(.invalidArgument, "controller settings must be a mapping, not \(values.typeName)")
        }
        var changed = self
        for key in fields.keys.sorted() { try changed.set(key, to: fields[key] ?? .null) }
        self = changed
    }

    /// Sets one by name.
    package mutating func set(_ key: String, to value: Value) throws(FleetError) {
        if let duration = Self.durations.first(where: { $0.name == key }) {
            self[keyPath: duration.field] = try Self.duration(value, key)
        } else if let list = Self.patterns.first(where: { $0.name == key }) {
            self[keyPath: list.field] = try Self.texts(value, key)
        } else if let flag = Self.switches.first(where: { $0.name == key }) {
            guard let on = value.boolValue else { throw Self.wrong(key, "true or false", value) }
            self[keyPath: flag.field] = on
        } else {
            try setStructured(key, value)
        }
    }

    private mutating func setStructured(_ key: String, _ value: Value) throws(FleetError) {
        switch key {
        case "slowPods":
            var pods: [ControllerFaults.PodDelay] = []
            for entry in try Self.entries(value, key) {
                pods.append(.init(pattern: entry.name, delay: try Self.duration(entry.value, key)))
            }
            faults.slowPods = pods
        case "volumeUsage":
            var usages: [ControllerFaults.VolumeUsage] = []
            for entry in try Self.entries(value, key) {
                usages.append(.init(pattern: entry.name, percent: try Self.percent(entry.value, key)))
            }
            faults.volumeUsage = usages
        case "volumeUsageWarning": faults.volumeUsageWarning = try Self.percent(value, key)
        case "readyRules":
            guard let items = value.arrayValue, items.count <= Self.maximumEntries else {
                throw Self.wrong(key, "a list of at most \(Self.maximumEntries) rules", value)
            }
            var rules: [ReadyRule] = []
            for item in items { rules.append(try ReadyRule(item)) }
            readyRules = rules
        default:
            throw FleetError(
                .invalidArgument, "unknown controller setting \"\(key)\"",
                reason: "known: \(Self.keys.joined(separator: ", "))")
        }
    }

    /// All settings but the ready rules, by name, as `set` takes them.
    package var report: Value {
        var fields: [String: Value] = ["volumeUsageWarning": .int(Int64(faults.volumeUsageWarning))]
        for duration in Self.durations {
            fields[duration.name] = .string(PodRuntime.text(self[keyPath: duration.field]))
        }
        for list in Self.patterns { fields[list.name] = .array(self[keyPath: list.field].map(Value.string)) }
        for flag in Self.switches { fields[flag.name] = .bool(self[keyPath: flag.field]) }
        fields["slowPods"] = .object(
            Dictionary(
                faults.slowPods.map { ($0.pattern, Value.string(PodRuntime.text($0.delay))) }
            ) { first, _ in first })
        fields["volumeUsage"] = .object(
            Dictionary(faults.volumeUsage.map { ($0.pattern, Value.int(Int64($0.percent))) }) { first, _ in first })
        return .object(fields)
    }

    // MARK: Reading values

    private static func wrong(_ key: String, _ expected: String, _ value: Value) -> FleetError {
        FleetError(
            .invalidArgument, "setting \"\(key)\" must be \(expected)",
            reason: "found: \(JSONWriter.text(value).prefix(200))")
    }

    private static func texts(_ value: Value, _ key: String) throws(FleetError) -> [String] {
        guard let items = value.arrayValue, items.count <= maximumEntries else {
            throw wrong(key, "a list of at most \(maximumEntries) texts", value)
        }
        let texts = items.compactMap(\.stringValue)
        guard texts.count == items.count else { throw wrong(key, "a list of texts", value) }
        return texts
    }

    /// A mapping of patterns, in sorted order: the first that matches counts.
    private static func entries(_ value: Value, _ key: String) throws(FleetError) -> [(name: String, value: Value)] {
        guard let fields = value.objectValue, fields.count <= maximumEntries else {
            throw wrong(key, "a mapping of at most \(maximumEntries) name patterns", value)
        }
        return fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func percent(_ value: Value, _ key: String) throws(FleetError) -> Int {
        guard let number = value.intValue, (0...100).contains(number) else {
            throw wrong(key, "a percentage from 0 to 100", value)
        }
        return Int(number)
    }

    static func duration(_ value: Value, _ key: String) throws(FleetError) -> Duration {
        let seconds: Double?
        if let text = value.stringValue {
            let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)]
            seconds = units.first { text.hasSuffix($0.0) }.flatMap { unit in
                Double(text.dropLast(unit.0.count)).map { $0 * unit.1 }
            }
        } else {
            seconds = value.doubleValue
        }
        guard let seconds, seconds >= 0, seconds <= 86_400 else {
            throw wrong(key, "a duration from 0 to 24h, such as 200ms, 1.5s or 2m", value)
        }
        return .milliseconds(Int64((seconds * 1000).rounded()))
    }
}
