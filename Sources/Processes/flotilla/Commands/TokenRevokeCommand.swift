internal import ArgumentParser
internal import FleetModel

/// `flotilla token revoke ID`.
struct TokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Void a token; streams that were opened with it end at once.")

    @Argument(help: "The token's id, as `flotilla token list` shows it.")
    var id: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.change(.revokeToken(AccessTokenID(id)), output)
    }
}
