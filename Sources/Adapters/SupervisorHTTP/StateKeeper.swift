internal import FleetModel
internal import FleetRuntime
package import Logging
internal import ServiceLifecycle
internal import SupervisorCluster

/// Writes a Supervisor's snapshot every few seconds when something changed, and once more at the end.
package struct StateKeeper: Service {
    /// What a crash may lose.
    package static let period = Duration.seconds(2)

    private let supervisor: SimulatedSupervisor
    private let folder: StateFolder
    private let logger: Logger

    package init(_ supervisor: SimulatedSupervisor, folder: StateFolder, logger: Logger) {
        self.supervisor = supervisor
        self.folder = folder
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var written = -1
            while !Task.isCancelled {
                written = save(after: written)
                try? await supervisor.time.sleep(for: Self.period)
            }
        }
        _ = save(after: -1)
    }

    /// Writes when the cluster is past `revision`; returns the revision that is on disk.
    private func save(after revision: Int) -> Int {
        let snapshot = supervisor.read { state in state.revision == revision ? nil : state.snapshot }
        guard let snapshot else { return revision }
        do {
            try folder.save(snapshot)
            return snapshot.revision
        } catch {
            logger.error("state not saved", metadata: ["error": "\(error)"])
            return revision
        }
    }
}
