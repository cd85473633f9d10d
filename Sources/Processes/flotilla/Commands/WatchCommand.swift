internal import ArgumentParser
internal import FleetModel
internal import FleetRuntime
internal import OperatorClient
internal import ResourceModel

/// `flotilla watch`: the installs of the fleet, kept up to date.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Show the installs of the fleet and keep them up to date.")

    @Option(name: .customLong("on"), help: "Only these Supervisors, separated by commas.")
    var on: [String] = []

    @Option(help: "Only this service (any part of its id).")
    var service: String?

    @Flag(help: "Print once and end.")
    var once = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    /// A contact lost or gained is no event of its own: the table is read anew this often at the latest.
    private static let waitSeconds = 5

    func run() async throws {
        let terminal = connection.terminal
        try await connection.withClient { client in
            let done: Bool? = try await Interrupts.racing {
                try await watch(client, terminal)
                return true
            }
            if done == nil { throw ExitCode(TaskVerdict.detached) }
        }
    }

    private func watch(_ client: OperatorClient, _ terminal: Terminal) async throws {
        let screen = LiveScreen()
        let format = output.output
        var tag: String?
        while true {
            guard
                let answer = try await client.read(
                    "/v1/supervisors", as: ItemList<SupervisorView>.self, unless: tag,
                    wait: tag == nil ? 0 : Self.waitSeconds)
            else { continue }
            tag = answer.tag
            try check(answer.body.items)
            let supervisors = answer.body.items
            let views = chosen(supervisors)
            if format.isForPeople, terminal.isLive, !once {
                await screen.show { _ in
                    text(views, supervisors).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                }
            } else {
                Printer.list(
                    "Install", views.map(Documents.install), names: views.map { "install/\($0.install.key)" },
                    format: format
                ) {
                    text(views, supervisors)
                }
            }
            if once { return }
        }
    }

    /// The installs, and what tasks have not carried out on them yet.
    private func text(_ views: [InstallView], _ supervisors: [SupervisorView]) -> String {
        let installs = InventoryText.installs(views, now: WallClock.now, wide: output.output == .wide)
        let waiting = supervisors.filter(isChosen).flatMap(\.waiting).filter { isChosen($0.key) }
        return waiting.isEmpty ? installs : ([installs, ""] + InventoryText.waiting(waiting)).joined(separator: "\n")
    }

    /// A name that is mistyped would be watched for ever in silence.
    private func check(_ supervisors: [SupervisorView]) throws(FleetError) {
        let names = supervisors.map(\.supervisor.id.rawValue)
        for name in on.flatMap({ $0.split(separator: ",").map(String.init) }) where !names.contains(name) {
            throw FleetError(
                .notFound, "no Supervisor \"\(name)\" in the fleet", reason: Suggestion.text(name, among: names),
                next: "flotilla supervisor list")
        }
    }

    private func chosen(_ supervisors: [SupervisorView]) -> [InstallView] {
        supervisors.filter(isChosen).flatMap(\.installs).filter { isChosen($0.install.key) }
    }

    private func isChosen(_ view: SupervisorView) -> Bool {
        let names = Set(on.flatMap { $0.split(separator: ",").map { SupervisorID(String($0)) } })
        return names.isEmpty || names.contains(view.supervisor.id)
    }

    private func isChosen(_ key: InstallKey) -> Bool {
        service.map { key.service.rawValue.contains($0) } ?? true
    }
}
