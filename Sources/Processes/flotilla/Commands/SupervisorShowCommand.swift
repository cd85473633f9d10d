internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla supervisor show NAME`.
struct SupervisorShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a Supervisor with its installs; outdated ones are marked as behind.")

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let view = try await connection.withClient { client in try await client.supervisor(SupervisorID(name)) }
        Printer.one(Documents.supervisor(view), name: "supervisor/\(view.supervisor.id)", format: output.output) {
            InventoryText.supervisor(view, now: WallClock.now)
        }
    }
}
