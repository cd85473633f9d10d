internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla service delete-version NAME VERSION`.
struct ServiceDeleteVersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete-version", abstract: "Unregister one deactivated version that is installed nowhere.")

    @Argument(help: "Any unambiguous part of the service's id.")
    var service: String

    @Argument(help: "The version, as `service show` lists it.")
    var version: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            let id = try await client.service(service).service.id
            let command = FleetCommand.deleteVersion(id, version: version)
            Printer.reply(try await client.submit(command, id: .fresh()), format: output.output)
        }
    }
}
