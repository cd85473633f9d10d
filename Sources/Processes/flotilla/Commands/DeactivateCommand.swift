internal import ArgumentParser

/// `flotilla deactivate NAME`.
struct DeactivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deactivate", abstract: "Step 1 of retiring: no further installs; running ones stay.")

    @OptionGroup var options: LifecycleOptions

    func run() async throws { try await options.deactivate() }
}
