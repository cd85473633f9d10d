internal import FleetModel
package import FleetRuntime
internal import Foundation
internal import GRDB

/// The process's journal in SQLite: chained records, one snapshot, trimming. Made by `SQLiteStorage`.
package final class SQLiteJournal: Journal {
    /// Records removed per transaction by `trim`, so that appends get their turn in between.
    private static let trimChunk: Int64 = 10_000

    private let writer: GroupCommitWriter

    init(writer: GroupCommitWriter) { self.writer = writer }

    package func lastPosition() async throws(JournalError) -> UInt64 { try writer.bounds().last }

    package func firstPosition() async throws(JournalError) -> UInt64 { try writer.bounds().first }

    package func append(_ entries: [JournalEntry], after expected: UInt64) async throws(JournalError) -> UInt64 {
        let bytes = entries.reduce(0) { $0 + $1.payload.count + 128 }
        return try await writer.write(bytes: bytes) { db, end in
            guard end.last == expected else { return .failure(.fenced(expected: expected, actual: end.last)) }
            guard !entries.isEmpty else { return .success(end.last) }
            let insert = try db.cachedStatement(sql: "INSERT INTO records VALUES (?, ?, ?, ?, ?)")
            for entry in entries {
                let position = end.last + 1
                let chain = RecordChain.next(
                    after: end.chain, position: position, at: entry.at, kind: entry.kind, payload: entry.payload)
                try insert.execute(arguments: [
                    Int64(position), entry.at.milliseconds, entry.kind, Data(entry.payload), chain,
                ])
                end.last = position
                end.chain = chain
            }
            return .success(end.last)
        }
    }

    package func records(from position: UInt64, limit: Int) async throws(JournalError) -> [JournalRecord] {
        try Failpoint.journalRead.failStorage()
        return try await writer.read { db in
            let first = try JournalEnd.read(db).first
            guard position >= first else { return .failure(.trimmed(first: first)) }
            guard limit > 0 else { return .success([]) }
            let select = try db.cachedStatement(
                sql: """
                    SELECT position, at, kind, payload, chain FROM records WHERE position >= ?
                    ORDER BY position LIMIT ?
                    """)
            let rows = try Row.fetchCursor(select, arguments: [Int64(clamping: position), limit])
            var records: [JournalRecord] = []
            var chain: Data?
            while let row = try rows.next() {
                let expected = position + UInt64(records.count)
                guard let record = Self.record(row), record.position == expected else {
                    return .failure(.damaged(position: expected, detail: "the record is missing or cannot be read"))
                }
                let previous: Data
                if let chain {
                    previous = chain
                } else {
                    guard let before = try JournalEnd.chain(before: expected, db) else {
                        return .failure(.damaged(position: expected - 1, detail: "the record is missing"))
                    }
                    previous = before
                }
                let next = RecordChain.next(
                    after: previous, position: expected, at: record.at, kind: record.kind, payload: record.payload)
                guard next == row["chain"] as Data? else {
                    return .failure(.damaged(position: expected, detail: "its checksum does not hold"))
                }
                chain = next
                records.append(record)
            }
            return .success(records)
        }
    }

    /// Reads every record and checks its chain; throws `damaged` with the first position that does not hold.
    package func verify() async throws(JournalError) {
        var position = try await firstPosition()
        let last = try await lastPosition()
        while position <= last {
            let page = try await records(from: position, limit: 1_000)
            guard !page.isEmpty else { throw .damaged(position: position, detail: "the record is missing") }
            position += UInt64(page.count)
        }
        if let missing = try await writer.read({ db in .success(try JournalEnd.missing(db)) }) { throw missing }
    }

    package func snapshot() async throws(JournalError) -> JournalSnapshot? {
        try await writer.read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT position, format, payload, checksum FROM snapshot")
            else { return .success(nil) }
            let payload = [UInt8](row["payload"] as Data? ?? Data())
            let position = UInt64(clamping: row["position"] as Int64? ?? 0)
            guard RecordChain.checksum(payload) == row["checksum"] as Data? else {
                return .failure(.damaged(position: position, detail: "the snapshot's checksum does not hold"))
            }
            return .success(JournalSnapshot(position: position, format: row["format"] ?? 0, payload: payload))
        }
    }

    package func save(_ snapshot: JournalSnapshot) async throws(JournalError) {
        try Failpoint.journalSnapshot.failStorage()
        try await writer.write(bytes: snapshot.payload.count) { db, _ in
            try db.execute(
                sql: "INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?, ?, ?)",
                arguments: [
                    Int64(snapshot.position), snapshot.format, Data(snapshot.payload),
                    RecordChain.checksum(snapshot.payload),
                ])
            return .success(())
        }
    }

    package func trim(before position: UInt64) async throws(JournalError) {
        var isDone = false
        while !isDone {
            try Failpoint.journalTrim.failStorage()
            isDone = try await writer.write(bytes: 0) { db, end in
                // At most up to the end: the next record keeps its position and its chain.
                let target = Int64(clamping: min(position, end.last + 1))
                let through = min(target - 1, Int64(end.first) - 1 + Self.trimChunk)
                guard through >= Int64(end.first) else { return .success(true) }
                guard let chain = try JournalEnd.chain(before: UInt64(through) + 1, db) else {
                    return .failure(.damaged(position: UInt64(through), detail: "the record is missing"))
                }
                try db.execute(
                    sql: "INSERT OR REPLACE INTO anchor VALUES (1, ?, ?)", arguments: [through, chain])
                try db.execute(sql: "DELETE FROM records WHERE position <= ?", arguments: [through])
                end.first = UInt64(through) + 1
                return .success(through == target - 1)
            }
        }
    }

    package func close() async { await writer.close() }

    static func record(_ row: Row) -> JournalRecord? {
        guard let position = row["position"] as Int64?, let at = row["at"] as Int64?, let kind = row["kind"] as String?,
            let payload = row["payload"] as Data?
        else { return nil }
        return JournalRecord(
            position: UInt64(clamping: position), at: Timestamp(milliseconds: at), kind: kind, payload: [UInt8](payload)
        )
    }
}
