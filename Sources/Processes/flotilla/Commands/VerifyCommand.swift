internal import AgentService
internal import ArgumentParser
internal import FleetControl
internal import FleetModel
internal import FleetRuntime
internal import FleetVerification
internal import Foundation
internal import HTTPTransport
internal import KubernetesClient
internal import Logging
internal import SQLiteJournal

/// `flotilla verify`.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read the journals on disk and the clusters, and report every promise that was not kept.",
        discussion: """
            Reads only; the processes may run. Exit 0 when everything holds, 1 when something is broken or differs.
            The directories are readable by their owners alone: run it as root or as their user.
            """)

    @Option(name: .customLong("data-dir"), help: "The coordinator's data directory.")
    var dataDir = "/var/lib/flotilla"

    @Option(help: "An agent's data directory: NAME=DIRECTORY. Repeatable.")
    var agent: [String] = []

    @Option(help: "A Supervisor's cluster: NAME=KUBECONFIG. Needs its --agent. Repeatable.")
    var cluster: [String] = []

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let agents = try Self.pairs(agent, option: "--agent")
        let clusters = try Self.pairs(cluster, option: "--cluster")
        for name in clusters.keys.sorted() where agents[name] == nil {
            throw FleetError(
                .invalidArgument, "--cluster \(name) has no --agent \(name)",
                reason: "what is on a cluster is held against its agent's journal", next: "--agent \(name)=DIRECTORY")
        }
        try DataDirectory.checkIsCoordinators(dataDir)
        for (name, directory) in agents.sorted(by: { $0.key < $1.key }) {
            try DataDirectory.check(directory, isAgentOf: name)
        }
        var verification = FleetVerification()
        var before: [String: AgentJournalView] = [:]
        for (name, directory) in agents.sorted(by: { $0.key < $1.key }) {
            before[name] = try await view(name, directory, &verification)
        }
        let journal = try SQLiteStorage.reader(directory: dataDir)
        do throws(JournalError) { try await verification.coordinator(journal) } catch {
            verification.damaged("journal of the coordinator", error)
        }
        await journal.close()
        for (name, directory) in agents.sorted(by: { $0.key < $1.key }) {
            guard let first = before[name], let after = try await view(name, directory, &verification) else { continue }
            verification.agent(SupervisorID(name), before: first, after: after)
            if let kubeconfig = clusters[name] {
                try await observe(SupervisorID(name), after, kubeconfig, &verification)
            }
        }
        show(verification.report)
        if !verification.report.holds { throw ExitCode(1) }
    }

    /// Nil when the journal is damaged, which is then among the findings.
    private func view(
        _ name: String, _ directory: String, _ verification: inout FleetVerification
    ) async throws -> AgentJournalView? {
        let journal = try SQLiteStorage.reader(directory: directory)
        var view: AgentJournalView?
        do {
            try await journal.verify()
            view = try await AgentJournalView.read(journal)
        } catch let error as JournalError {
            verification.damaged("journal of the agent of \(name)", error)
        }
        await journal.close()
        return view
    }

    private func observe(
        _ supervisor: SupervisorID, _ view: AgentJournalView, _ kubeconfig: String,
        _ verification: inout FleetVerification
    ) async throws {
        let connection = try Kubeconfig(yaml: try Files.text(kubeconfig), path: kubeconfig) { file in
            Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        }.connection()
        let transport = try HTTPTransport(
            HTTPEndpoint(
                baseURL: connection.server, certificateAuthorityPEM: connection.certificateAuthorityPEM,
                clientCertificatePEM: connection.clientCertificatePEM, clientKeyPEM: connection.clientKeyPEM,
                skipsTLSVerification: connection.skipsTLSVerification, tlsServerName: connection.tlsServerName))
        var logger = Logger(label: "verify")
        logger.logLevel = .critical
        let client = KubernetesClient(
            exchange: transport, credential: connection.credential,
            time: TimeSource(clock: ContinuousClock(), wall: { WallClock.now }), logger: logger)
        await verification.cluster(supervisor, view, client)
        await transport.shutdown()
    }

    private func show(_ report: FleetVerification.Report) {
        Printer.one(Documents.verification(report), name: "verification", format: output.output) {
            var lines = [
                "read \(report.records) records, \(report.commands) commands, \(report.reports) reports; "
                    + "\(report.agents) agents, \(report.clusters) clusters with \(report.objects) objects"
            ]
            for finding in report.findings {
                let place = finding.position.map { " (record \($0))" } ?? ""
                lines.append(
                    "\(finding.severity.rawValue)  \(finding.kind)  \(finding.object): \(finding.detail)\(place)")
                if !finding.next.isEmpty { lines.append("  next  \(finding.next)") }
            }
            lines.append(report.holds ? "everything holds" : "not everything holds")
            return lines.joined(separator: "\n")
        }
    }

    private static func pairs(_ texts: [String], option: String) throws(FleetError) -> [String: String] {
        var pairs: [String: String] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, pairs[parts[0]] == nil else {
                throw FleetError(
                    .invalidArgument, "\(option) \(text) is not NAME=PATH, or the name is there twice",
                    next: "\(option) sv-oslo=/var/lib/…")
            }
            pairs[parts[0]] = parts[1]
        }
        return pairs
    }
}
