import FleetModel
import FleetRuntime
import Foundation
import GRDB
import SQLiteJournal
import Testing

/// What is found in damaged directories, what is offered, and that it helps.
@Suite struct JournalExaminationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var sql: String
        var positions: [UInt64]
        var remedy: JournalExamination.Remedy
        /// First and last record after the repair.
        var after: ClosedRange<UInt64> = 1...8
    }

    /// Eight records, a snapshot at 5.
    private func directory(_ scratch: Scratch) async throws {
        let storage = try SQLiteStorage(directory: scratch.path)
        _ = try await storage.journal.append(Scratch.entries(1...8), after: 0)
        try await storage.journal.save(JournalSnapshot(position: 5, format: 1, payload: [1, 2, 3]))
        _ = try await storage.content.put([9, 9])
        await storage.close()
    }

    private func change(_ scratch: Scratch, _ sql: String) async throws {
        let queue = try DatabaseQueue(path: scratch.path + "/journal.sqlite")
        try await queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    @Test(arguments: [
        Case(testDescription: "whole", sql: "SELECT 1", positions: [], remedy: .nothing),
        Case(
            testDescription: "a flipped bit behind the snapshot",
            sql: "UPDATE records SET payload = x'00' WHERE position = 7", positions: [7],
            remedy: .cutTail(from: 7, dropSnapshot: false), after: 1...6),
        Case(
            testDescription: "a flipped bit before the snapshot",
            sql: "UPDATE records SET payload = x'00' WHERE position = 3", positions: [3],
            remedy: .dropHistory(through: 3), after: 4...8),
        Case(
            testDescription: "a missing record before the snapshot", sql: "DELETE FROM records WHERE position = 2",
            positions: [2], remedy: .dropHistory(through: 3), after: 4...8),
        Case(
            testDescription: "a missing record behind the snapshot", sql: "DELETE FROM records WHERE position = 7",
            positions: [7], remedy: .cutTail(from: 7, dropSnapshot: false), after: 1...6),
        Case(
            testDescription: "missing records at the end", sql: "DELETE FROM records WHERE position > 6",
            positions: [7], remedy: .cutTail(from: 7, dropSnapshot: false), after: 1...6),
        Case(
            testDescription: "records missing on both sides of the snapshot",
            sql: "DELETE FROM records WHERE position IN (2, 7)", positions: [2, 7],
            remedy: .cutTail(from: 7, dropSnapshot: false), after: 4...6),
        Case(
            testDescription: "a damaged snapshot", sql: "UPDATE snapshot SET payload = x'00'", positions: [5],
            remedy: .dropSnapshot),
        Case(
            testDescription: "a damaged snapshot and a damaged record",
            sql: "UPDATE snapshot SET payload = x'00'; UPDATE records SET at = at + 1 WHERE position = 4",
            positions: [5, 4], remedy: .cutTail(from: 4, dropSnapshot: true), after: 1...3),
        Case(
            testDescription: "a damaged snapshot of a trimmed journal",
            sql: """
                INSERT INTO anchor SELECT 1, position, chain FROM records WHERE position = 3;
                DELETE FROM records WHERE position <= 3; UPDATE snapshot SET payload = x'00'
                """, positions: [5], remedy: .restore, after: 4...8),
    ])
    func damageIsNamedAndRepaired(_ damage: Case) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try await directory(scratch)
        try await change(scratch, damage.sql)
        let found = try JournalExamination(directory: scratch.path)
        #expect(Set(found.findings.compactMap(\.position)) == Set(damage.positions))
        #expect(found.remedy == damage.remedy)
        if case .restore = damage.remedy {
            #expect(throws: FleetError.self) { try JournalRepair.perform(found, now: Timestamp(milliseconds: 0)) }
            return
        }
        guard damage.remedy != .nothing else { return }
        let kept = try JournalRepair.perform(found, now: Timestamp(milliseconds: 5_000_000))
        #expect(FileManager.default.fileExists(atPath: kept + "/journal.sqlite"))
        let after = try JournalExamination(directory: scratch.path)
        #expect(after.findings.isEmpty && after.remedy == .nothing)
        #expect(after.first == damage.after.lowerBound && after.last == damage.after.upperBound)
        let storage = try SQLiteStorage(directory: scratch.path)
        try await storage.journal.verify()
        #expect(storage.epoch == 5_001)
        let last = damage.after.upperBound
        #expect(try await storage.journal.append(Scratch.entries(1...1), after: last) == last + 1)
        await storage.close()
    }

    @Test func recordsMissingAtTheEndStopTheStart() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try await directory(scratch)
        try await change(scratch, "DELETE FROM records WHERE position = 8")
        let error = #expect(throws: FleetError.self) { try SQLiteStorage(directory: scratch.path) }
        #expect(error?.message.contains("damaged at position 8") == true)
        #expect(error?.next.contains("flotilla doctor --data-dir") == true)
    }

    @Test func contentThatDoesNotMatchItsDigestIsNamed() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try await directory(scratch)
        try await change(scratch, "UPDATE content SET bytes = x'00'")
        let found = try JournalExamination(directory: scratch.path)
        #expect(found.findings.count == 1)
        #expect(found.findings.first?.detail.contains("does not match") == false)
        #expect(found.findings.first?.detail.contains("do not match its digest") == true)
    }

    @Test(arguments: [1_000, 5_000, 20_000])
    func aTruncatedFileIsNamedAndNotRepaired(bytes: UInt64) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try await directory(scratch)
        let path = scratch.path + "/journal.sqlite"
        // The log beside it would bring back what is cut off.
        let queue = try DatabaseQueue(path: path)
        try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try queue.close()
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: bytes)
        try file.close()
        let found = try JournalExamination(directory: scratch.path)
        #expect(!found.findings.isEmpty)
        #expect(found.remedy == .restore)
        #expect(throws: FleetError.self) { try SQLiteStorage(directory: scratch.path) }
    }

    @Test func whoeverHoldsTheDirectoryIsNamedAndNothingIsChanged() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try await directory(scratch)
        let storage = try SQLiteStorage(directory: scratch.path)
        let found = try JournalExamination(directory: scratch.path)
        #expect(found.holder == "\(ProcessInfo.processInfo.processIdentifier)")
        #expect(throws: FleetError.self) {
            try JournalRepair.acceptRestore(scratch.path, now: Timestamp(milliseconds: 0))
        }
        await storage.close()
        #expect(try JournalExamination(directory: scratch.path).holder == nil)
    }

    @Test func anAcceptedRestoreIsAheadOfEveryEarlierStart() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        try await directory(scratch)
        let accepted = try JournalRepair.acceptRestore(scratch.path, now: Timestamp(milliseconds: 1_800_000_000_000))
        #expect(accepted == 1_800_000_000)
        let storage = try SQLiteStorage(directory: scratch.path)
        #expect(storage.epoch == 1_800_000_001)
        await storage.close()
        #expect(try JournalRepair.acceptRestore(scratch.path, now: Timestamp(milliseconds: 0)) == 1_800_000_002)
    }
}
