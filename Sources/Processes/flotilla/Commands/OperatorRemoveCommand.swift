internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla operator remove NAME`.
struct OperatorRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an operator with its tokens; open streams end at once.")

    @Argument(help: "Its name: an RFC 1123 label.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let command = FleetCommand.removeOperator(OperatorID(name))
        let reply = try await connection.withClient { client in try await client.submit(command, id: .fresh()) }
        Printer.reply(reply, format: output.output)
    }
}
