internal import ArgumentParser
internal import FleetModel

/// `flotilla service add-version FILES…`.
struct ServiceAddVersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-version", abstract: "Add a version to a registered service.")

    @OptionGroup var input: RegistrationInput

    func run() async throws {
        try await input.run { .addVersion(documents: $0, dryRun: $1, options: $2) }
    }
}
