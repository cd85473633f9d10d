internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla operator list`.
struct OperatorListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the operators and their rights.", aliases: ["ls"])

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let operators = try await connection.withClient { client in try await client.operators() }
        Printer.list(
            "Operator", operators.map(Documents.fleetOperator), names: operators.map { "operator/\($0.id)" },
            format: output.output
        ) {
            var table = Table(["NAME", "ROLES", "SCOPE", "STATE", "TOKENS", "CERTIFICATES"])
            for known in operators {
                table.add([
                    known.id.rawValue, known.privileges.map(\.rawValue).joined(separator: ","),
                    FleetCommand.text(known.scope), known.locked ? "locked" : "active", "\(known.tokens.count)",
                    "\(known.certificates.count)",
                ])
            }
            return table.text()
        }
    }
}
