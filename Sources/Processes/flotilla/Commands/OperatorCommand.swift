internal import ArgumentParser

/// `flotilla operator …`.
struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator", abstract: "Who may reach the coordinator over TLS, and what they may do.",
        subcommands: [
            OperatorAddCommand.self, OperatorChangeCommand.self, OperatorListCommand.self, OperatorLockCommand.self,
            OperatorUnlockCommand.self, OperatorRemoveCommand.self,
        ])
}
