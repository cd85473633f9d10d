internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla service activate NAME`.
struct ServiceActivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Allow new installs of a service or of one version.")

    @Argument(help: "Any unambiguous part of the service's id.")
    var service: String

    @Option(help: "Only this version, not the service.")
    var version: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            let id = try await client.service(service).service.id
            let command = version.map { FleetCommand.activateVersion(id, version: $0) } ?? .activateService(id)
            Printer.reply(try await client.submit(command, id: .fresh()), format: output.output)
        }
    }
}
