internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// Package files to register, or only to check.
struct RegistrationInput: ParsableArguments {
    @Argument(help: "YAML files or folders with Package documents (and PackageMetadata); `-` is standard input.")
    var files: [String]

    @Flag(name: .customLong("dry-run"), help: "Check only.")
    var dryRun = false

    @OptionGroup var registration: RegistrationArguments
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(
        _ command: @Sendable ([SourceDocument], _ dryRun: Bool, RegistrationOptions?) -> FleetCommand
    ) async throws {
        let documents = try Files.documents(files)
        let options = try registration.options()
        try await connection.withClient { client in
            Printer.reply(
                try await client.submit(command(documents, dryRun, options), id: .fresh()), format: output.output)
        }
    }
}
