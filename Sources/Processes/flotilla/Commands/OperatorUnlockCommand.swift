internal import ArgumentParser
internal import FleetModel

/// `flotilla operator unlock NAME`.
struct OperatorUnlockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Let a locked operator in again.")

    @Argument(help: "Its name: an RFC 1123 label.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.change(.lockOperator(OperatorID(name), locked: false), output)
    }
}
