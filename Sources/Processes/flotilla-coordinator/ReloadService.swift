internal import FleetModel
internal import FleetRuntime
internal import Logging
internal import ServerMain
internal import ServiceLifecycle
internal import Settings
internal import UnixSignals

/// SIGHUP: reads the settings anew and takes over what can change while running; keeps the old ones on an error.
struct ReloadService: Service {
    let notifier: ServiceNotifier
    let level: LogLevel
    let read: @Sendable () throws(FleetError) -> CoordinatorSettings
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            notifier.reloading()
            do throws(FleetError) {
                let settings = try read()
                level.set(settings.logLevel)
                logger.notice("configuration reloaded: log.level; other keys take effect at the next start")
                notifier.ready("configuration reloaded")
            } catch {
                logger.error("the old configuration stays", metadata: [LogKey.error: "\(error)"])
                notifier.ready("reload failed, the old configuration stays: \(error.message)")
            }
        }
    }
}
