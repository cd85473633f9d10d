internal import ArgumentParser
internal import FleetModel
internal import Foundation

/// `supervisor-simulator`: make-believe Supervisors that kubectl and Flotilla's agent take for real ones.
@main
struct SupervisorSimulator: AsyncParsableCommand {
    static let version = "0.1.0"
    static let standardFile = "/etc/flotilla/simulator.yaml"

    static let configuration = CommandConfiguration(
        commandName: "supervisor-simulator",
        abstract: "Run a simulated vSphere Supervisor: a Kubernetes API server with controllers.",
        discussion: """
            Without a subcommand it runs one: `supervisor-simulator --kubeconfig-out k.yaml`, then \
            `kubectl --kubeconfig k.yaml get nodes`. The options of `run` may be given right here.
            """,
        version: version, subcommands: [RunCommand.self, FaultCommand.self], defaultSubcommand: RunCommand.self)

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            Foundation.exit(0)
        } catch let error as FleetError {
            FileHandle.standardError.write(Data("supervisor-simulator: \(error)\n".utf8))
            Foundation.exit(error.exitCode)
        } catch {
            exit(withError: error)
        }
    }
}
