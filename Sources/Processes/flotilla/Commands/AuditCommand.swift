internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla audit`.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Who did what, when, from where and why; and who was kept out. Newest first.")

    @Option(help: "Only this operator's: alice, or uid:0.")
    var by: String?

    @Option(help: "Only entries younger than this: 30m, 1h, 2d; or an RFC 3339 time.")
    var since: String?

    @Option(help: "Only actions that hold this text.")
    var action: String?

    @Option(help: "At most so many, 1 to 10000.")
    var limit = 100

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        guard (1...10_000).contains(limit) else {
            throw FleetError(
                .invalidArgument, "--limit \(limit) is not allowed", reason: "1 to 10000",
                next: "flotilla audit --limit 100")
        }
        let filter = AuditFilter(by: by, since: try since.map(SinceText.time), action: action)
        let entries = try await connection.withClient { client in try await client.audit(filter, limit: limit) }
        Printer.list(
            "AuditEntry", entries.map(Documents.audit), names: entries.map { "audit/\($0.position)" },
            format: output.output
        ) {
            var table = Table(["TIME", "BY", "FROM", "OUTCOME", "ACTION", "TASK", "PLAN", "REASON"])
            for entry in entries {
                table.add([
                    entry.at.seconds, entry.by, entry.from, entry.outcome.rawValue, entry.action,
                    entry.task?.rawValue ?? "-", entry.plan?.rawValue ?? "-", entry.reason,
                ])
            }
            return table.text()
        }
    }
}
