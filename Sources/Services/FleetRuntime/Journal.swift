package import FleetModel

/// One record as it is stored: an opaque payload at a position. Positions start at 1 and have no holes.
package struct JournalRecord: Hashable, Sendable {
    package var position: UInt64
    package var at: Timestamp
    /// A stable word that says how `payload` is read; unknown kinds are kept and skipped by readers.
    package var kind: String
    package var payload: [UInt8]

    package init(position: UInt64, at: Timestamp, kind: String, payload: [UInt8]) {
        self.position = position
        self.at = at
        self.kind = kind
        self.payload = payload
    }
}

/// A record not yet stored.
package struct JournalEntry: Hashable, Sendable {
    package var at: Timestamp
    package var kind: String
    package var payload: [UInt8]

    package init(at: Timestamp, kind: String, payload: [UInt8]) {
        self.at = at
        self.kind = kind
        self.payload = payload
    }
}

/// The folded state up to and including `position`.
package struct JournalSnapshot: Hashable, Sendable {
    package var position: UInt64
    /// Version of the snapshot's own format.
    package var format: Int
    package var payload: [UInt8]

    package init(position: UInt64, format: Int, payload: [UInt8]) {
        self.position = position
        self.format = format
        self.payload = payload
    }
}

package enum JournalError: Error, Hashable, Sendable {
    /// Another writer appended: the journal ends at `actual`, not at `expected`.
    case fenced(expected: UInt64, actual: UInt64)
    /// A checksum or the chain of hashes does not hold at this position.
    case damaged(position: UInt64, detail: String)
    /// The disk refused (full, IO error). A failed fsync must stop the process, never be retried.
    case storage(detail: String)
    /// Records before `first` were trimmed by retention.
    case trimmed(first: UInt64)
    case closed
}

/// The process's one journal: append-only, durable before it answers.
///
/// Implementations: `SQLiteJournal` and `InMemoryJournal`; one contract suite runs over both.
package protocol Journal: Sendable {
    /// The latest snapshot, if any. Reading verifies checksums.
    func snapshot() async throws(JournalError) -> JournalSnapshot?
    /// Position of the last record; 0 when empty.
    func lastPosition() async throws(JournalError) -> UInt64
    /// Position of the first record still kept.
    func firstPosition() async throws(JournalError) -> UInt64
    /// Up to `limit` records from `position` on, in order. Throws `trimmed` when `position` is no longer kept.
    func records(from position: UInt64, limit: Int) async throws(JournalError) -> [JournalRecord]
    /// Appends all or nothing after `expected`, and returns the last position once it is on disk (fsync).
    ///
    /// Concurrent callers may be served by one fsync, in call order.
    func append(_ entries: [JournalEntry], after expected: UInt64) async throws(JournalError) -> UInt64
    func save(_ snapshot: JournalSnapshot) async throws(JournalError)
    /// Forgets records before `position` (they are covered by a snapshot).
    func trim(before position: UInt64) async throws(JournalError)
    func close() async
}
