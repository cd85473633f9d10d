internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

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
        let command = try rights.command(OperatorID(name), isNew: false)
        let reply = try await connection.withClient { client in try await client.submit(command, id: .fresh()) }
        Printer.reply(reply, format: output.output)
    }
}
