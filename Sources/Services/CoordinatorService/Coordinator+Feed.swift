internal import Synchronization
internal import FleetControl
package import FleetModel
internal import FleetRuntime

extension Coordinator {
    /// Records read from the journal at once.
    private static let feedPage = 1_000
    /// Most events of one answer.
    private static let feedLimit = 10_000

    package func events(
        after position: UInt64, filter: EventFilter, limit: Int
    ) async throws(FleetError) -> [FleetEvent] {
        let limit = min(max(1, limit), Self.feedLimit)
        if let recent = published.withLock({ $0.events(after: position, filter: filter, limit: limit) }) {
            return recent
        }
        var events: [FleetEvent] = []
        var after = position
        while events.count < limit {
            var page: [JournalRecord]
            do throws(JournalError) {
                try Failpoint.coordinatorFeedRead.failStorage()
                page = try await journal.records(from: after + 1, limit: Self.feedPage)
                if Sabotage.isActive(.reorderOldFeed), page.count > 1 { page.swapAt(0, 1) }
            } catch {
                guard case .trimmed(let first) = error else { throw error.fleetError }
                events.append(gap(from: after + 1, first: first))
                after = first - 1
                continue
            }
            // Only what is published may be shown; the journal may be a batch ahead.
            let last = published.withLock { $0.state.position }
            for stored in page where stored.position <= last && events.count < limit {
                after = stored.position
                guard let event = try RecordCodec.record(stored)?.event(at: stored.at, position: stored.position),
                    filter.admits(event)
                else { continue }
                events.append(event)
            }
            if page.count < Self.feedPage || after >= last { break }
        }
        return events
    }

    /// Stands for what retention removed (contract C3); no filter hides it.
    private func gap(from: UInt64, first: UInt64) -> FleetEvent {
        FleetEvent(
            position: first - 1, at: time.now, severity: .warning, reason: "Gap",
            message: "events \(from) to \(first - 1) were removed by retention")
    }

    package func lastEventPosition() async -> UInt64 { published.withLock { $0.lastEvent } }

    /// How soon a reader may ask again of a coordinator that stops: it has nothing more to wait for.
    private static let stoppingPause = Duration.milliseconds(200)

    package func waitForEvents(after position: UInt64, timeout: Duration) async {
        guard !waiters.withLock({ $0.isClosed }) else {
            try? await time.sleep(for: min(timeout, Self.stoppingPause))
            return
        }
        let id = waiters.withLock { $0.newID() }
        await withDiscardingTaskGroup { group in
            group.addTask {
                try? await self.time.sleep(for: timeout)
                self.waiters.withLock { $0.cancel(id) }?.resume()
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    // Added first, looked at second: an event published in between finds the waiter.
                    let isAdded = waiters.withLock { $0.add(id, after: position, continuation) }
                    guard isAdded else {
                        continuation.resume()
                        return
                    }
                    if published.withLock({ $0.lastEvent > position }) {
                        waiters.withLock { $0.cancel(id) }?.resume()
                    }
                }
            } onCancel: {
                waiters.withLock { $0.cancel(id) }?.resume()
            }
            group.cancelAll()
        }
        waiters.withLock { $0.forget(id) }
    }

    func wake(upTo position: UInt64) {
        for continuation in waiters.withLock({ $0.due(upTo: position) }) { continuation.resume() }
    }

    func wakeAll() {
        for continuation in waiters.withLock({ $0.close() }) { continuation.resume() }
    }
}
