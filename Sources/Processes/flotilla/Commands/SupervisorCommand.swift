internal import ArgumentParser

/// `flotilla supervisor …`.
struct SupervisorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "supervisor", abstract: "Add, list and remove Supervisors.",
        subcommands: [
            SupervisorAddCommand.self, SupervisorListCommand.self, SupervisorShowCommand.self,
            SupervisorRemoveCommand.self,
        ])
}
