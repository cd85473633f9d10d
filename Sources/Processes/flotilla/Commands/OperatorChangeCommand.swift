internal import ArgumentParser
internal import FleetModel

/// `flotilla operator change NAME`.
struct OperatorChangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Replace what an operator may do, its scope and its certificates; tokens stay."
    )

    @Argument(help: "Its name: an RFC 1123 label.")
    var name: String

    @OptionGroup var rights: RightsOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.change(try rights.command(OperatorID(name), isNew: false), output)
    }
}
