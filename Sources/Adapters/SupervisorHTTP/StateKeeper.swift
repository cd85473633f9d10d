package import FleetModel
internal import FleetRuntime
package import Logging
internal import ServiceLifecycle
internal import SupervisorCluster

/// Keeps a Supervisor's state on disk: a snapshot at the start, when the change log has grown, and at the end.
package struct StateKeeper: Service {
    /// What a power failure may lose; a killed process loses nothing.
    package static let period = Duration.seconds(2)
    /// Bytes of changes that bring the next snapshot.
    package static let changeBytes = 8 << 20

    private let supervisor: SimulatedSupervisor
    private let folder: StateFolder
    private let log: ChangeLog
    private let logger: Logger

    package init(_ supervisor: SimulatedSupervisor, folder: StateFolder, log: ChangeLog, logger: Logger) {
        self.supervisor = supervisor
        self.folder = folder
        self.log = log
        self.logger = logger
    }

    /// The first snapshot; to be called before anybody is answered.
    package func begin() throws(FleetError) {
        let (snapshot, failure) = supervisor.read { state in
            let snapshot = state.snapshot
            do throws(FleetError) { try log.begin(at: snapshot.revision) } catch { return (snapshot, Optional(error)) }
            return (snapshot, nil)
        }
        if let failure { throw failure }
        try folder.save(snapshot)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await supervisor.time.sleep(for: Self.period)
                if let failure = log.takeFailure() {
                    logger.error("change not kept", metadata: ["error": "\(failure)"])
                    save()
                } else if log.bytes >= Self.changeBytes {
                    save()
                } else {
                    log.flush()
                }
            }
        }
        save()
    }

    private func save() {
        do { try begin() } catch { logger.error("state not saved", metadata: ["error": "\(error)"]) }
    }
}
