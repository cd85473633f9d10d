internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla service list`.
struct ServiceListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the registered services.", aliases: ["ls"])

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let views = try await connection.withClient { client in try await client.services() }
        Printer.list(
            "Service", views.map(Documents.service), names: views.map { "service/\($0.service.id)" },
            format: output.output
        ) {
            InventoryText.services(views, wide: output.output == .wide)
        }
    }
}
