internal import ServiceLifecycle

/// Tells systemd's watchdog that the process still does what it is for, as long as it does.
package struct WatchdogService: Service {
    private let notifier: ServiceNotifier
    private let isServing: @Sendable () async -> Bool

    package init(notifier: ServiceNotifier, isServing: @escaping @Sendable () async -> Bool) {
        self.notifier = notifier
        self.isServing = isServing
    }

    package func run() async throws {
        guard let interval = notifier.watchdogInterval else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                if await isServing() { notifier.alive() }
            }
        }
    }
}
