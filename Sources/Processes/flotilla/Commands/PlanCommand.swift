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

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let targets = try targets.selection(for: "plan \(operation.rawValue)")
        let (id, views) = try await connection.withClient { client in
            let view = try await client.service(service)
            return (view.service.id, try await client.plan(try planned(view, targets)))
        }
        Printer.list(
            "Plan", views.map(Documents.plan), names: views.map { "supervisor/\($0.supervisor)" },
            format: output.output
        ) {
            PlanText.table(views, service: id, wide: output.output == .wide).joined(separator: "\n")
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
}
