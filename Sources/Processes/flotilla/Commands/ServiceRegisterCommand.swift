internal import ArgumentParser
internal import FleetModel

/// `flotilla service register FILES…`.
struct ServiceRegisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Register a service from its Package and PackageMetadata files.")

    @OptionGroup var options: RegistrationOptions

    func run() async throws { try await options.run { .registerService(documents: $0, dryRun: $1) } }
}
