internal import ArgumentParser
internal import FleetModel

/// `flotilla operator add NAME`.
struct OperatorAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Name an operator and what it may do; a token or certificate lets it in.")

    @Argument(help: "Its name: an RFC 1123 label.")
    var name: String

    @OptionGroup var rights: RightsOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.change(try rights.command(OperatorID(name), isNew: true), output)
    }
}
