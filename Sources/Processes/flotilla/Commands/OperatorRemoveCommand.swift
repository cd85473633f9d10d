internal import ArgumentParser
internal import FleetModel

/// `flotilla operator remove NAME`.
struct OperatorRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an operator with its tokens; open streams end at once.")

    @Argument(help: "Its name: an RFC 1123 label.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.change(.removeOperator(OperatorID(name)), output)
    }
}
