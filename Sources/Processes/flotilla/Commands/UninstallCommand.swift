internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla uninstall SERVICE --on …`.
struct UninstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Remove installs; what holds data is shown first and kept unless named for deletion.")

    @Argument(help: "Any unambiguous part of the service's id.")
    var service: String

    @OptionGroup var targets: TargetOptions

    @Flag(name: .customLong("keep-data"), help: "Keep namespaces and volumes (the default).")
    var keepData = false

    @OptionGroup var consent: ConsentOptions

    @Option(name: .customLong("max-parallel"), help: "Supervisors worked on at once; 0 is all.")
    var maxParallel = 0

    @Option(name: .customLong("max-failures"), help: "After this many failures nothing further is sent.")
    var maxFailures = 1

    @OptionGroup var waiting: WaitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if keepData, consent.deleteData {
            throw ValidationError("--keep-data and --delete-data exclude each other")
        }
    }

    func run() async throws {
        let targets = try targets.selection(for: "uninstall")
        let terminal = connection.terminal
        try await connection.withClient { client in
            let id = try await client.service(service).service.id
            var request = UninstallRequest(
                service: id, targets: targets, data: consent.deleteData ? .delete : .keep,
                dataConsent: try consent.keys(for: id), maxParallel: maxParallel, maxFailures: maxFailures)
            let views = try await client.plan(.uninstall(request))
            let inventory = PlanText.inventory(views, policy: request.data)
            for line in inventory {
                if output.output.isForPeople { Console.data(line) } else { Console.talk(line) }
            }
            if consent.deleteData {
                request.dataConsent += try missingConsent(request, views, terminal: terminal)
            }
            let reply = try await waiting.submit(.uninstall(request), client: client)
            try await waiting.finish(reply, client: client, format: output.output, terminal: terminal)
        }
    }

    /// Asks for each install whose data would go without its name having been given; off terminal it refuses.
    private func missingConsent(
        _ request: UninstallRequest, _ views: [PlanView], terminal: Terminal
    ) throws(FleetError) -> [InstallKey] {
        var given: [InstallKey] = []
        for view in views {
            let key = InstallKey(service: request.service, supervisor: view.supervisor)
            if request.dataConsent.contains(key) || view.inventory?.claims.isEmpty == true { continue }
            guard terminal.canAsk else {
                throw FleetError(
                    .refused, "uninstall: deleting the data of \(key) is not confirmed",
                    reason: "deleting data needs a consent that names the install",
                    next: "--delete-data --confirm \(key)")
            }
            Console.prompt("type \(key) to delete its data for ever: ")
            guard readLine() == key.description else {
                throw FleetError(
                    .refused, "uninstall of \(key): nothing was changed", reason: "its name was not typed",
                    next: "flotilla uninstall \(key.service.shortName) --on \(key.supervisor) keeps the data")
            }
            given.append(key)
        }
        return given
    }
}
