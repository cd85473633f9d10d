internal import ArgumentParser
internal import FleetModel
internal import Foundation
internal import Settings

/// `supervisor-simulator [run]`: simulated Supervisors until SIGTERM.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run simulated Supervisors (the default).",
        discussion: """
            Prints one line per Supervisor on standard output when it accepts connections. SIGTERM and SIGINT end it; \
            its objects are gone then, unless --data-dir keeps them. Every option is also a key of the configuration \
            file and a FLOTILLA_ variable.
            """)

    @Option(help: "The configuration file; \(SupervisorSimulator.standardFile) when it exists.")
    var config: String?

    @Option(help: "Key listen: HOST:PORT; port 0 takes any free one.")
    var listen: String?

    @Option(name: .customLong("kubeconfig-out"), help: "Key kubeconfigOut: write a kubeconfig here (mode 0600).")
    var kubeconfigOut: String?

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

    @Option(name: .customLong("log-level"), help: "Key log.level.")
    var logLevel: String?

    @Flag(name: .customLong("no-tls"), help: "Key tls=false: plain HTTP, where everybody is the administrator.")
    var noTLS = false

    @Option(help: "Key supervisors: how many in this one process.")
    var supervisors: String?

    @Option(help: "Any other key: KEY=VALUE. Repeatable.")
    var set: [String] = []

    @Flag(name: .customLong("check-config"), help: "Read the settings, say what is wrong, and end.")
    var checkConfig = false

    @Flag(name: .customLong("print-config"), help: "Print the commented file with every default, and end.")
    var printConfig = false

    mutating func run() async throws {
        if printConfig {
            print(SettingsLoader.commentedFile("supervisor-simulator", SimulatorSettings.keys), terminator: "")
            return
        }
        let plan = try SimulatorPlan(read())
        if checkConfig {
            print("the configuration is valid")
            return
        }
        try await SimulatorProcess(plan: plan).run()
    }

    /// Options > environment > file > defaults.
    private func read() throws(FleetError) -> SimulatorSettings {
        let overrides = try SettingsLoader.overrides(
            [
                ("listen", listen), ("kubeconfigOut", kubeconfigOut), ("dataDir", dataDir), ("moid", moid),
                ("kubernetes", kubernetes), ("clockSpeed", clockSpeed), ("seed", seed), ("nodes", nodes),
                ("adminToken", token), ("log.level", logLevel), ("tls", noTLS ? "false" : nil),
                ("supervisors", supervisors),
            ], set: set)
        return try SimulatorSettings(
            try SettingsLoader.reader(
                keys: SimulatorSettings.keys, path: config, standardPath: SupervisorSimulator.standardFile,
                overrides: overrides))
    }
}
