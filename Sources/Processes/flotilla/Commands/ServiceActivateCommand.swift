internal import ArgumentParser

/// `flotilla service activate NAME`.
struct ServiceActivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Allow new installs of a service or of one version.")

    @OptionGroup var options: LifecycleOptions

    func run() async throws { try await options.activate() }
}
