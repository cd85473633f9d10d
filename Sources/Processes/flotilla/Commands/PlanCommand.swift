internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla plan install|upgrade|reconfigure|uninstall …`.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a command would do on each Supervisor; nothing is changed.")

    enum Operation: String, ExpressibleByArgument, CaseIterable { case install, upgrade, reconfigure, uninstall }

    @Argument(help: "install, upgrade, reconfigure or uninstall.")
    var operation: Operation

    @Argument(help: "Any unambiguous part of the service's id.")
    var service: String

    @Option(name: [.customLong("to"), .customLong("version")], help: "The version.")
    var version: String?

    @OptionGroup var targets: TargetOptions
    @OptionGroup var request: RequestOptions

    @Flag(name: .customLong("exit-code"), help: "Exit 10 when something would change.")
    var exitCode = false

    @Flag(help: "Keep the plan, to be carried out by `flotilla apply` if nothing changes until then.")
    var save = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let targets = try targets.selection(for: "plan \(operation.rawValue)")
        let (id, views, saved) = try await connection.withClient { client in
            let view = try await client.service(service)
            let request = try planned(view, targets)
            let views = try await client.plan(request)
            return (view.service.id, views, save ? try await Self.save(request, views, client) : nil)
        }
        Printer.list(
            "Plan", views.map { Documents.plan($0, saved: saved) }, names: views.map { "supervisor/\($0.supervisor)" },
            format: output.output
        ) {
            PlanText.table(
                views, service: id, wide: output.output == .wide,
                policy: operation == .uninstall ? (request.consent.deleteData ? .delete : .keep) : nil
            ).joined(separator: "\n")
        }
        if let saved {
            Console.talk("plan \(saved) is saved; to carry it out: flotilla apply \(saved)")
        } else if save {
            Console.talk("the plan is not saved: it is refused, or not whole")
        }
        if PlanText.isRefused(views) { throw ExitCode(5) }
        if PlanText.isPartial(views) { throw ExitCode(1) }
        if exitCode, PlanText.hasChanges(views) { throw ExitCode(10) }
    }

    private func planned(_ view: ServiceView, _ targets: TargetSelection) throws(FleetError) -> PlanRequest {
        if operation == .uninstall {
            return .uninstall(
                UninstallRequest(
                    service: view.service.id, targets: targets, data: request.consent.deleteData ? .delete : .keep,
                    dataConsent: try request.consent.keys(for: view.service.id)))
        }
        let request = try request.request(service: view, targets: targets, version: version)
        switch operation {
        case .install: return .install(request)
        case .upgrade: return .upgrade(request)
        case .reconfigure, .uninstall: return .reconfigure(request)
        }
    }

    /// Keeps what was shown; nil when it cannot be carried out as it is.
    private static func save(
        _ request: PlanRequest, _ views: [PlanView], _ client: OperatorClient
    ) async throws -> PlanID? {
        guard !PlanText.isRefused(views), !PlanText.isPartial(views) else { return nil }
        let seen = views.compactMap { view in
            view.fingerprint.map { PlannedTarget(supervisor: view.supervisor, fingerprint: $0) }
        }
        guard seen.count == views.count, !seen.isEmpty else { return nil }
        return try await client.submit(.savePlan(request, seen: seen), id: .fresh()).plan
    }
}
