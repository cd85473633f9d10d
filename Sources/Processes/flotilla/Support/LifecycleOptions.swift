internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// A service of the catalogue, or one of its versions, whose state is changed.
struct LifecycleOptions: ParsableArguments {
    @Argument(help: "Any unambiguous part of the service's id.")
    var service: String

    @Option(help: "Only this version, not the service.")
    var version: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func activate() async throws {
        try await connection.change(service, output) { [version] id in
            version.map { .activateVersion(id, version: $0) } ?? .activateService(id)
        }
    }

    func deactivate() async throws {
        try await connection.change(service, output) { [version] id in
            version.map { .deactivateVersion(id, version: $0) } ?? .deactivateService(id)
        }
    }
}

extension ConnectionOptions {
    /// Names the service in full, sends one command about it and prints the answer.
    func change(
        _ service: String, _ output: OutputOptions, _ command: @Sendable (ServiceID) -> FleetCommand
    ) async throws {
        try await withClient { client in
            let id = try await client.service(service).service.id
            Printer.reply(try await client.submit(command(id), id: .fresh()), format: output.output)
        }
    }

    /// Sends one command and prints the answer.
    func change(_ command: FleetCommand, _ output: OutputOptions) async throws {
        let reply = try await withClient { client in try await client.submit(command, id: .fresh()) }
        Printer.reply(reply, format: output.output)
    }
}
