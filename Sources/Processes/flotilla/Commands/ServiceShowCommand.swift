internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla service show NAME`.
struct ServiceShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a service with its versions and installs.")

    @Argument(help: "Any unambiguous part of the service's id.")
    var service: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let view = try await connection.withClient { client in try await client.service(service) }
        Printer.one(Documents.service(view), name: "service/\(view.service.id)", format: output.output) {
            InventoryText.service(view, now: WallClock.now)
        }
    }
}
