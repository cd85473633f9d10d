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
            let views = chosen(answer.body.items)
            if format.isForPeople, terminal.isLive, !once {
                await screen.show { _ in
                    InventoryText.installs(views, now: WallClock.now, wide: format == .wide)
                        .split(separator: "\n").map(String.init)
                }
            } else {
                Printer.list(
                    "Install", views.map(Documents.install), names: views.map { "install/\($0.install.key)" },
                    format: format
                ) {
                    InventoryText.installs(views, now: WallClock.now, wide: format == .wide)
                }
            }
            if once { return }
        }
    }

    private func chosen(_ supervisors: [SupervisorView]) -> [InstallView] {
        let names = Set(on.flatMap { $0.split(separator: ",").map { SupervisorID(String($0)) } })
        return supervisors.filter { names.isEmpty || names.contains($0.supervisor.id) }.flatMap(\.installs)
            .filter { view in service.map { view.install.key.service.rawValue.contains($0) } ?? true }
    }
}
