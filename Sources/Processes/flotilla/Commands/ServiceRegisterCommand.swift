internal import ArgumentParser
internal import FleetModel

/// `flotilla service register FILES…`.
struct ServiceRegisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Register a service from its Package and PackageMetadata files.")

    @OptionGroup var input: RegistrationInput

    func run() async throws {
        try await input.run { .registerService(documents: $0, dryRun: $1, options: $2) }
    }
}
