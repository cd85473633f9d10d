internal import ArgumentParser

/// `flotilla service deactivate NAME`.
struct ServiceDeactivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deactivate", abstract: "Step 1 of retiring: no further installs; running ones stay.")

    @OptionGroup var options: LifecycleOptions

    func run() async throws { try await options.deactivate() }
}
