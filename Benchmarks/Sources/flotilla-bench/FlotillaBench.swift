internal import ArgumentParser

/// The load generator of `Benchmarks/run`: simulated agents that speak the real protocol, and a renderer to be timed.
@main
struct FlotillaBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flotilla-bench",
        abstract: "Load for benchmarks: simulated agents over the real link, and a render to be timed.",
        subcommands: [EnrolCommand.self, AgentsCommand.self, RenderCommand.self, SeedsCommand.self])
}
