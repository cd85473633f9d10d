internal import ArgumentParser
internal import FleetModel
internal import ServerMain
internal import Settings

/// `flotilla-agent`: reconciles the services of one Supervisor and reports to the coordinator.
@main
struct FlotillaAgent: ServerCommand {
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

    @OptionGroup var server: ServerOptions

    static var settingKeys: [SettingKey] { AgentSettings.keys }

    static func plan(_ reader: SettingsReader) throws(FleetError) -> AgentSettings { try AgentSettings(reader) }

    var ownOptions: [(key: String, value: String?)] {
        [
            ("dataDir", dataDir), ("join", join), ("kubeconfig", kubeconfig), ("context", context),
            ("coordinator", coordinator), ("catalog", catalog),
        ]
    }

    func serve(
        _ plan: AgentSettings, reload: @escaping @Sendable () throws(FleetError) -> AgentSettings
    ) async throws {
        try await AgentProcess(settings: plan, reload: reload).run()
    }
}
