package import FleetModel

/// Body of `GET /v1/events`.
package struct EventPage: Codable, Sendable, Hashable {
    package var events: [FleetEvent]
    /// Ask with `after=` this to go on, also when the page is empty or was filtered.
    package var next: UInt64
    /// Position of the newest event of the feed.
    package var last: UInt64
    package init(events: [FleetEvent], next: UInt64, last: UInt64) {
        self.events = events
        self.next = next
        self.last = last
    }
}
