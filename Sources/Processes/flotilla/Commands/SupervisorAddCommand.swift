internal import ArgumentParser
internal import FleetModel
internal import OperatorClient
internal import Settings

/// `flotilla supervisor add NAME --moid domain-c8`.
struct SupervisorAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Invite a Supervisor: prints the join file for its agent.")

    @Argument(help: "Its name: an RFC 1123 label.")
    var name: String

    @Option(help: "Its managed object id, domain-c8.")
    var moid: String

    @Option(help: "key=value. Repeatable.")
    var label: [String] = []

    @Option(name: .customLong("token-lifetime"), help: "How long the join token is valid.")
    var tokenLifetime = DurationText(seconds: 24 * 3600)

    @Flag(
        name: .customLong("auto-accept"),
        help: "Let in whoever presents the token; else its key waits for `supervisor accept`.")
    var autoAccept = false

    @Option(
        name: [.customShort("o"), .long], help: "Where to write the join file, mode 0600; standard output otherwise.")
    var output = "-"

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        var labels: [String: String] = [:]
        for pair in label.flatMap({ $0.split(separator: ",").map(String.init) }) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw FleetError(.invalidArgument, "--label \(pair) is not key=value", next: "--label region=north")
            }
            labels[parts[0]] = parts[1]
        }
        // Before the command: it voids the token of an earlier join file.
        if output != "-" { try Files.checkNew(output) }
        let command = FleetCommand.addSupervisor(
            SupervisorID(name), moid: moid, labels: labels, tokenLifetime: tokenLifetime.seconds,
            autoAccept: autoAccept ? true : nil)
        let reply = try await connection.withClient { client in try await client.submit(command, id: .fresh()) }
        for line in reply.lines { Console.talk(line) }
        for warning in reply.warnings { Console.talk("warning: \(warning)") }
        guard let join = reply.joinFile else { return }
        let text = JoinFileDocument.text(of: join)
        if output == "-" {
            Console.data(text)
        } else {
            try Files.writeSecret(text, to: output)
            Console.talk("join file written to \(output); its token is valid once, until \(join.expires.seconds)")
            Console.talk("start its agent with: flotilla-agent --join \(output) --kubeconfig FILE")
        }
    }
}
