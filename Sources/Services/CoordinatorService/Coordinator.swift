internal import AgentLink
internal import FleetControl
package import FleetModel
package import FleetRuntime
package import Logging
internal import Metrics
internal import ServiceLifecycle
internal import Synchronization

/// The coordinator without HTTP: sequences commands and reports through its journal, keeps agents at what is wanted,
/// and hands out the feed.
///
/// Make it with `recovered`, then `run` it. One sequencer decides on `working` state, appends, and only then publishes:
/// nothing is acknowledged, dispatched or shown before it is on disk (contract C1).
package final class Coordinator: OperatorBackend, Service {
    /// One thing to decide; `done` is told once its records are on disk, or why not.
    struct Work: Sendable {
        struct Decided: Sendable {
            var records: [FleetRecord]
            /// Position of the last of `records`, without what followed from them.
            var position: UInt64 = 0
        }
        var decide: @Sendable (FleetState, Timestamp) throws(FleetError) -> [FleetRecord]
        /// Reports as received, by sequence.
        var raw: [UInt64: [UInt8]] = [:]
        var done: @Sendable (Result<Decided, FleetError>) -> Void
    }

    let configuration: CoordinatorConfiguration
    let journal: any Journal
    let content: any ContentStore
    let hub: any HubTransport
    let time: TimeSource
    let log: Logger

    let work: WorkQueue<Work>
    let published: Mutex<Published>
    let sessions: Mutex<Sessions>
    let waiters = Mutex(Waiters())
    let refusals = Mutex(RefusalCounts())
    let contentReads = WorkQueue<ContentRead>(limit: 10_000)
    let leases = ContentLeases()
    let maintenance = WorkQueue<FleetState>(limit: 1)
    let failure = Mutex<FleetError?>(nil)
    let startedAt: Timestamp
    /// Bytes of the last snapshot of this run.
    let snapshotSize = Atomic<Int>(0)
    let reportCount = Counter(label: MetricName.reports)

    /// Opens the journal's state: snapshot, replay, and a record of the start. Throws when the journal is damaged.
    package static func recovered(
        configuration: CoordinatorConfiguration, journal: any Journal, content: any ContentStore,
        hub: any HubTransport, time: TimeSource, log: Logger
    ) async throws(FleetError) -> Coordinator {
        var recovery = Recovery(journal: journal)
        let state: FleetState
        do throws(JournalError) {
            state = try await recovery.replay(version: configuration.version, at: time.now)
            _ = try await content.retain(only: state.referencedContent)
        } catch {
            throw recovery.error ?? error.fleetError
        }
        log.info("journal replayed", metadata: [LogKey.position: "\(state.position)"])
        let coordinator = Coordinator(
            configuration: configuration, journal: journal, content: content, hub: hub, time: time, log: log,
            state: state, firstPosition: recovery.first)
        coordinator.admit(state)
        return coordinator
    }

    private init(
        configuration: CoordinatorConfiguration, journal: any Journal, content: any ContentStore,
        hub: any HubTransport, time: TimeSource, log: Logger, state: FleetState, firstPosition: UInt64
    ) {
        self.configuration = configuration
        self.journal = journal
        self.content = content
        self.hub = hub
        self.time = time
        self.log = log
        startedAt = time.now
        work = WorkQueue(limit: configuration.waitingWork)
        published = Mutex(
            Published(state: state, firstPosition: firstPosition, limit: configuration.recentEvents))
        sessions = Mutex(
            Sessions(
                firstEpoch: configuration.term?.firstEpoch
                    ?? Sessions.firstEpoch(position: state.position, at: time.now)))
    }

    /// Runs until graceful shutdown or until the journal fails, which is thrown: the process must end then.
    package func run() async throws {
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await drive()
            } onGracefulShutdown: {
                self.stop()
            }
        } onCancel: {
            self.stop()
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    private func drive() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.maintain() }
            group.addTask { await self.serveContent() }
            group.addTask { await self.proveHistory() }
            group.addTask { await self.listen() }
            group.addTask {
                await withDiscardingTaskGroup { timers in
                    timers.addTask { await self.tick() }
                    timers.addTask { await self.giveUpAwaited() }
                    await self.sequence()
                    timers.cancelAll()
                }
                self.stop()
            }
        }
    }

    /// Takes no more work, tells agents goodbye and lets what waits be finished.
    package func stop() {
        let at = time.now
        let farewells = sessions.withLock { $0.closeAll(at: at) }
        for (supervisor, actions) in farewells { run(actions, for: supervisor, at: at) }
        work.close()
        contentReads.close()
        maintenance.close()
        hub.close()
        wakeAll()
    }

    /// The journal or the agents' sockets failed: nothing further can be promised.
    func fail(_ error: FleetError) {
        log.critical("the coordinator stops", metadata: [LogKey.error: "\(error)"])
        failure.withLock { $0 = $0 ?? error }
    }
}

extension Coordinator {
    /// After a write that the disk refused nothing that is written later can be trusted to be there: the process ends,
    /// whatever the write was for, and its service manager starts it anew.
    func endIfDiskFailed(_ error: JournalError) {
        guard case .storage = error else { return }
        fail(error.fleetError)
        stop()
    }
}
