internal import FleetControl
internal import FleetModel

/// What readers see: the state and the newest events, both on disk already.
struct Published: Sendable {
    private(set) var state: FleetState
    /// Position of the first record the journal still has.
    var firstPosition: UInt64
    /// Every event after this position is in `recent`.
    private(set) var recentAfter: UInt64
    private(set) var recent: [FleetEvent] = []
    private(set) var lastEvent: UInt64
    private let limit: Int

    init(state: FleetState, firstPosition: UInt64, limit: Int) {
        self.state = state
        self.firstPosition = firstPosition
        self.limit = max(1, limit)
        recentAfter = state.position
        lastEvent = state.position
    }

    mutating func publish(_ records: [FleetRecord], at: Timestamp) {
        for record in records {
            let position = state.position + 1
            state.fold(record, at: at, position: position)
            guard let event = record.event(at: at, position: position) else { continue }
            recent.append(event)
            lastEvent = position
        }
        // Forgets in blocks, so that the shift of the array is paid once per block.
        guard recent.count >= limit * 2 else { return }
        let surplus = recent.count - limit
        recentAfter = recent[surplus - (Sabotage.isActive(.loseEventAtSeam) ? 2 : 1)].position
        recent.removeFirst(surplus)
    }

    /// Recent events after a position, by binary search; nil when older ones are needed from the journal.
    func events(after position: UInt64, filter: EventFilter, limit: Int) -> [FleetEvent]? {
        guard position >= recentAfter else { return nil }
        var low = 0
        var high = recent.count
        while low < high {
            let middle = (low + high) / 2
            if recent[middle].position <= position { low = middle + 1 } else { high = middle }
        }
        var found: [FleetEvent] = []
        for event in recent[low...] where filter.admits(event) {
            found.append(event)
            if found.count == limit { break }
        }
        return found
    }
}
