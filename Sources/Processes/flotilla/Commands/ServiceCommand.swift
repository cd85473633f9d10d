internal import ArgumentParser

/// `flotilla service …`: the catalogue.
struct ServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service", abstract: "Register, list and retire Supervisor Services and their versions.",
        subcommands: [
            ServiceRegisterCommand.self, ServiceListCommand.self, ServiceShowCommand.self,
            ServiceAddVersionCommand.self, ServiceActivateCommand.self, ServiceDeactivateCommand.self,
            ServiceDeleteCommand.self, ServiceDeleteVersionCommand.self,
        ])
}
