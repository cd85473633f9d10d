internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import GRDB
internal import Synchronization

/// Runs writes in call order on the database's own queue: all that wait become one transaction and one fsync.
///
/// After a commit failed nothing is tried again: the kernel may have dropped the pages (a failed fsync must stop the
/// process), so every later call fails with the same words.
final class GroupCommitWriter: Sendable {
    /// Writes of one transaction, and bytes of one transaction: further ones go into the next.
    static let maximumOperations = 4_096
    static let maximumBytes = 16 << 20

    /// One write inside a transaction that it shares. Gives what to do once the transaction is on disk.
    struct Operation: Sendable {
        var bytes: Int
        /// Runs inside the transaction; throwing fails the transaction and the writer.
        var run: @Sendable (Database, inout JournalEnd) throws -> (@Sendable () -> Void)
        /// The transaction failed or the writer is closed.
        var fail: @Sendable (JournalError) -> Void
    }

    private struct State {
        var waiting: [Operation] = []
        var isScheduled = false
        var failure: JournalError?
        var end: JournalEnd
    }

    private let pool: DatabasePool
    private let state: Mutex<State>

    init(pool: DatabasePool, end: JournalEnd) {
        self.pool = pool
        state = Mutex(State(end: end))
    }

    /// First and last position on disk.
    func bounds() throws(JournalError) -> (first: UInt64, last: UInt64) {
        let result = state.withLock { state -> Result<(first: UInt64, last: UInt64), JournalError> in
            if let failure = state.failure { return .failure(failure) }
            return .success((state.end.first, state.end.last))
        }
        return try result.get()
    }

    /// Runs `body` with the next transaction and returns its value once that is on disk.
    func write<Value: Sendable>(
        bytes: Int, _ body: @escaping @Sendable (Database, inout JournalEnd) throws -> Result<Value, JournalError>
    ) async throws(JournalError) -> Value {
        let result: Result<Value, JournalError> = await withCheckedContinuation { continuation in
            let operation = Operation(
                bytes: bytes,
                run: { db, end in
                    let result = try body(db, &end)
                    return { continuation.resume(returning: result) }
                },
                fail: { continuation.resume(returning: .failure($0)) })
            submit(operation)
        }
        return try result.get()
    }

    /// Reads on a connection of its own, beside the writer.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result<Value, JournalError>
    ) async throws(JournalError) -> Value {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        let result: Result<Value, JournalError>
        do {
            result = try await pool.read(body)
        } catch {
            throw .storage(detail: "\(error)")
        }
        return try result.get()
    }

    /// Waits for the writes before it, then refuses every later call.
    func close() async {
        _ = try? await write(bytes: 0) { _, _ in .success(()) }
        let isFirst = state.withLock { state in
            let isFirst = state.failure != .closed
            state.failure = .closed
            return isFirst
        }
        if isFirst { try? pool.close() }
    }

    private func submit(_ operation: Operation) {
        let outcome = state.withLock { state -> (failure: JournalError?, schedule: Bool) in
            if let failure = state.failure { return (failure, false) }
            state.waiting.append(operation)
            defer { state.isScheduled = true }
            return (nil, !state.isScheduled)
        }
        if let failure = outcome.failure { operation.fail(failure) }
        if outcome.schedule { schedule() }
    }

    private func schedule() {
        pool.asyncWriteWithoutTransaction { db in self.flush(db) }
    }

    private func flush(_ db: Database) {
        let (batch, start) = state.withLock { state in (Self.takeBatch(&state.waiting), state.end) }
        var end = start
        var done: [@Sendable () -> Void] = []
        do {
            try Failpoint.journalBeforeCommit.failStorage()
            try db.inTransaction {
                for operation in batch { done.append(try operation.run(db, &end)) }
                if end.last != start.last { try end.write(db) }
                try Failpoint.journalInsideCommit.failStorage()
                return .commit
            }
            // On disk, and nobody was told: whoever asked must find it, or ask again and be given the same answer.
            try Failpoint.journalAfterCommit.failStorage()
            state.withLock { $0.end = end }
            for resume in done { resume() }
        } catch {
            fail(batch, with: .storage(detail: "\(error)"))
        }
        let again = state.withLock { state in
            state.isScheduled = !state.waiting.isEmpty
            return state.isScheduled
        }
        if again { schedule() }
    }

    private func fail(_ batch: [Operation], with error: JournalError) {
        let rest = state.withLock { state in
            state.failure = error
            defer { state.waiting = [] }
            return state.waiting
        }
        for operation in batch + rest { operation.fail(error) }
    }

    private static func takeBatch(_ waiting: inout [Operation]) -> [Operation] {
        var bytes = 0
        var count = 0
        while count < min(waiting.count, maximumOperations), count == 0 || bytes + waiting[count].bytes <= maximumBytes
        {
            bytes += waiting[count].bytes
            count += 1
        }
        let batch = Array(waiting.prefix(count))
        waiting.removeFirst(count)
        return batch
    }
}
