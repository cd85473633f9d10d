internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla task follow t-7`.
struct TaskFollowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow", abstract: "Follow a task to its end; the exit code is the task's.")

    @Argument(help: "The task's id, t-7.")
    var task: String

    @OptionGroup var waiting: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            try await waiting.follow(
                TaskID(task), client: client, format: output.output, terminal: connection.terminal)
        }
    }
}
