internal import CoordinatorService
internal import FleetModel

/// Someone who follows the feed, keeps the position across restarts of the coordinator, and may be slow.
struct FeedReader: Sendable {
    let fleet: SimulatedFleet
    let number: Int

    private var isSlow: Bool { number > 0 }

    func run() async {
        let clock = SimulatedClock(scheduler: fleet.scheduler)
        var position: UInt64 = 0
        while !Task.isCancelled {
            guard let (coordinator, process) = fleet.coordinator(),
                let events = try? await coordinator.events(
                    after: position, filter: EventFilter(), limit: isSlow ? 3 : 200)
            else {
                try? await clock.sleep(for: .milliseconds(500))
                continue
            }
            // What a dead coordinator said never arrived.
            guard process.isAlive else { continue }
            fleet.history.read(events, by: number)
            if let last = events.last { position = last.position }
            if isSlow {
                try? await clock.sleep(for: .seconds(fleet.isCalmNow ? 1 : 4))
            } else if events.isEmpty {
                await coordinator.waitForEvents(after: position, timeout: .seconds(20))
            }
        }
    }
}
