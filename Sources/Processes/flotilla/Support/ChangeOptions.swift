internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// What install and upgrade share: the service, where, with which values, and how the task is followed.
struct ChangeOptions: ParsableArguments {
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

    /// Sends the command made of the request and follows its task.
    func run(_ verb: String, _ command: @Sendable (InstallRequest) -> FleetCommand) async throws {
        let targets = try targets.selection(for: verb)
        try await connection.withClient { client in
            let request = try request.request(
                service: try await client.service(service), targets: targets, version: version)
            let reply = try await waiting.submit(command(request), client: client)
            try await waiting.finish(reply, client: client, format: output.output, terminal: connection.terminal)
        }
    }
}
