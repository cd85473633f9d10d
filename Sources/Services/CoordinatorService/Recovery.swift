internal import FleetControl
internal import FleetModel
internal import FleetRuntime

/// Reads the state back: snapshot, then every record after it, then the record of this start.
struct Recovery {
    private static let page = 1_000

    let journal: any Journal
    private(set) var first: UInt64 = 1
    /// Set when the journal can be read but not understood.
    private(set) var error: FleetError?

    init(journal: any Journal) { self.journal = journal }

    mutating func replay(version: String, at: Timestamp) async throws(JournalError) -> FleetState {
        var state = FleetState()
        try Failpoint.coordinatorRecover.failStorage()
        if let snapshot = try await journal.snapshot() { state = try restored(snapshot) }
        let last = try await journal.lastPosition()
        first = try await journal.firstPosition()
        guard state.position <= last else {
            throw .damaged(
                position: last + 1, detail: "the record is missing: the snapshot was made at \(state.position)")
        }
        guard first <= state.position + 1 else {
            throw .damaged(
                position: state.position + 1,
                detail:
                    "the record is missing: the journal begins at \(first), the snapshot was made at \(state.position)")
        }
        while state.position < last {
            let page = try await journal.records(from: state.position + 1, limit: Self.page)
            guard !page.isEmpty else { throw .damaged(position: state.position + 1, detail: "the record is missing") }
            for stored in page {
                do throws(FleetError) {
                    if let record = try RecordCodec.record(stored) {
                        state.fold(record, at: stored.at, position: stored.position)
                    } else {
                        state.skip(to: stored.position)
                    }
                } catch {
                    self.error = error
                    throw .damaged(position: stored.position, detail: "\(error)")
                }
            }
        }
        try Failpoint.coordinatorReplayed.failStorage()
        let records = state.take([.coordinatorStarted(.init(version: version))], at: at)
        var entries: [JournalEntry] = []
        do throws(FleetError) {
            for record in records { entries.append(try RecordCodec.entry(record, at: at, raw: nil)) }
        } catch {
            self.error = error
            throw .closed
        }
        _ = try await journal.append(entries, after: last)
        return state
    }

    private mutating func restored(_ snapshot: JournalSnapshot) throws(JournalError) -> FleetState {
        guard snapshot.format <= FleetState.snapshotFormat else {
            error = FleetError(
                .unsupported, "the snapshot was written by a newer version",
                reason: "its format is \(snapshot.format), this version reads \(FleetState.snapshotFormat)",
                next: "start the newer version again")
            throw .closed
        }
        do {
            return try FleetState(snapshot: snapshot.payload)
        } catch {
            throw .damaged(position: snapshot.position, detail: "the snapshot cannot be read: \(error)")
        }
    }
}
