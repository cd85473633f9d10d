/// One thing that does not hold, or that a person should know, as `flotilla verify` reports it.
package struct Finding: Hashable, Codable, Sendable {
    package enum Severity: String, Codable, Sendable {
        /// A promise of the contract is broken, or the journal is damaged.
        case broken
        /// Wanted, applied and observed differ; may be on its way.
        case differs
        /// Worth knowing: data that was kept, history that retention removed.
        case note
    }

    package var severity: Severity
    /// A stable word: `command.doubled`, `feed.gap`, `outcome.doubled`.
    package var kind: String
    /// What it is about: `harbor@sv-oslo`, `task/t-7`, `journal of sv-oslo`.
    package var object: String
    package var detail: String
    /// The journal position where it shows.
    package var position: UInt64?
    package var next: String

    package init(
        _ severity: Severity, _ kind: String, _ object: String, _ detail: String, position: UInt64? = nil,
        next: String = ""
    ) {
        self.severity = severity
        self.kind = kind
        self.object = object
        self.detail = detail
        self.position = position
        self.next = next
    }
}
