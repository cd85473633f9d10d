internal import ArgumentParser

/// `flotilla task …`.
struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "List, show and follow tasks.",
        subcommands: [TaskListCommand.self, TaskShowCommand.self, TaskFollowCommand.self])
}
