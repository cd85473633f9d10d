internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla token revoke ID`.
struct TokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Void a token; streams that were opened with it end at once.")

    @Argument(help: "The token's id, as `flotilla token list` shows it.")
    var id: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let reply = try await connection.withClient { client in
            try await client.submit(.revokeToken(AccessTokenID(id)), id: .fresh())
        }
        Printer.reply(reply, format: output.output)
    }
}
