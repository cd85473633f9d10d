internal import ArgumentParser
internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import OperatorClient
internal import Settings

/// Which coordinator to talk to, and in which colours.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The coordinator: unix:///path/to/socket, https://host:port, or http://host:port on loopback.")
    var server: String?

    @Option(help: "A context of the context file.")
    var context: String?

    @Option(name: .customLong("token-file"), help: "A file with the bearer token for https:// and http://.")
    var tokenFile: String?

    @Option(
        name: .customLong("ca-file"), help: "PEM certificates that may sign the coordinator's; the system's otherwise.")
    var authorityFile: String?

    @Option(name: .customLong("client-certificate"), help: "A PEM client certificate for https://.")
    var clientCertificate: String?

    @Option(name: .customLong("client-key"), help: "The PEM private key of --client-certificate.")
    var clientKey: String?

    @Option(help: "Why a change is made: kept with its task and in the audit.")
    var reason = ""

    @Option(help: "auto, always or never; NO_COLOR is respected.")
    var color: ColorChoice = .auto

    var terminal: Terminal { Terminal(color: color, environment: ProcessInfo.processInfo.environment) }

    /// Connects, runs `body` and closes the connection again.
    func withClient<Result: Sendable>(_ body: (OperatorClient) async throws -> Result) async throws -> Result {
        let found = try ClientSettings.resolve(
            server: server, context: context, tokenFile: tokenFile,
            tls: OperatorTrust(
                authorityFile: authorityFile, certificateFile: clientCertificate, keyFile: clientKey),
            environment: ProcessInfo.processInfo.environment)
        let client = try OperatorClient(
            endpoint: try OperatorEndpoint(found.server), token: try found.token(),
            trust: found.tls,
            reason: reason.isEmpty ? nil : reason)
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
