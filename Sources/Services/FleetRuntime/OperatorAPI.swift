package import FleetModel

/// What both ends of the operators' HTTP interface agree on: paths, headers, envelopes, limits.
package enum OperatorAPI {
    /// On every document the CLI prints.
    package static let version = "flotilla.dev/v1"
    /// Where the coordinator listens and the CLI looks when nothing else is said.
    package static let defaultSocketPath = "/run/flotilla/operator.sock"

    /// Sent with every answer: the newest event's position when the answer was made.
    package static let positionHeader = "Flotilla-Position"

    /// A page of the feed never holds more events.
    package static let maximumPage = 1000
    /// A command with its package documents and values; larger bodies are refused with 413.
    package static let maximumBodyBytes = 16 << 20
    /// No answer to a question is waited for longer.
    package static let maximumAskSeconds = 120
    /// A conditional request waits no longer for a change.
    package static let maximumWaitSeconds = 60
}

/// Body of `POST /v1/commands`.
package struct CommandEnvelope: Codable, Sendable, Hashable {
    package var id: CommandID
    package var command: FleetCommand
    package init(id: CommandID, command: FleetCommand) {
        self.id = id
        self.command = command
    }
}

/// Body of every refusal.
package struct ErrorDocument: Codable, Sendable, Hashable {
    package var error: FleetError
    package init(error: FleetError) { self.error = error }
}

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

/// Body of `GET /v1/installs/<supervisor>/<service>/values`.
package struct ValuesDocument: Codable, Sendable, Hashable {
    package var key: InstallKey
    package var values: String
    package init(key: InstallKey, values: String) {
        self.key = key
        self.values = values
    }
}

/// A list as the interface carries it, so that fields can be added beside the items.
package struct ItemList<Item: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
    package var items: [Item]
    package init(items: [Item]) { self.items = items }
}
