internal import FleetModel
internal import FleetRuntime
package import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// SIGHUP: reads the settings anew and takes over what can change while running; keeps the old ones on an error.
package struct ReloadService<Plan: Sendable>: Service {
    private let notifier: ServiceNotifier
    private let read: @Sendable () throws -> Plan
    private let apply: @Sendable (Plan) throws -> Void
    private let logger: Logger

    /// `apply` takes over what it can, all or nothing.
    package init(
        notifier: ServiceNotifier, logger: Logger, read: @escaping @Sendable () throws -> Plan,
        apply: @escaping @Sendable (Plan) throws -> Void
    ) {
        self.notifier = notifier
        self.logger = logger
        self.read = read
        self.apply = apply
    }

    package func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            notifier.reloading()
            do {
                try apply(try read())
                logger.notice(
                    "configuration reloaded; keys that are not named in OPERATIONS.md wait for the next start")
                notifier.ready("configuration reloaded")
            } catch {
                logger.error("the old configuration stays", metadata: [LogKey.error: "\(error)"])
                notifier.ready(
                    "reload failed, the old configuration stays: \((error as? FleetError)?.message ?? "\(error)")")
            }
        }
    }
}
