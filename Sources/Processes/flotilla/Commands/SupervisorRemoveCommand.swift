internal import ArgumentParser
internal import FleetModel

/// `flotilla supervisor remove NAME`.
struct SupervisorRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Refuse a Supervisor's agent from now on; nothing on it is touched.")

    @Argument(help: "Its name.")
    var name: String

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        if !yes {
            guard connection.terminal.canAsk else {
                throw FleetError(
                    .invalidArgument, "supervisor remove \(name) is not confirmed",
                    reason: "without a terminal nobody can be asked", next: "flotilla supervisor remove \(name) --yes")
            }
            Console.prompt("Remove \(name)? Its agent is refused until it is added again. [y/N] ")
            guard ["y", "yes"].contains(readLine()?.lowercased()) else {
                throw FleetError(
                    .refused, "supervisor remove \(name): nothing was changed", reason: "it was not confirmed",
                    next: "flotilla supervisor remove \(name) --yes")
            }
        }
        try await connection.change(.removeSupervisor(SupervisorID(name)), output)
    }
}
