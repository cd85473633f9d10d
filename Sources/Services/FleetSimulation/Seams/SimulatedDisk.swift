package import FleetModel
package import FleetRuntime
internal import Synchronization

/// One machine's disk: what is on it, what waits for its fsync, and a tape of everything that ever got onto it.
///
/// Writes are carried out one after the other. One that was not synced when its process was killed is on the disk or
/// not, by the seed; after the first that is not, none is (a torn write is found by its checksum and rolled back, as
/// SQLite's log does).
package final class SimulatedDisk: Sendable {
    /// A record and when it was on the disk. The tape is never trimmed: it is what the checkers read.
    package struct Taped: Sendable {
        package var record: JournalRecord
        package var at: Duration
    }

    enum Operation: Sendable {
        case append([JournalEntry], after: UInt64)
        case save(JournalSnapshot)
        case trim(before: UInt64)
        case put([UInt8], ContentDigest)
        case retain(Set<ContentDigest>)

        var needsSpace: Bool {
            switch self {
            case .append, .save, .put: true
            case .trim, .retain: false
            }
        }
    }

    private struct Pending: Sendable {
        var id: UInt64
        var operation: Operation
        var process: SimulatedProcess
        var parking: Parking<Result<UInt64, JournalError>>
    }

    private struct State {
        var records: [JournalRecord] = []
        var first: UInt64 = 1
        var snapshot: JournalSnapshot?
        var contents: [ContentDigest: [UInt8]] = [:]
        var tape: [Taped] = []
        /// Every snapshot that was ever on the disk; of the disk that was restored, those of its copy.
        var snapshots: [JournalSnapshot] = []
        var taped: [ContentDigest: [UInt8]] = [:]

        var pending: [Pending] = []
        var lastID: UInt64 = 0
        var random: SimulationRandom
        var latency = 1...6
        var isFull = false
        var failsNextSync = false
        /// What processes were told of a failed write, by number: as with SQLite's journal, nothing works after it.
        var failedFor: [UInt64: JournalError] = [:]
        var killAtSync: KillAtSync?
        var acknowledgesEarly = false
        var violations: [String] = []
        var holder: SimulatedProcess?
        /// Tapes as they were before each restore.
        var lostTapes: [[Taped]] = []
    }

    /// What a backup holds.
    struct Copy: Sendable {
        fileprivate var records: [JournalRecord]
        fileprivate var first: UInt64
        fileprivate var snapshot: JournalSnapshot?
        fileprivate var contents: [ContentDigest: [UInt8]]
        fileprivate var taped: Int
        fileprivate var snapshots: Int
    }

    /// Where around an fsync a process is killed.
    enum KillAtSync: Sendable { case before, after }

    private let scheduler: SimulationScheduler
    private let name: String
    private let state: Mutex<State>
    /// Kills the process that writes.
    private let killer = Mutex<(@Sendable (SimulatedProcess) -> Void)?>(nil)

    init(name: String, seed: UInt64, scheduler: SimulationScheduler) {
        self.name = name
        self.scheduler = scheduler
        state = Mutex(State(random: SimulationRandom(seed: seed, stream: "disk \(name)")))
    }

    // MARK: Faults

    func setLatency(_ milliseconds: ClosedRange<Int>) { state.withLock { $0.latency = milliseconds } }
    func setFull(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }
    func failNextSync() { state.withLock { $0.failsNextSync = true } }
    func killAtNextSync(_ moment: KillAtSync) { state.withLock { $0.killAtSync = moment } }
    func disarm() {
        state.withLock { state in
            state.failsNextSync = false
            state.killAtSync = nil
            state.isFull = false
            state.latency = 1...6
        }
    }

    /// A deliberate bug: says yes before the fsync (`Sabotage.acknowledgeBeforeSync`).
    func acknowledgeEarly() { state.withLock { $0.acknowledgesEarly = true } }

    /// The process was killed: decides what of its unsynced writes is there.
    func crashed(_ process: SimulatedProcess) {
        let dropped = state.withLock { state -> [Pending] in
            var stillThere = true
            let own = state.pending.filter { $0.process === process }
            state.pending.removeAll { $0.process === process }
            for pending in own {
                stillThere = stillThere && state.random.chance(50)
                if stillThere { _ = carryOut(pending.operation, &state) }
            }
            return own
        }
        for pending in dropped { pending.parking.settle(.failure(.closed)) }
    }

    // MARK: Copies and the lock

    func copy() -> Copy {
        state.withLock { state in
            Copy(
                records: state.records, first: state.first, snapshot: state.snapshot, contents: state.contents,
                taped: state.tape.count, snapshots: state.snapshots.count)
        }
    }

    /// Puts an older copy in place of what is there, while no process runs.
    func restore(_ copy: Copy) {
        scheduler.record("restore \(name)")
        scheduler.note("\(name): restored from a copy that ends at \(copy.first + UInt64(copy.records.count) - 1)")
        state.withLock { state in
            state.lostTapes.append(state.tape)
            state.tape.removeSubrange(copy.taped...)
            state.snapshots.removeSubrange(copy.snapshots...)
            (state.records, state.first) = (copy.records, copy.first)
            (state.snapshot, state.contents) = (copy.snapshot, copy.contents)
        }
    }

    /// The directory's lock, which a process holds until it is gone; false when another one has it.
    func lock(for process: SimulatedProcess) -> Bool {
        state.withLock { state in
            if let holder = state.holder, holder !== process, holder.isAlive { return false }
            state.holder = process
            return true
        }
    }

    // MARK: Writing

    func perform(_ operation: Operation, by process: SimulatedProcess) async throws(JournalError) -> UInt64 {
        guard process.isAlive else { throw .closed }
        let parking = Parking<Result<UInt64, JournalError>>()
        let verdict = state.withLock { state -> (refusal: JournalError?, isFirst: Bool, early: UInt64?) in
            if let failure = state.failedFor[process.number] { return (failure, false, nil) }
            if state.isFull, operation.needsSpace {
                return (fail(process, "No space left on device", &state), false, nil)
            }
            state.lastID += 1
            state.pending.append(
                Pending(id: state.lastID, operation: operation, process: process, parking: parking))
            var early: UInt64?
            if state.acknowledgesEarly, case .append(let entries, let after) = operation {
                early = after + UInt64(entries.count)
            }
            return (nil, state.pending.count == 1, early)
        }
        if let refusal = verdict.refusal { throw refusal }
        if verdict.isFirst { beginNext() }
        if let early = verdict.early { return early }
        return try await parking.wait(orCancelled: .failure(.closed)).get()
    }

    private func beginNext() {
        let next = state.withLock { state -> (UInt64, Duration)? in
            guard let first = state.pending.first else { return nil }
            let latency = state.random.milliseconds(state.latency) * (state.acknowledgesEarly ? 100 : 1)
            return (first.id, latency)
        }
        guard let (id, latency) = next else { return }
        scheduler.after(latency) { self.finish(id) }
    }

    private func finish(_ id: UInt64) {
        let armed = state.withLock { state -> (SimulatedProcess, KillAtSync)? in
            guard let first = state.pending.first, first.id == id, let moment = state.killAtSync,
                case .append = first.operation
            else { return nil }
            state.killAtSync = nil
            return (first.process, moment)
        }
        if let armed, armed.1 == .before { return killAndGoOn(armed.0) }
        let done = state.withLock { state -> (Pending, Result<UInt64, JournalError>, Duration)? in
            // A crash took it away; whatever is first now has its own timer.
            guard let first = state.pending.first, first.id == id else { return nil }
            state.pending.removeFirst()
            let pause = state.random.milliseconds(0...2)
            if state.failsNextSync, first.operation.needsSpace {
                state.failsNextSync = false
                if state.random.chance(50) { _ = carryOut(first.operation, &state) }
                return (first, .failure(fail(first.process, "fsync: Input/output error", &state)), pause)
            }
            return (first, carryOut(first.operation, &state), pause)
        }
        guard let (pending, result, pause) = done else { return }
        if let armed { return killAndGoOn(armed.0) }
        scheduler.after(pause) { pending.parking.settle(result) }
        beginNext()
    }

    func setKiller(_ kill: @escaping @Sendable (SimulatedProcess) -> Void) { killer.withLock { $0 = kill } }

    private func killAndGoOn(_ process: SimulatedProcess) {
        killer.withLock { $0 }?(process)
        beginNext()
    }

    /// The process that is told of it must end by itself: it cannot know what is on the disk.
    private func fail(_ process: SimulatedProcess, _ detail: String, _ state: inout State) -> JournalError {
        let error = JournalError.storage(detail: detail)
        state.failedFor[process.number] = error
        scheduler.note("\(name): \(detail)")
        scheduler.after(Self.patience) {
            guard process.isAlive else { return }
            self.state.withLock { $0.violations.append("\(process.name) runs on after \(detail)") }
        }
        return error
    }

    /// Longer than a process may be stopped by a fault.
    private static let patience = Duration.seconds(150)

    private func carryOut(_ operation: Operation, _ state: inout State) -> Result<UInt64, JournalError> {
        switch operation {
        case .append(let entries, let expected):
            let last = state.first + UInt64(state.records.count) - 1
            guard last == expected else { return .failure(.fenced(expected: expected, actual: last)) }
            for (offset, entry) in entries.enumerated() {
                let record = JournalRecord(
                    position: last + 1 + UInt64(offset), at: entry.at, kind: entry.kind, payload: entry.payload)
                state.records.append(record)
                state.tape.append(Taped(record: record, at: scheduler.now))
                scheduler.record(name + " " + entry.kind, entry.payload)
                scheduler.note("\(name) journal \(record.position) \(entry.kind) \(text(entry))")
            }
            return .success(last + UInt64(entries.count))
        case .save(let snapshot):
            state.snapshot = snapshot
            state.snapshots.append(snapshot)
        case .trim(let position):
            let count = min(Int(max(position, state.first) - state.first), state.records.count)
            state.records.removeFirst(count)
            state.first += UInt64(count)
        case .put(let bytes, let digest):
            state.contents[digest] = bytes
            state.taped[digest] = bytes
        case .retain(let referenced):
            let before = state.contents.count
            state.contents = state.contents.filter { referenced.contains($0.key) }
            return .success(UInt64(before - state.contents.count))
        }
        return .success(0)
    }

    private func text(_ entry: JournalEntry) -> String {
        scheduler.keepsLog ? String(String(decoding: entry.payload, as: UTF8.self).prefix(220)) : ""
    }
}

// MARK: - Reading

extension SimulatedDisk {
    var snapshot: JournalSnapshot? { state.withLock { $0.snapshot } }
    var firstPosition: UInt64 { state.withLock { $0.first } }
    var lastPosition: UInt64 { state.withLock { $0.first + UInt64($0.records.count) - 1 } }

    func records(from position: UInt64, limit: Int) throws(JournalError) -> [JournalRecord] {
        let result = state.withLock { state -> Result<[JournalRecord], JournalError> in
            guard position >= state.first else { return .failure(.trimmed(first: state.first)) }
            return .success(Array(state.records.dropFirst(Int(position - state.first)).prefix(limit)))
        }
        return try result.get()
    }

    func content(_ digest: ContentDigest) -> [UInt8]? { state.withLock { $0.contents[digest] } }

    /// Everything that was ever on the disk.
    package var tape: [Taped] { state.withLock { $0.tape } }
    /// Snapshots of this history, in the order they were written.
    var snapshots: [JournalSnapshot] { state.withLock { $0.snapshots } }
    /// Content that was ever on the disk.
    package func taped(_ digest: ContentDigest) -> [UInt8]? { state.withLock { $0.taped[digest] } }
    /// Tapes as they were before each restore; their beginnings are those of `tape`.
    var lostTapes: [[Taped]] { state.withLock { $0.lostTapes } }
    var violations: [String] { state.withLock { $0.violations } }
}
