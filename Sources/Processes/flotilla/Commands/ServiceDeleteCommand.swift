internal import ArgumentParser
internal import FleetModel

/// `flotilla service delete NAME`.
struct ServiceDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Step 3 of retiring: unregister a service that is deactivated and installed nowhere.")

    @Argument(help: "Any unambiguous part of the service's id.")
    var service: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws { try await connection.change(service, output) { .deleteService($0) } }
}
