import FleetModel
import FleetRuntime
import Foundation
import GRDB
import SQLiteJournal
import Testing

/// What only a disk can show: reopening, damage, the lock, durability.
@Suite struct SQLiteStorageTests {
    @Test func whatWasAcknowledgedIsThereAfterReopening() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let first = try SQLiteStorage(directory: scratch.path)
        _ = try await first.journal.append(Scratch.entries(1...5), after: 0)
        let digest = try await first.content.put([1, 2, 3])
        // As after kill -9: the files as they are now, without a clean close.
        let copy = try Scratch()
        defer { copy.remove() }
        try FileManager.default.copyItem(atPath: scratch.path, toPath: copy.path)
        let second = try SQLiteStorage(directory: copy.path)
        #expect(try await second.journal.records(from: 1, limit: 10).count == 5)
        #expect(try await second.content.get(digest) == [1, 2, 3])
        #expect(try await second.journal.append(Scratch.entries(6...6), after: 5) == 6)
        #expect(second.epoch == first.epoch + 1)
        await second.close()
        await first.close()
    }

    @Test func aSecondProcessIsRefused() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let first = try SQLiteStorage(directory: scratch.path)
        let error = #expect(throws: FleetError.self) { try SQLiteStorage(directory: scratch.path) }
        #expect(error?.code == .conflict)
        #expect(error?.reason.contains("\(ProcessInfo.processInfo.processIdentifier)") == true)
        await first.close()
        let again = try SQLiteStorage(directory: scratch.path)
        await again.close()
    }

    @Test func concurrentAppendsShareTransactionsAndLoseNothing() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let storage = try SQLiteStorage(directory: scratch.path)
        let digests = try await withThrowingTaskGroup(of: ContentDigest.self) { group in
            for number in 0..<500 { group.addTask { try await storage.content.put(Array("content \(number)".utf8)) } }
            return try await group.reduce(into: Set<ContentDigest>()) { $0.insert($1) }
        }
        #expect(digests.count == 500)
        for digest in digests { #expect(try await storage.content.contains(digest)) }
        await storage.close()
        await #expect(throws: JournalError.closed) { try await storage.journal.append([], after: 0) }
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var sql: String
        var position: UInt64
    }

    @Test(arguments: [
        Damage(
            testDescription: "a flipped byte",
            sql: "UPDATE records SET payload = x'7061796c6f61642034' WHERE position = 3",
            position: 3),
        Damage(testDescription: "a missing record", sql: "DELETE FROM records WHERE position = 4", position: 4),
        Damage(testDescription: "another time", sql: "UPDATE records SET at = at + 1 WHERE position = 2", position: 2),
        Damage(
            testDescription: "two records swapped",
            sql: """
                UPDATE records SET position = -1 WHERE position = 2; UPDATE records SET position = 2 WHERE position = 3;
                UPDATE records SET position = 3 WHERE position = -1
                """, position: 2),
    ])
    func damageIsFoundWithItsPosition(_ damage: Damage) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let storage = try SQLiteStorage(directory: scratch.path)
        _ = try await storage.journal.append(Scratch.entries(1...6), after: 0)
        await storage.close()
        let queue = try DatabaseQueue(path: scratch.path + "/journal.sqlite")
        try await queue.write { try $0.execute(sql: damage.sql) }
        try queue.close()
        let damaged = try SQLiteStorage(directory: scratch.path)
        let error = await #expect(throws: JournalError.self) { try await damaged.journal.verify() }
        guard case .damaged(let position, _) = error else {
            Issue.record("expected damage, found \(String(describing: error))")
            return
        }
        #expect(position == damage.position)
        await damaged.close()
    }

    @Test func filesAreForTheirOwnerOnly() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let storage = try SQLiteStorage(directory: scratch.path)
        _ = try await storage.journal.append(Scratch.entries(1...1), after: 0)
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(scratch.path) == 0o700)
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path) {
            #expect(try mode(scratch.path + "/" + name) == 0o600, "\(name)")
        }
        await storage.close()
    }

    @Test func aJournalOfANewerVersionIsRefused() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        await (try SQLiteStorage(directory: scratch.path)).close()
        let queue = try DatabaseQueue(path: scratch.path + "/journal.sqlite")
        try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99-later')") }
        try queue.close()
        let error = #expect(throws: FleetError.self) { try SQLiteStorage(directory: scratch.path) }
        #expect(error?.code == .unsupported)
    }
}
