internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla service deactivate NAME`.
struct ServiceDeactivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deactivate", abstract: "Step 1 of retiring: no further installs; running ones stay.")

    @Argument(help: "Any unambiguous part of the service's id.")
    var service: String

    @Option(help: "Only this version, not the service.")
    var version: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            let id = try await client.service(service).service.id
            let command = version.map { FleetCommand.deactivateVersion(id, version: $0) } ?? .deactivateService(id)
            Printer.reply(try await client.submit(command, id: .fresh()), format: output.output)
        }
    }
}
