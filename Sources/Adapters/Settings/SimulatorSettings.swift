package import FleetModel
package import ResourceModel

/// Everything `supervisor-simulator` can be told.
package struct SimulatorSettings: Hashable, Sendable {
    /// `host:port`; port 0 takes a free one.
    package var listen: String
    /// False = plain HTTP, where everybody is the administrator.
    package var tls: Bool
    package var kubeconfigOut: String?
    /// Nil = a random token, kept in `dataDir` when there is one.
    package var adminToken: String?
    /// Nil = state is lost at the end.
    package var dataDir: String?
    package var moid: String
    /// `1.25` or `1.32`: whose texts and rules it answers with.
    package var kubernetes: String
    package var nodes: Int
    /// Cluster seconds per real second.
    package var clockSpeed: Double
    package var seed: Int
    /// `namespace/name` of a Service to the URL at which webhooks behind it are asked.
    package var webhookServices: [String: Value]
    /// Mappings with the fields of `StorageClass`, as in the file.
    package var storageClasses: [Value]
    package var readyRules: [Value]
    /// API faults present from the start, in the form of `faults` in the simulator's `/flotilla-simulator/v1/faults`.
    package var faults: [Value]
    /// Durations and fault switches of the controllers by name, in the form of `controllers` there.
    package var controllers: Value
    package var logLevel: String
    package var supervisor: SupervisorFacts
    /// Supervisors in this process.
    package var supervisors: Int
    /// `ports` or `prefixes`.
    package var addressing: String
    /// `token` or `certificate`: how the administrator's kubeconfig authenticates.
    package var kubeconfigAuth: String
    /// Users with a client certificate and a context of their own in the kubeconfig.
    package var users: [Value]

    /// What makes the cluster a Supervisor; the cluster's own rules check them.
    package struct SupervisorFacts: Hashable, Sendable {
        package var generation: Int
        /// Empty: the newest of the generation.
        package var version: String
        package var capabilities: [String: Value]
        package var properties: [String: Value]
        package var namespaces: [String]
        package var services: [String]
    }

    package static let storageClassFields = [
        "name", "provisioner", "default", "allowVolumeExpansion", "reclaimPolicy", "volumeBindingMode",
    ]
    package static let userFields = ["name", "groups"]
    package static let readyRuleFields = ["apiVersion", "kind", "after", "status", "secret"]
    package static let faultFields = [
        "name", "kind", "method", "path", "percent", "remaining", "status", "retryAfter", "delay", "match", "resource",
        "speed", "cut", "after", "lasts", "every",
    ]

    package static let keys: [SettingKey] =
        [
            SettingKey(
                "listen", .text, "127.0.0.1:0",
                "Where the API server listens; port 0 takes a free one. A Supervisor that is to be found again after "
                    + "a restart needs a fixed port."),
            SettingKey("tls", .flag, "true", "Serve HTTPS; false: plain HTTP, where everybody is the administrator."),
            SettingKey("kubeconfigOut", .text, "", "Where a kubeconfig for it is written, mode 0600; empty: nowhere."),
            SettingKey(
                "kubeconfigAuth", .choice(["token", "certificate"]), "token",
                "How the administrator of the kubeconfig is known: by a token or by a client certificate."),
            SettingKey(
                "users", .list(fields: userFields), "[]",
                "Further users: each has a client certificate (name: CN, groups: O) and a context MOID-NAME in the "
                    + "kubeconfig. What they may do say Roles and bindings."),
            SettingKey(
                "adminToken", .text, "",
                "Bearer token of the administrator; empty: a random one, found in the kubeconfig and kept in dataDir."),
            SettingKey(
                "dataDir", .text, "",
                "Folder that keeps objects, token and certificate authority across restarts; empty: in memory only."),
            SettingKey("moid", .text, "domain-c8", "vCenter's managed object id of the Supervisor."),
            SettingKey(
                "kubernetes", .choice(["1.25", "1.32"]), "1.25", "Whose rules and texts the API server answers with."),
            SettingKey(
                "supervisors", .number(1...500), "1",
                "Supervisors in this process. With several, moid, seed and port count up, each has its folder in "
                    + "dataDir, and {moid} in kubeconfigOut makes one file each."),
            SettingKey(
                "addressing", .choice(["ports", "prefixes"]), "ports",
                "How several are told apart: a port each, or one port and a path /MOID each."),
            SettingKey(
                "supervisor.generation", .number(7...8), "8",
                "vSphere's generation: 7 tells its capabilities in a ConfigMap only, 8 in objects of their own."),
            SettingKey(
                "supervisor.version", .text, "",
                "Version of the Supervisor, up to four numbers; empty: 7.0.3.0 or 8.0.3.0. Control plane nodes show it."
            ),
            SettingKey(
                "supervisor.capabilities", .mapping, "{}",
                "Capabilities on top of the generation's own: name to true or false."),
            SettingKey(
                "supervisor.properties", .mapping, "{}",
                "Fields of SupervisorProperties that differ from the standard ones; null leaves one out."),
            SettingKey(
                "supervisor.namespaces", .texts, "[]", "Namespaces beyond the vmware-system- ones of the generation."),
            SettingKey(
                "supervisor.services", .texts, "[]",
                "Services that are there from the start: each has its namespace svc-NAME-MOID."),
            SettingKey("nodes", .number(0...500), "3", "Worker nodes of a fresh Supervisor."),
            SettingKey("clockSpeed", .factor, "1", "Cluster seconds per real second, 0.01 to 100000."),
            SettingKey("seed", .number(0...Int.max), "1", "Everything random comes from it: uids, name suffixes."),
            SettingKey(
                "storageClasses", .list(fields: storageClassFields), "[]",
                "Storage classes of a fresh Supervisor; empty: a default one that can grow and one that cannot."),
            SettingKey(
                "readyRules", .list(fields: readyRuleFields), "[]",
                "What custom objects without a controller turn into. Rules for the kinds of cert-manager, Contour and "
                    + "Velero are there already; one given here for the same kind takes their place."),
            SettingKey(
                "webhookServices", .mapping, "{}",
                "Where admission webhooks behind a Service are asked: namespace/name of the Service to a base URL. One "
                    + "that is not named here admits everything as soon as its Service has a ready pod."),
            SettingKey(
                "faults", .list(fields: faultFields), "[]",
                "Faults from the start, as `supervisor-simulator fault set` has them: kind, what it hits, when."
            ),
        ] + controllerKeys + [
            SettingKey(
                "log.level", .choice(LogLevels.all), "notice",
                "trace, debug, info, notice, warning, error or critical.")
        ]

    /// Names as in `PUT /flotilla-simulator/v1/faults {"controllers": {…}}`; times are the cluster's own.
    private static let controllerKeys: [SettingKey] = [
        SettingKey("controllers.imagePull", .text, "1.2s", "Pulling an image that a node has not got yet."),
        SettingKey("controllers.containerStart", .text, "200ms", "From Created to Started of a container."),
        SettingKey("controllers.readinessDelay", .text, "2s", "From Started to the first success of a probe."),
        SettingKey("controllers.initContainerRun", .text, "500ms", "How long an init container runs."),
        SettingKey("controllers.jobRun", .text, "3s", "How long a container of a Job runs."),
        SettingKey("controllers.terminationGrace", .text, "1s", "How long containers take to stop."),
        SettingKey("controllers.volumeProvision", .text, "1s", "From ExternalProvisioning to a bound volume."),
        SettingKey("controllers.resizeController", .text, "2s", "How long a volume takes to grow in the storage."),
        SettingKey("controllers.resizeNode", .text, "2s", "How long its file system takes to grow on the node."),
        SettingKey("controllers.loadBalancer", .text, "500ms", "From a load balancer Service to its address."),
        SettingKey("controllers.certificateIssue", .text, "1s", "What a ready rule waits that names no time."),
        SettingKey(
            "controllers.autoscalerPeriod", .text, "15s", "How often a pod autoscaler is looked at, at least 1s."),
        SettingKey("controllers.imagePullFailures", .texts, "[]", "Images with one of these texts cannot be pulled."),
        SettingKey("controllers.crashingPods", .texts, "[]", "Pods (namespace/name or name, * for any) that crash."),
        SettingKey("controllers.unreadyPods", .texts, "[]", "Pods whose readiness probe never succeeds."),
        SettingKey("controllers.stuckTerminatingPods", .texts, "[]", "Pods that stay Terminating."),
        SettingKey("controllers.slowPods", .mapping, "{}", "Pods that become ready later: pattern to time."),
        SettingKey("controllers.noResizer", .flag, "false", "Claims' growth is accepted and never happens."),
        SettingKey("controllers.storageFull", .flag, "false", "Volumes can neither be made nor grown."),
        SettingKey("controllers.volumeUsage", .mapping, "{}", "How full volumes are: claim pattern to percentage."),
        SettingKey("controllers.volumeUsageWarning", .number(0...100), "80", "Fullness that is reported, in percent."),
    ]

    package init(_ reader: SettingsReader) throws(FleetError) {
        listen = reader.text("listen")
        tls = try reader.flag("tls")
        kubeconfigOut = reader.optionalText("kubeconfigOut")
        adminToken = reader.optionalText("adminToken")
        dataDir = reader.optionalText("dataDir")
        moid = reader.text("moid")
        kubernetes = try reader.choice("kubernetes")
        nodes = try reader.number("nodes")
        clockSpeed = try reader.factor("clockSpeed")
        seed = try reader.number("seed")
        storageClasses = try reader.list("storageClasses")
        readyRules = try reader.list("readyRules")
        webhookServices = try reader.mapping("webhookServices")
        faults = try reader.list("faults")
        controllers = try Self.controllers(reader)
        logLevel = try reader.choice("log.level")
        supervisors = try reader.number("supervisors")
        addressing = try reader.choice("addressing")
        kubeconfigAuth = try reader.choice("kubeconfigAuth")
        users = try reader.list("users")
        supervisor = SupervisorFacts(
            generation: try reader.number("supervisor.generation"), version: reader.text("supervisor.version"),
            capabilities: try reader.mapping("supervisor.capabilities"),
            properties: try reader.mapping("supervisor.properties"),
            namespaces: try reader.texts("supervisor.namespaces"), services: try reader.texts("supervisor.services"))
    }

    /// The defaults alone.
    package init() throws(FleetError) { try self.init(SettingsReader(keys: Self.keys)) }

    private static func controllers(_ reader: SettingsReader) throws(FleetError) -> Value {
        var values: [String: Value] = [:]
        for key in controllerKeys {
            let name = String(key.name.dropFirst("controllers.".count))
            switch key.kind {
            case .flag: values[name] = .bool(try reader.flag(key.name))
            case .number: values[name] = .int(Int64(try reader.number(key.name)))
            case .texts: values[name] = .array(try reader.texts(key.name).map(Value.string))
            case .mapping: values[name] = .object(try reader.mapping(key.name))
            case .text, .factor, .duration, .choice, .list: values[name] = .string(reader.text(key.name))
            }
        }
        return .object(values)
    }
}
