internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla token list [OPERATOR]`.
struct TokenListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List tokens by id; the tokens themselves are not stored.", aliases: ["ls"])

    @Argument(help: "Only this operator's.")
    var name: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let operators = try await connection.withClient { client in try await client.operators() }
        if let name, !operators.contains(where: { $0.id.rawValue == name }) {
            throw FleetError(.notFound, "no operator \"\(name)\"", next: "flotilla operator list")
        }
        let shown = operators.filter { name == nil || $0.id.rawValue == name }
        let tokens = shown.flatMap { holder in holder.tokens.map { (holder, $0) } }
        let now = WallClock.now
        Printer.list(
            "Token", tokens.map { Documents.token($0.1, of: $0.0) }, names: tokens.map { "token/\($0.1.id)" },
            format: output.output
        ) {
            var table = Table(["ID", "OPERATOR", "CREATED", "EXPIRES", "STATE"])
            for (holder, token) in tokens {
                let state = holder.locked ? "locked" : token.expires <= now ? "expired" : "valid"
                table.add([
                    token.id.rawValue, holder.id.rawValue, token.createdAt.seconds, token.expires.seconds, state,
                ])
            }
            return table.text()
        }
    }
}
