internal import ArgumentParser
internal import FleetModel
internal import Foundation
internal import OperatorClient
internal import Settings

/// Which coordinator to talk to, and in which colours.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The coordinator: unix:///path/to/socket or http://host:port.")
    var server: String?

    @Option(help: "A context of the context file.")
    var context: String?

    @Option(name: .customLong("token-file"), help: "A file with the bearer token for http://.")
    var tokenFile: String?

    @Option(help: "auto, always or never; NO_COLOR is respected.")
    var color: ColorChoice = .auto

    var terminal: Terminal { Terminal(color: color, environment: ProcessInfo.processInfo.environment) }

    /// Connects, runs `body` and closes the connection again.
    func withClient<Result: Sendable>(_ body: (OperatorClient) async throws -> Result) async throws -> Result {
        let found = try ClientSettings.resolve(
            server: server, context: context, tokenFile: tokenFile,
            environment: ProcessInfo.processInfo.environment)
        let client = OperatorClient(endpoint: try OperatorEndpoint(found.server), token: try found.token())
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }
}
