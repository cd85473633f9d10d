internal import CoordinatorService
internal import FleetModel
internal import ServiceLifecycle

/// Tells systemd's watchdog that the coordinator still answers, as long as it does.
struct WatchdogService: Service {
    let notifier: ServiceNotifier
    let backend: any OperatorBackend

    func run() async throws {
        guard let interval = notifier.watchdogInterval else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                let status = await backend.status()
                if status.isServing { notifier.alive() }
            }
        }
    }
}
