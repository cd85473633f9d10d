internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla supervisor list`.
struct SupervisorListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the Supervisors.", aliases: ["ls"])

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let views = try await connection.withClient { client in try await client.supervisors() }
        Printer.list(
            "Supervisor", views.map(Documents.supervisor), names: views.map { "supervisor/\($0.supervisor.id)" },
            format: output.output
        ) {
            InventoryText.supervisors(views, now: WallClock.now, wide: output.output == .wide)
        }
    }
}
