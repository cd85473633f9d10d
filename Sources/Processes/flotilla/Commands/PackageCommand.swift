internal import ArgumentParser

/// `flotilla package …`: for package authors and CI; no coordinator is asked.
struct PackageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "package", abstract: "Check and compare packages on disk, before they are registered.",
        subcommands: [PackageCheckCommand.self, PackageDiffCommand.self])
}
