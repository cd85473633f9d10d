internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla operator lock NAME`.
struct OperatorLockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Refuse an operator until it is unlocked; open streams end at once.")

    @Argument(help: "Its name: an RFC 1123 label.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let command = FleetCommand.lockOperator(OperatorID(name), locked: true)
        let reply = try await connection.withClient { client in try await client.submit(command, id: .fresh()) }
        Printer.reply(reply, format: output.output)
    }
}
