internal import ArgumentParser
internal import FleetModel
internal import Foundation
internal import Settings

/// `flotilla-agent`: reconciles the services of one Supervisor and reports to the coordinator.
@main
struct FlotillaAgent: AsyncParsableCommand {
    static let version = "0.1.0"
    static let standardFile = "/etc/flotilla/agent.yaml"

    static let configuration = CommandConfiguration(
        commandName: "flotilla-agent",
        abstract: "The agent of one Supervisor: applies what the coordinator wants and keeps it so.",
        discussion: """
            The first start needs --join with the file of `flotilla supervisor add`; later starts do not. Every option \
            is also a key of the configuration file and a FLOTILLA_ variable.
            """,
        version: version)

    @Option(help: "The configuration file; \(Self.standardFile) when it exists.")
    var config: String?

    @Option(help: "Key join.")
    var join: String?

    @Option(help: "Key kubeconfig.")
    var kubeconfig: String?

    @Option(help: "Key context.")
    var context: String?

    @Option(name: .customLong("data-dir"), help: "Key dataDir.")
    var dataDir: String?

    @Option(help: "Key coordinator.")
    var coordinator: String?

    @Option(help: "Key catalog.")
    var catalog: String?

    @Option(name: .customLong("log-level"), help: "Key log.level.")
    var logLevel: String?

    @Option(help: "Any other key: KEY=VALUE. Repeatable.")
    var set: [String] = []

    @Flag(name: .customLong("check-config"), help: "Read the settings, say what is wrong, and end.")
    var checkConfig = false

    @Flag(name: .customLong("print-config"), help: "Print the commented file with every default, and end.")
    var printConfig = false

    static func main() async {
        do {
            var command = try parse()
            try await command.run()
            Foundation.exit(0)
        } catch let error as FleetError {
            FileHandle.standardError.write(Data("flotilla-agent: \(error)\n".utf8))
            Foundation.exit(error.exitCode)
        } catch {
            exit(withError: error)
        }
    }

    mutating func run() async throws {
        if printConfig {
            print(SettingsLoader.commentedFile("flotilla-agent", AgentSettings.keys), terminator: "")
            return
        }
        let settings = try read()
        if checkConfig {
            print("the configuration is valid")
            return
        }
        try await AgentProcess(settings: settings).run()
    }

    /// Options > environment > file > defaults.
    private func read() throws(FleetError) -> AgentSettings {
        let overrides = try SettingsLoader.overrides(
            [
                ("dataDir", dataDir), ("join", join), ("kubeconfig", kubeconfig), ("context", context),
                ("coordinator", coordinator), ("catalog", catalog), ("log.level", logLevel),
            ], set: set)
        return try AgentSettings(
            try SettingsLoader.reader(
                keys: AgentSettings.keys, path: config, standardPath: Self.standardFile, overrides: overrides))
    }
}
