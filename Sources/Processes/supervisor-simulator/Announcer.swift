internal import Foundation
internal import ServerMain
internal import SupervisorHTTP
internal import Synchronization

/// Tells where each Supervisor listens: kubeconfigs first, then lines on standard output, when all of them do.
final class Announcer: Sendable {
    private let plan: SimulatorPlan
    private let authorityPEM: String?
    private let failed: FailureNote
    private let notifier: ServiceNotifier
    private let ports = Mutex<[Int: Int]>([:])

    init(plan: SimulatorPlan, authorityPEM: String?, failed: FailureNote, notifier: ServiceNotifier) {
        self.plan = plan
        self.authorityPEM = authorityPEM
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

    private func announce(_ ports: [Int: Int]) throws {
        let entries = plan.moids.enumerated().map { index, moid in
            let base = "\(plan.tls ? "https" : "http")://\(plan.host):\(ports[index] ?? 0)"
            return Kubeconfig.Entry(
                server: plan.isPrefixed ? "\(base)/\(moid)" : base, name: moid, token: plan.token ?? "")
        }
        if let output = plan.kubeconfigOut {
            if output.contains("{moid}") {
                for entry in entries {
                    try Kubeconfig.write(
                        Kubeconfig.text([entry], authorityPEM: authorityPEM),
                        to: output.replacingOccurrences(of: "{moid}", with: entry.name))
                }
            } else {
                try Kubeconfig.write(Kubeconfig.text(entries, authorityPEM: authorityPEM), to: output)
            }
        }
        let lines = entries.map { "listening on \($0.server)\n" }.joined()
        // Not `print`, which keeps the line back when standard output is a file or a pipe.
        try FileHandle.standardOutput.write(contentsOf: Data(lines.utf8))
        notifier.ready("serving \(entries.count) Supervisors")
    }
}
