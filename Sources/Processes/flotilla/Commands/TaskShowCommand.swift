internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla task show t-7`.
struct TaskShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a task with the state of each Supervisor.")

    @Argument(help: "The task's id, t-7.")
    var task: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let paint = connection.terminal.paint
        try await connection.withClient { client in
            guard let task = try await client.task(TaskID(task))?.body else { return }
            var context = TaskContext(now: WallClock.now)
            for target in task.targets.prefix(TaskFollower.maximumLookups) {
                context.supervisors[target.supervisor] = try? await client.supervisor(target.supervisor)
            }
            Printer.one(Documents.task(task), name: "task/\(task.id)", format: output.output) {
                ([TaskText.head(task)] + TaskText.lines(task, context: context, paint: paint))
                    .joined(separator: "\n")
            }
        }
    }
}
