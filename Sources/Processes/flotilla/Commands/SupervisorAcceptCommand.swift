internal import ArgumentParser
internal import FleetModel

/// `flotilla supervisor accept NAME`.
struct SupervisorAcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Let in the agent that waits to be accepted.",
        discussion: """
            Compare the fingerprint that `flotilla supervisor show NAME` prints with the one in the agent's own log \
            (key.fingerprint). With --fingerprint the agent is let in only when its key has it.
            """)

    @Argument(help: "The Supervisor's name.")
    var name: String

    @Option(help: "Of the agent's key, as the agent printed it.")
    var fingerprint: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.change(.acceptSupervisor(SupervisorID(name), fingerprint: fingerprint), output)
    }
}
