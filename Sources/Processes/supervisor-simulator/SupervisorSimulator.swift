internal import ArgumentParser
internal import FleetModel
internal import ServerMain
internal import Settings

/// `supervisor-simulator`: make-believe Supervisors that kubectl and Flotilla's agent take for real ones.
@main
struct SupervisorSimulator: ServerCommand {
    static let version = "0.1.0"
    static let standardFile = "/etc/flotilla/simulator.yaml"

    static let configuration = CommandConfiguration(
        commandName: "supervisor-simulator",
        abstract: "Run a simulated vSphere Supervisor: a Kubernetes API server with controllers.",
        discussion: """
            Prints one line per Supervisor on standard output when it accepts connections: \
            `supervisor-simulator --kubeconfig-out k.yaml`, then `kubectl --kubeconfig k.yaml get nodes`. SIGTERM and \
            SIGINT end it; its objects are gone then, unless --data-dir keeps them. Every option is also a key of the \
            configuration file and a FLOTILLA_ variable.
            """,
        version: version, subcommands: [FaultCommand.self])

    @Option(help: "Key listen: HOST:PORT; port 0 takes any free one.")
    var listen: String?

    @Option(name: .customLong("kubeconfig-out"), help: "Key kubeconfigOut: write a kubeconfig here (mode 0600).")
    var kubeconfigOut: String?

    @Option(
        name: .customLong("kubeconfig-auth"),
        help: "Key kubeconfigAuth: token, or certificate for a client certificate.")
    var kubeconfigAuth: String?

    @Option(
        name: [.customLong("data-dir"), .customLong("state")],
        help: "Key dataDir: keep objects, token and certificate authority here across restarts.")
    var dataDir: String?

    @Option(help: "Key moid: vCenter's name of the Supervisor.")
    var moid: String?

    @Option(help: "Key kubernetes: the API server's version to behave like, 1.25 or 1.32.")
    var kubernetes: String?

    @Option(name: .customLong("clock-speed"), help: "Key clockSpeed: cluster seconds per real second.")
    var clockSpeed: String?

    @Option(help: "Key seed: of names and uids.")
    var seed: String?

    @Option(name: [.customLong("nodes"), .customLong("workers")], help: "Key nodes: number of worker nodes.")
    var nodes: String?

    @Option(help: "Key adminToken; better in the file, where it is not seen in the list of processes.")
    var token: String?

    @Option(help: "Key supervisors: how many in this one process.")
    var supervisors: String?

    @Flag(name: .customLong("no-tls"), help: "Key tls=false: plain HTTP, where everybody is the administrator.")
    var noTLS = false

    @OptionGroup var server: ServerOptions

    static var settingKeys: [SettingKey] { SimulatorSettings.keys }

    static func plan(_ reader: SettingsReader) throws(FleetError) -> SimulatorPlan {
        try SimulatorPlan(SimulatorSettings(reader))
    }

    var ownOptions: [(key: String, value: String?)] {
        [
            ("listen", listen), ("kubeconfigOut", kubeconfigOut), ("kubeconfigAuth", kubeconfigAuth),
            ("dataDir", dataDir), ("moid", moid),
            ("kubernetes", kubernetes), ("clockSpeed", clockSpeed), ("seed", seed), ("nodes", nodes),
            ("adminToken", token), ("tls", noTLS ? "false" : nil), ("supervisors", supervisors),
        ]
    }

    func serve(
        _ plan: SimulatorPlan, reload: @escaping @Sendable () throws(FleetError) -> SimulatorPlan
    ) async throws {
        try await SimulatorProcess(plan: plan, reload: reload).run()
    }
}
