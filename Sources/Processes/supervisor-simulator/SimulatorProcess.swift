internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import Logging
internal import ServerMain
internal import ServiceLifecycle
internal import SupervisorCluster
internal import SupervisorHTTP
internal import UnixSignals

/// Simulated Supervisors from their plan to their end.
struct SimulatorProcess {
    var plan: SimulatorPlan
    /// Reads the settings anew, for SIGHUP.
    var reload: @Sendable () throws(FleetError) -> SimulatorPlan

    func run() async throws {
        let level = LogLevel(plan.logLevel)
        ServerLog.start(level)
        let notifier = ServiceNotifier()
        let logger = Logger(label: "supervisor-simulator")
        var plan = plan
        // Token and authority belong to the process; objects to each Supervisor.
        let shared: StateFolder?
        if let path = plan.dataDir { shared = try StateFolder(path) } else { shared = nil }
        let token = try plan.token ?? shared?.token() ?? SystemEntropy().hexadecimal(bytes: 32)
        plan.token = token
        if plan.tls { plan.cluster.tokens = [.admin(token)] }
        var identity: ServerIdentity?
        if plan.tls {
            identity = try ServerIdentity(
                hosts: Set(["localhost", "127.0.0.1", plan.host]).sorted(), authority: shared?.authority())
        }
        var supervisors: [SimulatedSupervisor] = []
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        for index in 0..<plan.count {
            let folder = plan.count == 1 ? shared : try plan.folder(at: index).map { try StateFolder($0) }
            let log = folder?.changeLog()
            let supervisor = try supervisor(plan, index, folder, log, identity?.authority)
            if !plan.faults.isEmpty { _ = supervisor.handle(plan.faultRequest) }
            supervisors.append(supervisor)
            // Ended in reverse: the last snapshot holds what the last request changed.
            if let folder, let log {
                let keeper = StateKeeper(supervisor, folder: folder, log: log, logger: logger)
                try keeper.begin()
                services.append(.init(service: keeper))
            }
        }
        let failed = FailureNote()
        let announcer = Announcer(plan: plan, identity: identity, failed: failed, notifier: notifier)
        for front in fronts(plan, supervisors, identity, logger, announcer) {
            services.append(.init(service: front, successTerminationBehavior: .gracefullyShutdownGroup))
        }
        services.append(
            .init(
                service: ReloadService(notifier: notifier, logger: logger, read: reload) { new in
                    level.set(new.logLevel)
                }))
        // That it is told at all shows that the process runs; requests of its own would use up faults that are counted.
        services.append(.init(service: WatchdogService(notifier: notifier) { true }))
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        defer { notifier.stopping() }
        try await group.run()
        if let failure = failed.text { throw FleetError(.internalError, failure) }
    }

    private func fronts(
        _ plan: SimulatorPlan, _ supervisors: [SimulatedSupervisor], _ identity: ServerIdentity?, _ logger: Logger,
        _ announcer: Announcer
    ) -> [SupervisorFront] {
        var configuration = SupervisorFront.Configuration()
        configuration.host = plan.host
        configuration.port = plan.port
        configuration.identity = identity
        if plan.isPrefixed {
            return [
                SupervisorFront(prefixed: supervisors, configuration: configuration, logger: logger) { port in
                    for index in supervisors.indices { announcer.listening(index, port: port) }
                }
            ]
        }
        return supervisors.enumerated().map { index, supervisor in
            var own = configuration
            if plan.port != 0 { own.port = plan.port + index }
            return SupervisorFront(supervisor, configuration: own, logger: logger) { port in
                announcer.listening(index, port: port)
            }
        }
    }

    private func supervisor(
        _ plan: SimulatorPlan, _ index: Int, _ folder: StateFolder?, _ log: ChangeLog?,
        _ authority: CertificateAuthority?
    ) throws -> SimulatedSupervisor {
        let time = TimeSource(clock: ContinuousClock(), wall: ServerLog.now)
        let settings = plan.settings(at: index)
        let controllers = StandardControllers(settings: plan.controllers)
        if let snapshot = try folder?.snapshot(moid: settings.moid) {
            return SimulatedSupervisor(
                settings: settings, restoring: snapshot, time: time, controllers: controllers, log: log,
                webhooks: WebhookClient.ask, authority: authority)
        }
        return SimulatedSupervisor(
            settings: settings, time: time, controllers: controllers, log: log, webhooks: WebhookClient.ask,
            authority: authority)
    }
}
