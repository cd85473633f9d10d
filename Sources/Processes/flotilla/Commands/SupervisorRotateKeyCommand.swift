internal import ArgumentParser
internal import FleetModel

/// `flotilla supervisor rotate-key NAME`.
struct SupervisorRotateKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Ask a Supervisor's agent for a new key; the old one ends after an overlap.",
        discussion: """
            An agent that is away is asked when it returns. One that stays away beyond the coordinator's setting \
            agentKeys.grace is refused from then on and must be added again.
            """)

    @Argument(help: "The Supervisor's name.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.change(.rotateKey(SupervisorID(name)), output)
    }
}
