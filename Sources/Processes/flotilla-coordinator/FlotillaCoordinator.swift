internal import ArgumentParser
internal import FleetModel
internal import Foundation
internal import Settings

/// `flotilla-coordinator`: holds the truth of the fleet and talks to agents and operators.
@main
struct FlotillaCoordinator: AsyncParsableCommand {
    static let version = "0.1.0"
    static let standardFile = "/etc/flotilla/coordinator.yaml"

    static let configuration = CommandConfiguration(
        commandName: "flotilla-coordinator",
        abstract: "The fleet's coordinator: one journal, agents over CURVE, operators over a unix socket.",
        discussion: "Every option is also a key of the configuration file and a FLOTILLA_ variable.",
        version: version)

    @Option(help: "The configuration file; \(Self.standardFile) when it exists.")
    var config: String?

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
            FileHandle.standardError.write(Data("flotilla-coordinator: \(error)\n".utf8))
            Foundation.exit(error.exitCode)
        } catch {
            exit(withError: error)
        }
    }

    mutating func run() async throws {
        if printConfig {
            print(SettingsLoader.commentedFile("flotilla-coordinator", CoordinatorSettings.keys), terminator: "")
            return
        }
        let settings = try read()
        if checkConfig {
            print("the configuration is valid")
            return
        }
        try await CoordinatorProcess(settings: settings, reload: read).run()
    }

    /// Options > environment > file > defaults; also what a reload reads anew.
    private func read() throws(FleetError) -> CoordinatorSettings {
        var overrides: [String: String] = [:]
        for (key, value) in [
            ("dataDir", dataDir), ("listen", listen), ("enrolmentListen", enrolmentListen), ("advertise", advertise),
            ("operator.socket", operatorSocket), ("operator.port", operatorPort),
            ("operator.tokenFile", operatorTokenFile), ("catalog", catalog), ("log.level", logLevel),
        ] {
            if let value { overrides[key] = value }
        }
        for pair in set {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, CoordinatorSettings.keys.contains(where: { $0.name == parts[0] }) else {
                throw FleetError(
                    .invalidArgument, "--set \(pair) is no setting", reason: "the form is KEY=VALUE",
                    next: "flotilla-coordinator --print-config lists the keys")
            }
            overrides[parts[0]] = parts[1]
        }
        return try CoordinatorSettings(
            SettingsLoader.reader(
                keys: CoordinatorSettings.keys, path: config, standardPath: Self.standardFile, overrides: overrides))
    }
}
