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
