internal import ArgumentParser
internal import FleetModel
internal import ServerMain
internal import Settings

/// `flotilla-coordinator`: holds the truth of the fleet and talks to agents and operators.
@main
struct FlotillaCoordinator: ServerCommand {
    static let version = "0.1.0"
    static let standardFile = "/etc/flotilla/coordinator.yaml"

    static let configuration = CommandConfiguration(
        commandName: "flotilla-coordinator",
        abstract: "The fleet's coordinator: one journal, agents over CURVE, operators over a unix socket.",
        discussion: "Every option is also a key of the configuration file and a FLOTILLA_ variable.",
        version: version)

    @Option(name: .customLong("data-dir"), help: "Key dataDir.")
    var dataDir: String?

    @Option(help: "Key listen.")
    var listen: String?

    @Option(name: .customLong("enrolment-listen"), help: "Key enrolmentListen.")
    var enrolmentListen: String?

    @Option(help: "Key advertise.")
    var advertise: String?

    @Option(name: .customLong("operator-socket"), help: "Key operator.socket.")
    var operatorSocket: String?

    @Option(name: .customLong("operator-port"), help: "Key operator.port.")
    var operatorPort: String?

    @Option(name: .customLong("operator-token-file"), help: "Key operator.tokenFile.")
    var operatorTokenFile: String?

    @Option(help: "Key catalog.")
    var catalog: String?

    @OptionGroup var server: ServerOptions

    static var settingKeys: [SettingKey] { CoordinatorSettings.keys }

    static func plan(_ reader: SettingsReader) throws(FleetError) -> CoordinatorSettings {
        try CoordinatorSettings(reader)
    }

    var ownOptions: [(key: String, value: String?)] {
        [
            ("dataDir", dataDir), ("listen", listen), ("enrolmentListen", enrolmentListen), ("advertise", advertise),
            ("operator.socket", operatorSocket), ("operator.port", operatorPort),
            ("operator.tokenFile", operatorTokenFile), ("catalog", catalog),
        ]
    }

    func serve(
        _ plan: CoordinatorSettings, reload: @escaping @Sendable () throws(FleetError) -> CoordinatorSettings
    ) async throws {
        try await CoordinatorProcess(settings: plan, reload: reload).run()
    }
}
