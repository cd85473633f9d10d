internal import ArgumentParser
internal import FleetModel

/// `flotilla supervisor reject NAME`.
struct SupervisorRejectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Turn away the agent that waits to be accepted; its join file is void.")

    @Argument(help: "The Supervisor's name.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.change(.rejectSupervisor(SupervisorID(name)), output)
    }
}
