internal import FleetModel
internal import FleetRuntime
internal import FoundationEssentials

/// The single writer of the agent's journal, and the state folded from it.
///
/// Commits are made one after the other, each against the state the one before left; nothing is visible, sent or acted
/// on before it is on disk.
actor AgentStore {
    private static let snapshotFormat = 1
    private static let replayBatch = 512

    private let journal: any Journal
    private let time: TimeSource
    private let limits: AgentLimits
    private(set) var state = AgentState()
    private var position: UInt64 = 0
    private var sinceSnapshot = 0
    private var isBusy = false
    private var waiters: [CheckedContinuation<Void, Never>] = []
    /// Reports that only inform, on their way to the disk with the next commit.
    private var informing: [Informing] = []
    /// What the coordinator has said it keeps and the disk does not say yet; written with the next commit.
    private var acknowledgement: UInt64?
    /// Rung when something begins to wait for a commit.
    nonisolated let news = Alarm()

    /// What waits for the next commit without anybody waiting for it.
    enum Unwritten: Sendable {
        case nothing
        case acknowledgement
        /// Reports that only inform, perhaps an acknowledgement too.
        case reports
    }

    private struct Informing {
        var body: AgentReport.Body
        var service: ServiceID
        var generation: UInt64
        var at: Timestamp
    }

    init(journal: any Journal, time: TimeSource, limits: AgentLimits) {
        self.journal = journal
        self.time = time
        self.limits = limits
    }

    /// Snapshot and replay; the first start draws an incarnation.
    func load(incarnation: UInt64) async throws {
        try Failpoint.agentLoad.failStorage()
        (state, position) = try await Self.fold(journal)
        if state.incarnation == 0 { try await commit { $0.add(.incarnation(incarnation)) } }
        // Kept from an earlier process that reached nobody.
        if state.untoldAfter == nil { try await commit { $0.add(.untold(after: $0.state.lastSequence)) } }
    }

    /// The state a journal comes to, and its last position.
    static func fold(_ journal: any Journal) async throws -> (state: AgentState, position: UInt64) {
        var state = AgentState()
        var position: UInt64 = 0
        if let snapshot = try await journal.snapshot() {
            guard snapshot.format == snapshotFormat else {
                throw FleetError(
                    .unsupported, "the agent's journal has a snapshot of format \(snapshot.format)",
                    reason: "this agent reads format \(snapshotFormat)",
                    next: "run the agent version that wrote it, or a newer one")
            }
            state = try JSONDecoder().decode(AgentState.self, from: Data(snapshot.payload))
            position = snapshot.position
            let last = try await journal.lastPosition()
            guard position <= last else {
                throw JournalError.damaged(
                    position: last + 1, detail: "the record is missing: the snapshot was made at \(position)")
            }
        }
        while true {
            let records = try await journal.records(from: position + 1, limit: replayBatch)
            guard let last = records.last else { break }
            for record in records { try replay(record, into: &state) }
            position = last.position
        }
        return (state, position)
    }

    /// Builds records against the current state and returns once they are on disk and applied.
    @discardableResult
    func commit<Result: Sendable>(
        _ build: @Sendable (inout AgentDraft) -> Result
    ) async throws(JournalError) -> Result {
        await acquire()
        defer { release() }
        var records = unwrittenRecords()
        let own: [AgentRecord]
        let result: Result
        if records.isEmpty {
            (own, result) = Self.draft(state, time.now, limits, build)
        } else {
            // What waited goes first, in the same append: until that is on disk only `build` sees what it leads to.
            var next = state
            for record in records { next.apply(record) }
            (own, result) = Self.draft(next, time.now, limits, build)
        }
        records += own
        guard !records.isEmpty else { return result }
        let entries = try records.map { record throws(JournalError) in try entry(record) }
        try Failpoint.agentCommit.failStorage()
        position = try await journal.append(entries, after: position)
        try Failpoint.agentCommitted.failStorage()
        for record in records { state.apply(record) }
        sinceSnapshot += records.count
        if sinceSnapshot >= limits.recordsPerSnapshot { try await saveSnapshot() }
        return result
    }

    /// Puts a report that only informs into the outbox without waiting for the disk: the work it tells of need not wait
    /// either, and several become one append. Whatever is committed later stands behind it.
    func inform(_ body: AgentReport.Body, service: ServiceID, generation: UInt64) {
        informing.append(Informing(body: body, service: service, generation: generation, at: time.now))
        if informing.count == 1 { news.ring() }
    }

    /// The coordinator keeps the reports up to `through`: they leave the outbox at once. The disk may learn it later,
    /// with whatever is committed next: until then a new process tells them again, and the coordinator knows them.
    func acknowledge(through: UInt64) async {
        await acquire()
        defer { release() }
        guard through > state.acknowledged else { return }
        state.apply(.acknowledged(through: through))
        if unwritten == .nothing { news.ring() }
        acknowledgement = state.acknowledged
    }

    var unwritten: Unwritten {
        informing.isEmpty ? (acknowledgement == nil ? .nothing : .acknowledgement) : .reports
    }

    private func unwrittenRecords() -> [AgentRecord] {
        var draft = AgentDraft(state: state, now: time.now)
        if let acknowledgement { draft.add(.acknowledged(through: acknowledgement)) }
        acknowledgement = nil
        for item in informing {
            draft.report(item.body, service: item.service, generation: item.generation, at: item.at)
        }
        informing = []
        return draft.records
    }

    func saveSnapshot() async throws(JournalError) {
        try Failpoint.agentSnapshot.failStorage()
        let payload: [UInt8]
        do {
            payload = Array(try JSONEncoder().encode(state))
        } catch {
            throw .storage(detail: "the agent's state cannot be encoded: \(error)")
        }
        try await journal.save(
            JournalSnapshot(position: position, format: Self.snapshotFormat, payload: payload))
        try await journal.trim(before: position + 1)
        sinceSnapshot = 0
    }

    private static func replay(_ record: JournalRecord, into state: inout AgentState) throws {
        switch record.kind {
        case "incarnation", "desired", "report", "acknowledged", "compacted", "applied", "gone", "forgotten",
            "untold", "served":
            state.apply(try JSONDecoder().decode(AgentRecord.self, from: Data(record.payload)))
        default: break
        }
    }

    private static func draft<Result>(
        _ state: AgentState, _ now: Timestamp, _ limits: AgentLimits, _ build: (inout AgentDraft) -> Result
    ) -> ([AgentRecord], Result) {
        var draft = AgentDraft(state: state, now: now)
        let result = build(&draft)
        if state.outbox.count > limits.outboxReports, let last = state.outbox.last {
            draft.add(.compacted(through: last.sequence))
        }
        return (draft.records, result)
    }

    private func entry(_ record: AgentRecord) throws(JournalError) -> JournalEntry {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return JournalEntry(at: time.now, kind: record.kind, payload: Array(try encoder.encode(record)))
        } catch {
            throw .storage(detail: "a record cannot be encoded: \(error)")
        }
    }

    private func acquire() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiters.append($0) }
    }

    private func release() {
        guard waiters.isEmpty else {
            waiters.removeFirst().resume()
            return
        }
        isBusy = false
    }
}
