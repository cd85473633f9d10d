internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla token create OPERATOR`.
struct TokenCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a token for an operator; it is shown once and never stored.")

    @Argument(help: "The operator's name.")
    var name: String

    @Option(help: "How long it is valid.")
    var lifetime = DurationText(seconds: 30 * 86_400)

    @Option(
        name: [.customShort("o"), .long], help: "Where to write the token, mode 0600; standard output otherwise.")
    var output = "-"

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        // Before the command: a token that cannot be written down would be valid and lost.
        if output != "-" { try Files.checkNew(output) }
        let command = FleetCommand.createToken(OperatorID(name), lifetime: lifetime.seconds)
        let reply = try await connection.withClient { client in try await client.submit(command, id: .fresh()) }
        for line in reply.lines { Console.talk(line) }
        guard let token = reply.token else { return }
        if output == "-" {
            Console.data(token)
        } else {
            try Files.writeSecret(token + "\n", to: output)
            Console.talk(
                "token written to \(output); use it with: flotilla --server https://… --token-file \(output) supervisor list"
            )
        }
    }
}
