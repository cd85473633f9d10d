internal import ArgumentParser
internal import FleetModel

/// `flotilla upgrade SERVICE --on …`.
struct UpgradeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade", abstract: "Move installs to another version; values are carried forward in full.")

    @OptionGroup var options: ChangeOptions

    func run() async throws { try await options.run("upgrade") { .upgrade($0) } }
}
