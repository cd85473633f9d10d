package import FleetModel
package import ResourceModel

/// Everything `supervisor-simulator` can be told.
package struct SimulatorSettings: Hashable, Sendable {
    /// `host:port`; port 0 takes a free one.
    package var listen: String
    package var kubeconfigOut: String?
    /// Nil = state is lost at the end.
    package var dataDir: String?
    package var moid: String
    /// `1.25` or `1.32`: whose texts and rules it answers with.
    package var kubernetes: String
    package var nodes: Int
    /// Cluster seconds per real second.
    package var clockSpeed: Double
    package var seed: Int
    /// Mappings with the fields of `StorageClass`, as in the file.
    package var storageClasses: [Value]
    package var readyRules: [Value]
    /// API faults present from the start, in the form of the simulator's `/flotilla-simulator/v1/faults`.
    package var faults: [Value]
    package var logLevel: String

    package static let storageClassFields = [
        "name", "provisioner", "default", "allowVolumeExpansion", "reclaimPolicy", "volumeBindingMode",
    ]
    package static let readyRuleFields = ["kind", "name", "after", "condition", "reason", "message"]
    package static let faultFields = ["method", "path", "status", "percent", "remaining"]

    package static let keys: [SettingKey] = [
        SettingKey("listen", .text, "127.0.0.1:0", "Where the API server listens (HTTPS); port 0 takes a free one."),
        SettingKey("kubeconfigOut", .text, "", "Where a kubeconfig for it is written, mode 0600; empty: nowhere."),
        SettingKey("dataDir", .text, "", "Keeps objects across restarts; empty: in memory only."),
        SettingKey("moid", .text, "domain-c8", "vCenter's managed object id of the Supervisor."),
        SettingKey(
            "kubernetes", .choice(["1.25", "1.32"]), "1.25", "Whose rules and texts the API server answers with."),
        SettingKey("nodes", .number(1...100), "3", "Worker nodes."),
        SettingKey("clockSpeed", .factor, "1", "Cluster seconds per real second."),
        SettingKey("seed", .number(0...Int.max), "1", "Everything random comes from it: uids, name suffixes."),
        SettingKey(
            "storageClasses", .list(fields: storageClassFields), "[]",
            "Storage classes made at the start; empty: one default class that can grow."),
        SettingKey(
            "readyRules", .list(fields: readyRuleFields), "[]",
            "What custom objects without a controller turn into: kind, name pattern, after, condition."),
        SettingKey(
            "faults", .list(fields: faultFields), "[]",
            "API faults from the start: method, path, status, percent, remaining."),
        SettingKey(
            "log.level", .choice(LogLevels.all), "info", "trace, debug, info, notice, warning, error or critical."),
    ]

    package init(_ reader: SettingsReader) throws(FleetError) {
        listen = reader.text("listen")
        kubeconfigOut = reader.optionalText("kubeconfigOut")
        dataDir = reader.optionalText("dataDir")
        moid = reader.text("moid")
        kubernetes = try reader.choice("kubernetes")
        nodes = try reader.number("nodes")
        clockSpeed = try reader.factor("clockSpeed")
        seed = try reader.number("seed")
        storageClasses = try reader.list("storageClasses")
        readyRules = try reader.list("readyRules")
        faults = try reader.list("faults")
        logLevel = try reader.choice("log.level")
    }

    /// The defaults alone.
    package init() throws(FleetError) { try self.init(SettingsReader(keys: Self.keys)) }
}
