internal import CoordinatorService
internal import FleetModel

/// Someone who follows the feed, keeps the position across restarts of the coordinator, and may be slow.
struct FeedReader: Sendable {
    let fleet: SimulatedFleet
    let number: Int

    private var isSlow: Bool { number > 0 }

    /// The whole feed in small pieces, as someone reads it who was never there.
    func readAll() async -> [FleetEvent]? {
        var random = SimulationRandom(seed: fleet.settings.seed, stream: "reader \(number)")
        var all: [FleetEvent] = []
        while let (coordinator, _) = fleet.coordinator() {
            guard
                let events = try? await coordinator.events(
                    after: all.last?.position ?? 0, filter: EventFilter(), limit: random.number(1...9))
            else { return nil }
            guard !events.isEmpty else { return all }
            all += events
        }
        return nil
    }

    func run() async {
        let clock = SimulatedClock(scheduler: fleet.scheduler)
        var position: UInt64 = 0
        var restores = 0
        while !Task.isCancelled {
            // A journal restored from a copy is another history; readers are told to begin anew.
            if fleet.history.restores.count != restores {
                restores = fleet.history.restores.count
                position = 0
            }
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
