import FleetModel
import FleetRuntime
import Foundation
import Logging
import SupervisorCluster
import SupervisorHTTP

/// A simulated Supervisor with its controllers behind a real port, and a kubectl that has its kubeconfig.
enum ServedSupervisor {
    static let time = TimeSource(clock: ContinuousClock()) {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// Contexts: `test` with the administrator's token, and others with client certificates.
    private static func entries(_ server: String, _ authority: CertificateAuthority) throws -> [Kubeconfig.Entry] {
        func entry(_ name: String, _ user: String, _ groups: [String], expired: Bool = false, by: CertificateAuthority)
            throws -> Kubeconfig.Entry
        {
            Kubeconfig.Entry(
                server: server, name: name, token: "",
                certificate: try ClientCertificate(user: user, groups: groups, authority: by, isExpired: expired))
        }
        return [
            Kubeconfig.Entry(server: server, name: "test", token: "secret"),
            try entry("admin", "root", ["system:masters"], by: authority),
            try entry("dev", "dev", ["builders"], by: authority),
            try entry("expired", "root", ["system:masters"], expired: true, by: authority),
            try entry("foreign", "root", ["system:masters"], by: CertificateAuthority()),
        ]
    }

    static func run(
        _ profile: ServerProfile, client: Kubectl.Client = .current,
        _ body: @escaping @Sendable (Kubectl) async throws -> Void
    ) async throws {
        let kubectl = try Kubectl(client)
        defer { kubectl.remove() }
        var settings = ClusterSettings()
        settings.profile = profile
        settings.tokens = [.admin("secret")]
        settings.clockSpeed = 20
        let identity = try ServerIdentity(hosts: ["127.0.0.1"])
        let supervisor = SimulatedSupervisor(
            settings: settings, time: time, controllers: StandardControllers(settings: ControllerSettings()),
            authority: identity.authority)
        var configuration = SupervisorFront.Configuration()
        configuration.identity = identity
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let front = SupervisorFront(supervisor, configuration: configuration, logger: Logger(label: "test")) { port in
            listening.yield(port)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await front.run() }
            group.addTask {
                for await port in ports {
                    let text = Kubeconfig.text(
                        try entries("https://127.0.0.1:\(port)", identity.authority),
                        authorityPEM: identity.authorityPEM)
                    try Kubeconfig.write(text, to: kubectl.kubeconfig)
                    try await body(kubectl)
                    return
                }
            }
            try await group.next()
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }
}
