internal import Foundation
internal import ServerMain
internal import SupervisorHTTP
internal import Synchronization

/// Tells where each Supervisor listens: kubeconfigs first, then lines on standard output, when all of them do.
final class Announcer: Sendable {
    private let plan: SimulatorPlan
    private let identity: ServerIdentity?
    private let failed: FailureNote
    private let notifier: ServiceNotifier
    private let ports = Mutex<[Int: Int]>([:])

    init(plan: SimulatorPlan, identity: ServerIdentity?, failed: FailureNote, notifier: ServiceNotifier) {
        self.plan = plan
        self.identity = identity
        self.failed = failed
        self.notifier = notifier
    }

    func listening(_ index: Int, port: Int) {
        let all = ports.withLock { ports in
            ports[index] = port
            return ports.count == plan.count ? ports : nil
        }
        guard let all else { return }
        do { try announce(all) } catch {
            failed.set("cannot announce the server (kubeconfig: \(plan.kubeconfigOut ?? "none")): \(error)")
            kill(getpid(), SIGTERM)
        }
    }

    /// One certificate per user: all Supervisors of the process have one authority.
    private func certificates() throws -> (
        administrator: ClientCertificate?, others: [(name: String, certificate: ClientCertificate)]
    ) {
        guard let authority = identity?.authority else { return (nil, []) }
        func certificate(_ user: CertifiedUser) throws -> ClientCertificate {
            try ClientCertificate(user: user.name, groups: user.groups, authority: authority)
        }
        return (
            plan.adminHasCertificate ? try certificate(.administrator) : nil,
            try plan.users.map { ($0.name, try certificate($0)) }
        )
    }

    private func announce(_ ports: [Int: Int]) throws {
        let authorityPEM = identity?.authorityPEM
        let users = try certificates()
        let entries = plan.moids.enumerated().map { index, moid in
            let base = "\(plan.tls ? "https" : "http")://\(plan.host):\(ports[index] ?? 0)"
            return Kubeconfig.Entry(
                server: plan.isPrefixed ? "\(base)/\(moid)" : base, name: moid, token: plan.token ?? "",
                certificate: users.administrator)
        }
        func contexts(_ entry: Kubeconfig.Entry) -> [Kubeconfig.Entry] {
            [entry]
                + users.others.map { name, certificate in
                    Kubeconfig.Entry(
                        server: entry.server, name: "\(entry.name)-\(name)", token: "", certificate: certificate)
                }
        }
        if let output = plan.kubeconfigOut {
            if output.contains("{moid}") {
                for entry in entries {
                    try Kubeconfig.write(
                        Kubeconfig.text(contexts(entry), authorityPEM: authorityPEM),
                        to: output.replacingOccurrences(of: "{moid}", with: entry.name))
                }
            } else {
                try Kubeconfig.write(Kubeconfig.text(entries.flatMap(contexts), authorityPEM: authorityPEM), to: output)
            }
        }
        let lines = entries.map { "listening on \($0.server)\n" }.joined()
        // Not `print`, which keeps the line back when standard output is a file or a pipe.
        try FileHandle.standardOutput.write(contentsOf: Data(lines.utf8))
        notifier.ready("serving \(entries.count) Supervisors")
    }
}
