internal import FleetModel
internal import ResourceModel
internal import Settings
internal import SupervisorCluster

/// The settings in the words of the cluster: everything is checked here, before anything is made.
struct SimulatorPlan {
    var host: String
    var port: Int
    var tls: Bool
    var token: String?
    var dataDir: String?
    var kubeconfigOut: String?
    /// Those with a client certificate, besides the administrator.
    var users: [CertifiedUser]
    var adminHasCertificate: Bool
    /// How many Supervisors; their moids and seeds count up.
    var count: Int
    /// All behind one port, each below /MOID.
    var isPrefixed: Bool
    var cluster = ClusterSettings()
    var controllers = ControllerSettings()
    /// `faults` of the fault switches.
    var faults: [Value]
    var logLevel: String

    /// What the cluster's clock can do.
    private static let speeds = 0.01...100_000.0

    init(_ settings: SimulatorSettings) throws(FleetError) {
        (host, port) = try Self.address(settings.listen)
        tls = settings.tls
        token = settings.adminToken
        dataDir = settings.dataDir
        kubeconfigOut = settings.kubeconfigOut
        adminHasCertificate = settings.kubeconfigAuth == "certificate"
        users = []
        for item in settings.users { users.append(try CertifiedUser(item)) }
        guard tls || !adminHasCertificate && users.isEmpty else {
            throw FleetError(
                .invalidArgument, "settings kubeconfigAuth and users: client certificates need TLS",
                next: "set tls: true")
        }
        faults = settings.faults
        count = settings.supervisors
        isPrefixed = settings.addressing == "prefixes"
        logLevel = settings.logLevel
        guard port == 0 || isPrefixed || port + count <= 65_536 else {
            throw FleetError(
                .invalidArgument, "setting listen: \(count) Supervisors from port \(port) on",
                reason: "ports end at 65535")
        }
        guard count == 1 || settings.moid.last.map({ $0.isASCII && $0.isNumber }) ?? false else {
            throw FleetError(
                .invalidArgument, "setting moid: \"\(settings.moid)\"",
                reason: "with several Supervisors it ends in a number, which counts up")
        }
        guard Self.speeds.contains(settings.clockSpeed) else {
            throw FleetError(.invalidArgument, "setting clockSpeed: \(settings.clockSpeed)", reason: "0.01 to 100000")
        }
        cluster.profile = ServerProfile(rawValue: settings.kubernetes) ?? .kubernetes125
        cluster.seed = UInt64(settings.seed)
        cluster.moid = settings.moid
        cluster.clockSpeed = settings.clockSpeed
        let facts = settings.supervisor
        cluster.supervisor = try SupervisorTraits(
            generation: facts.generation, version: facts.version, capabilities: facts.capabilities,
            properties: facts.properties, namespaces: facts.namespaces, services: facts.services)
        cluster.workerNodes = settings.nodes
        if !settings.storageClasses.isEmpty {
            cluster.storageClasses = try StorageClassSetting.read(settings.storageClasses)
        }
        for (service, url) in settings.webhookServices.sorted(by: { $0.key < $1.key }) {
            cluster.webhookServices[service] = try Self.webhookURL(service, url)
        }
        try controllers.apply(settings.controllers)
        var rules: [ReadyRule] = []
        for item in settings.readyRules { rules.append(try ReadyRule(item)) }
        controllers.readyRules = rules + ReadyRule.standard.filter { rule in !rules.contains { $0.kind == rule.kind } }
        // A rehearsal on a cluster that is thrown away finds a fault rule that is wrong.
        var rehearsal = ClusterState(settings: ClusterSettings(), at: Timestamp(milliseconds: 0))
        if case .response(let response) = rehearsal.handle(faultRequest, at: Timestamp(milliseconds: 0)),
            response.status != 200
        {
            throw FleetError(
                .invalidArgument, "setting faults is refused",
                reason: response.value["message"]?.stringValue ?? "refused")
        }
    }

    /// The request that throws the fault switches.
    var faultRequest: APIRequest {
        var headers = ["content-type": "application/json"]
        if let token { headers["authorization"] = "Bearer \(token)" }
        return APIRequest(
            method: "PUT", target: "/flotilla-simulator/v1/faults", headers: headers,
            body: JSONWriter.bytes(["faults": .array(faults)]))
    }

    /// The moids of all Supervisors: the number at the end of the first one counts up.
    var moids: [String] {
        let first = cluster.moid
        guard count > 1 else { return [first] }
        let digits = String(first.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
        let stem = first.dropLast(digits.count)
        let start = Int(digits) ?? 1
        return (0..<count).map { "\(stem)\(start + $0)" }
    }

    /// One Supervisor's settings.
    func settings(at index: Int) -> ClusterSettings {
        var settings = cluster
        settings.moid = moids[index]
        settings.seed = cluster.seed &+ UInt64(index)
        return settings
    }

    /// Where one of several keeps its state.
    func folder(at index: Int) -> String? { dataDir.map { count == 1 ? $0 : "\($0)/\(moids[index])" } }

    private static func webhookURL(_ service: String, _ value: Value) throws(FleetError) -> String {
        let text = value.stringValue ?? ""
        let isService = service.split(separator: "/", omittingEmptySubsequences: false).count == 2
        guard isService, text.hasPrefix("https://") || text.hasPrefix("http://") else {
            throw FleetError(
                .invalidArgument, "setting webhookServices: \(service): \"\(text)\"",
                reason: "namespace/name and an http or https URL are expected")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    private static func address(_ text: String) throws(FleetError) -> (String, Int) {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
            let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port)
        else {
            throw FleetError(.invalidArgument, "setting listen: \"\(text)\"", reason: "HOST:PORT is expected")
        }
        return (String(text[..<colon]), port)
    }
}
