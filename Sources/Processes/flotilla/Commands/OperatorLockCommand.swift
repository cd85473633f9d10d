internal import ArgumentParser
internal import FleetModel

/// `flotilla operator lock NAME`.
struct OperatorLockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Refuse an operator until it is unlocked; open streams end at once.")

    @Argument(help: "Its name: an RFC 1123 label.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.change(.lockOperator(OperatorID(name), locked: true), output)
    }
}
