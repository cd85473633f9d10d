internal import ArgumentParser

/// `flotilla drift show|adopt …`.
struct DriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift", abstract: "Compare live objects with what was applied, and adopt what is live.",
        subcommands: [DriftShowCommand.self, DriftAdoptCommand.self])
}
