internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla install SERVICE --on …`.
struct InstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install a service on Supervisors.")

    @Argument(help: "Any unambiguous part of the service's id.")
    var service: String

    @Option(
        name: [.customLong("version"), .customLong("to")], help: "The version; the highest ACTIVATED one otherwise.")
    var version: String?

    @OptionGroup var targets: TargetOptions
    @OptionGroup var request: RequestOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let targets = try targets.selection(for: "install")
        try await connection.withClient { client in
            let request = try request.request(
                service: try await client.service(service), targets: targets, version: version)
            let reply = try await client.submit(.install(request), id: .fresh())
            try await waiting.finish(reply, client: client, format: output.output, terminal: connection.terminal)
        }
    }
}
