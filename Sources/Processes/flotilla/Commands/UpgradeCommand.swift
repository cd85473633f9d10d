internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla upgrade SERVICE --on …`.
struct UpgradeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade", abstract: "Move installs to another version; values are carried forward in full.")

    @Argument(help: "Any unambiguous part of the service's id.")
    var service: String

    @Option(
        name: [.customLong("to"), .customLong("version")], help: "The version; the highest ACTIVATED one otherwise.")
    var version: String?

    @OptionGroup var targets: TargetOptions
    @OptionGroup var request: RequestOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let targets = try targets.selection(for: "upgrade")
        try await connection.withClient { client in
            let request = try request.request(
                service: try await client.service(service), targets: targets, version: version)
            let reply = try await client.submit(.upgrade(request), id: .fresh())
            try await waiting.finish(reply, client: client, format: output.output, terminal: connection.terminal)
        }
    }
}
