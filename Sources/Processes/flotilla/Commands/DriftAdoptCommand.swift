internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla drift adopt harbor@sv-oslo`.
struct DriftAdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Declare the live state as the wanted one; nothing is reinstalled.")

    @Argument(help: "SERVICE@SUPERVISOR.")
    var install: String

    @OptionGroup var waiting: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.withClient { client in
            let (key, items) = try await Drift.ask(about: install, client: client)
            guard !items.isEmpty else {
                Console.talk("no drift: live objects are as applied")
                return
            }
            var changes: [String: String] = [:]
            for item in items {
                guard let path = item.valuePath else {
                    Console.talk("not adopted: \(item.resource) \(item.field): no value leads to this field")
                    continue
                }
                if let other = changes[path], other != item.live {
                    throw FleetError(
                        .refused, "\(key): two live objects want different values of \(path)",
                        reason: "\(other) and \(item.live)",
                        next: "flotilla reconfigure \(key.service.shortName) --on \(key.supervisor) --set \(path)=…")
                }
                changes[path] = item.live
                if output.output.isForPeople { Console.data("adopt  \(path)  \(item.declared) → \(item.live)") }
            }
            guard !changes.isEmpty else {
                throw FleetError(
                    .refused, "\(key): nothing can be adopted", reason: "no value leads to the fields that drifted",
                    next: "undo the change by hand, or change the package")
            }
            let reply = try await waiting.submit(.adoptDrift(key, valueChanges: changes), client: client)
            try await waiting.finish(
                reply, client: client, format: output.output, terminal: connection.terminal)
        }
    }
}
