internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla operator unlock NAME`.
struct OperatorUnlockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Let a locked operator in again.")

    @Argument(help: "Its name: an RFC 1123 label.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let command = FleetCommand.lockOperator(OperatorID(name), locked: false)
        let reply = try await connection.withClient { client in try await client.submit(command, id: .fresh()) }
        Printer.reply(reply, format: output.output)
    }
}
