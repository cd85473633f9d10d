internal import ArgumentParser
internal import FleetModel
internal import OperatorClient

/// `flotilla doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the way to the coordinator, its health and its Supervisors.",
        discussion: """
            With --data-dir it looks at a data directory instead, of a coordinator or an agent, also when its process \
            refuses to start: what is damaged, and what can be saved. It changes nothing unless --repair or \
            --accept-restore is given, for which the process must be stopped.
            """)

    @Option(name: .customLong("data-dir"), help: "Look at this data directory, not at a running coordinator.")
    var dataDir: String?

    @Flag(help: "Do what helps with the least loss; the files as they were are kept beside.")
    var repair = false

    @Flag(
        name: .customLong("accept-restore"),
        help: "Take a directory put back from a backup for the valid one; agents refuse it otherwise.")
    var acceptRestore = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        let paint = connection.terminal.paint
        if let dataDir {
            try DirectoryDoctor(directory: dataDir, repair: repair, acceptRestore: acceptRestore, paint: paint)
                .run(output.output)
            return
        }
        guard !repair, !acceptRestore else {
            throw FleetError(
                .invalidArgument, "--repair and --accept-restore need --data-dir", next: "name the directory")
        }
        let (status, supervisors, endpoint) = try await connection.withClient { client in
            (try await client.status(), try await client.supervisors(), client.endpoint.description)
        }
        let checks = Self.checks(status, supervisors, now: WallClock.now)
        var shown = status
        shown.checks = checks
        Printer.one(
            Documents.status(shown, endpoint: endpoint), name: "coordinator/\(endpoint)", format: output.output
        ) {
            ([
                "\(paint("✓", .good)) coordinator  \(endpoint)  version \(status.version)  journal at "
                    + "\(status.journalPosition)"
            ] + Self.lines(checks, paint)).joined(separator: "\n")
        }
        if checks.contains(where: { !$0.ok }) { throw ExitCode(1) }
    }

    /// The coordinator's own checks, and what follows from the inventory.
    static func checks(
        _ status: CoordinatorStatus, _ supervisors: [SupervisorView], now: Timestamp
    ) -> [CoordinatorStatus.Check] {
        var checks = status.checks
        if status.version != FlotillaVersion.text {
            checks.append(
                CoordinatorStatus.Check(
                    name: "version", ok: true,
                    detail: "this client is \(FlotillaVersion.text), the coordinator \(status.version)",
                    next: "upgrade the coordinator first, then clients and agents"))
        }
        for view in supervisors.sorted(by: { $0.supervisor.id < $1.supervisor.id }) {
            let name = view.supervisor.id
            switch view.supervisor.enrolment {
            case .removed: continue
            case .invited:
                let expired = view.supervisor.joinTokenExpires.map { $0 < now } ?? false
                checks.append(
                    CoordinatorStatus.Check(
                        name: "supervisor \(name)", ok: !expired,
                        detail: expired ? "invited; its join token has expired" : "invited; no agent has joined yet",
                        next: expired
                            ? "flotilla supervisor add \(name) --moid \(view.supervisor.moid) -o join.yaml"
                            : "flotilla-agent --join FILE --kubeconfig FILE"))
            case .pending:
                checks.append(
                    CoordinatorStatus.Check(
                        name: "supervisor \(name)", ok: false,
                        detail: "its agent waits to be accepted; key \(view.supervisor.fingerprint ?? "")",
                        next: "flotilla supervisor accept \(name)"))
            case .enrolled where view.supervisor.ring.current == nil:
                checks.append(
                    CoordinatorStatus.Check(
                        name: "supervisor \(name)", ok: false, detail: "its agent did not change its key in time",
                        next: "flotilla supervisor add \(name) --moid \(view.supervisor.moid) -o join.yaml"))
            case .enrolled where !view.connected:
                let heard = view.lastHeard.map { "last heard \(RoughTime.text(now.since($0))) ago" }
                checks.append(
                    CoordinatorStatus.Check(
                        name: "supervisor \(name)", ok: false, detail: "away; \(heard ?? "never heard")",
                        next: "systemctl status flotilla-agent@\(name), on its host"))
            case .enrolled:
                checks.append(
                    CoordinatorStatus.Check(name: "supervisor \(name)", ok: true, detail: "connected"))
            }
        }
        return checks
    }

    static func lines(_ checks: [CoordinatorStatus.Check], _ paint: Paint) -> [String] {
        var table = Table()
        for check in checks {
            table.add([
                "\(check.ok ? paint("✓", .good) : paint("✗", .bad)) \(check.name)",
                check.next.isEmpty || check.ok ? check.detail : "\(check.detail); next: \(check.next)",
            ])
        }
        return table.lines()
    }
}
