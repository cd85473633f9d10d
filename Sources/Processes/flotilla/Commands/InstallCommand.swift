internal import ArgumentParser
internal import FleetModel

/// `flotilla install SERVICE --on …`.
struct InstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install a service on Supervisors.")

    @OptionGroup var options: ChangeOptions

    func run() async throws { try await options.run("install") { .install($0) } }
}
