internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla task list`.
struct TaskListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List tasks, newest first.", aliases: ["ls"])

    @Option(help: "At most this many, up to 1000.")
    var limit = 20

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let tasks = try await connection.withClient { client in try await client.tasks(limit: limit) }
        Printer.list(
            "Task", tasks.map(Documents.task), names: tasks.map { "task/\($0.id)" }, format: output.output
        ) {
            InventoryText.tasks(tasks)
        }
    }
}
