internal import ArgumentParser

/// Whom the load is for.
struct Target: ParsableArguments {
    @Option(help: "The operators' socket: unix:PATH.")
    var server: String

    @Option(help: "The file with the agents' keys, secret.")
    var agents: String

    @Option(help: "How many agents.")
    var count: Int
}
