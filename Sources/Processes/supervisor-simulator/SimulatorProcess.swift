internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import Logging
internal import ServerMain
internal import ServiceLifecycle
internal import SupervisorCluster
internal import SupervisorHTTP
internal import UnixSignals

/// One simulated Supervisor from its plan to its end.
struct SimulatorProcess {
    var plan: SimulatorPlan

    func run() async throws {
        ServerLog.start(LogLevel(plan.logLevel))
        let logger = Logger(label: "supervisor-simulator")
        var plan = plan
        let folder: StateFolder?
        if let path = plan.dataDir { folder = try StateFolder(path) } else { folder = nil }
        let token = try plan.token ?? folder?.token() ?? SystemEntropy().hexadecimal(bytes: 32)
        plan.token = token
        if plan.tls { plan.cluster.tokens = [.admin(token)] }
        let supervisor = try supervisor(plan, folder)
        if !plan.faults.isEmpty { _ = supervisor.handle(plan.faultRequest) }

        var configuration = SupervisorFront.Configuration()
        configuration.host = plan.host
        configuration.port = plan.port
        if plan.tls {
            configuration.identity = try ServerIdentity(
                hosts: Set(["localhost", "127.0.0.1", plan.host]).sorted(), authority: folder?.authority())
        }
        let authority = configuration.identity?.authorityPEM
        let failed = FailureNote()
        let front = SupervisorFront(supervisor, configuration: configuration, logger: logger) { [plan] port in
            do { try Self.announce(plan, port: port, authority: authority) } catch {
                failed.set(
                    "cannot announce the server (kubeconfig: \(plan.kubeconfigOut ?? "none")): \(error)")
                kill(getpid(), SIGTERM)
            }
        }
        // Ended in reverse: the last snapshot holds what the last request changed.
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        if let folder { services.append(.init(service: StateKeeper(supervisor, folder: folder, logger: logger))) }
        services.append(.init(service: front, successTerminationBehavior: .gracefullyShutdownGroup))
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
        if let failure = failed.text { throw FleetError(.internalError, failure) }
    }

    private func supervisor(_ plan: SimulatorPlan, _ folder: StateFolder?) throws -> SimulatedSupervisor {
        let time = TimeSource(clock: ContinuousClock(), wall: ServerLog.now)
        let controllers = StandardControllers(settings: plan.controllers)
        if let snapshot = try folder?.snapshot(moid: plan.cluster.moid) {
            return SimulatedSupervisor(
                settings: plan.cluster, restoring: snapshot, time: time, controllers: controllers)
        }
        return SimulatedSupervisor(settings: plan.cluster, time: time, controllers: controllers)
    }

    private static func announce(_ plan: SimulatorPlan, port: Int, authority: String?) throws {
        let server = "\(plan.tls ? "https" : "http")://\(plan.host):\(port)"
        if let output = plan.kubeconfigOut {
            let text = Kubeconfig.text(
                server: server, name: plan.cluster.moid, token: plan.token ?? "", authorityPEM: authority)
            try Kubeconfig.write(text, to: output)
        }
        // Not `print`, which keeps the line back when standard output is a file or a pipe.
        try FileHandle.standardOutput.write(contentsOf: Data("listening on \(server)\n".utf8))
    }
}
