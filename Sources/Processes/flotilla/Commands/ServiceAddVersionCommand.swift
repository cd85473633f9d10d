internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla service add-version FILES…`.
struct ServiceAddVersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-version", abstract: "Add a version to a registered service.")

    @Argument(help: "YAML files or folders with Package documents; `-` is standard input.")
    var files: [String]

    @Flag(name: .customLong("dry-run"), help: "Check only.")
    var dryRun = false

    @OptionGroup var registration: RegistrationArguments
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let documents = try Files.documents(files)
        let options = try registration.options()
        try await connection.withClient { client in
            let command = FleetCommand.addVersion(documents: documents, dryRun: dryRun, options: options)
            Printer.reply(try await client.submit(command, id: .fresh()), format: output.output)
        }
    }
}
