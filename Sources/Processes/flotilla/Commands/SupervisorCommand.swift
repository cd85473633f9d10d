internal import ArgumentParser

/// `flotilla supervisor …`.
struct SupervisorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "supervisor", abstract: "Add, accept, list and remove Supervisors.",
        subcommands: [
            SupervisorAddCommand.self, SupervisorListCommand.self, SupervisorShowCommand.self,
            SupervisorAcceptCommand.self, SupervisorRejectCommand.self, SupervisorRotateKeyCommand.self,
            SupervisorRemoveCommand.self,
        ])
}
