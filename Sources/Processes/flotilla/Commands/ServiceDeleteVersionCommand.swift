internal import ArgumentParser
internal import FleetModel

/// `flotilla service delete-version NAME VERSION`.
struct ServiceDeleteVersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete-version", abstract: "Unregister one deactivated version that is installed nowhere.")

    @Argument(help: "Any unambiguous part of the service's id.")
    var service: String

    @Argument(help: "The version, as `service show` lists it.")
    var version: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.change(service, output) { [version] in .deleteVersion($0, version: version) }
    }
}
