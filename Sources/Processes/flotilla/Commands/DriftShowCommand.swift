internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla drift show harbor@sv-oslo`.
struct DriftShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "List the fields of live objects that differ from what was applied.")

    @Argument(help: "SERVICE@SUPERVISOR.")
    var install: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let items = try await connection.withClient { client in
            try await Drift.ask(about: install, client: client).items
        }
        Printer.list("Drift", items.map(Documents.drift), names: items.map(\.resource), format: output.output) {
            DiagnosisText.drift(items)
        }
    }
}
