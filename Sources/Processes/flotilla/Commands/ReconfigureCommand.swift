internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla reconfigure SERVICE --on …`.
struct ReconfigureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconfigure",
        abstract: "Change the values of installs; without -f and --set the current ones open in $EDITOR.")

    @Argument(help: "Any unambiguous part of the service's id.")
    var service: String

    @OptionGroup var targets: TargetOptions
    @OptionGroup var request: RequestOptions
    @OptionGroup var waiting: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let targets = try targets.selection(for: "reconfigure")
        let terminal = connection.terminal
        let edits = request.values.isEmpty && request.set.isEmpty && !request.resetValues
        if edits, !(terminal.canAsk && terminal.isLive) {
            throw FleetError(
                .invalidArgument, "reconfigure: no values are given",
                reason: "without a terminal no editor can be opened",
                next: "flotilla reconfigure \(service) … -f values.yaml, or --set path=VALUE")
        }
        try await connection.withClient { client in
            let view = try await client.service(service)
            var request = try request.request(service: view, targets: targets, version: nil)
            if edits {
                guard let edited = try await edit(view, targets, client) else {
                    Console.talk("nothing changed")
                    return
                }
                request.values = [edited]
                request.valueNames = ["the edited values"]
                request.resetValues = true
            }
            let reply = try await waiting.submit(.reconfigure(request), client: client)
            try await waiting.finish(reply, client: client, format: output.output, terminal: terminal)
        }
    }

    /// The current values in the operator's editor; nil when they were left as they are.
    private func edit(
        _ view: ServiceView, _ targets: TargetSelection, _ client: OperatorClient
    ) async throws -> String? {
        let supervisors: [SupervisorID]
        switch targets {
        case .named(let names): supervisors = names
        case .all: supervisors = view.installs.map(\.install.key.supervisor)
        case .labels:
            throw FleetError(
                .invalidArgument, "an editor cannot be opened for a label selector",
                next: "flotilla reconfigure \(service) --on NAME")
        }
        var current: String?
        for supervisor in supervisors {
            let values = try await client.values(
                of: InstallKey(service: view.service.id, supervisor: supervisor))
            guard current == nil || current == values else {
                throw FleetError(
                    .invalidArgument, "the Supervisors have different values",
                    reason: "\(supervisors[0]) and \(supervisor) differ; one edit cannot stand for both",
                    next: "edit them one by one with --on, or use --set")
            }
            current = values
        }
        guard let current else {
            throw FleetError(
                .notFound, "\(view.service.id.shortName) is installed nowhere",
                reason: "there are no values to edit", next: "flotilla install \(view.service.id.shortName) --on NAME")
        }
        let edited = try Editor.edit(current, name: view.service.id.shortName)
        return edited == current ? nil : edited
    }
}
