internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla apply PLAN`.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Carry out a saved plan; refused (exit 8) when the world changed since.",
        discussion: "A plan is made by `flotilla plan … --save`.")

    @Argument(help: "The plan's id: p-3.")
    var plan: String

    @OptionGroup var waiting: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            let reply = try await waiting.submit(.applyPlan(PlanID(plan)), client: client)
            try await waiting.finish(reply, client: client, format: output.output, terminal: connection.terminal)
        }
    }
}
