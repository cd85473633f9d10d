import FleetModel
import FleetRuntime
import Foundation
import GRDB
import SQLiteJournal
import Testing

/// One suite over every implementation of `Journal` and `ContentStore`.
@Suite struct JournalContractTests {
    enum Kind: String, CaseIterable, Sendable { case memory, sqlite }

    private func with(
        _ kind: Kind, _ body: (any Journal, any ContentStore) async throws -> Void
    ) async throws {
        switch kind {
        case .memory: try await body(InMemoryJournal(), InMemoryContentStore())
        case .sqlite:
            let scratch = try Scratch()
            defer { scratch.remove() }
            let storage = try SQLiteStorage(directory: scratch.path)
            try await body(storage.journal, storage.content)
            await storage.close()
        }
    }

    @Test(arguments: Kind.allCases) func positionsStartAtOneAndHaveNoHoles(_ kind: Kind) async throws {
        try await with(kind) { journal, _ in
            #expect(try await journal.lastPosition() == 0)
            #expect(try await journal.firstPosition() == 1)
            #expect(try await journal.append(Scratch.entries(1...3), after: 0) == 3)
            #expect(try await journal.append(Scratch.entries(4...4), after: 3) == 4)
            #expect(try await journal.append([], after: 4) == 4)
            let records = try await journal.records(from: 2, limit: 2)
            #expect(records.map(\.position) == [2, 3])
            #expect(records.map(\.payload) == Scratch.entries(2...3).map(\.payload))
            #expect(records.map(\.kind) == ["kind-2", "kind-3"])
            #expect(try await journal.records(from: 5, limit: 10).isEmpty)
        }
    }

    @Test(arguments: Kind.allCases) func anAppendAtAnotherPositionIsFenced(_ kind: Kind) async throws {
        try await with(kind) { journal, _ in
            _ = try await journal.append(Scratch.entries(1...2), after: 0)
            await #expect(throws: JournalError.fenced(expected: 1, actual: 2)) {
                try await journal.append(Scratch.entries(9...9), after: 1)
            }
            #expect(try await journal.lastPosition() == 2)
            #expect(try await journal.append(Scratch.entries(3...3), after: 2) == 3)
        }
    }

    @Test(arguments: Kind.allCases) func trimmedRecordsAreNamedAndTheRestStays(_ kind: Kind) async throws {
        try await with(kind) { journal, _ in
            _ = try await journal.append(Scratch.entries(1...10), after: 0)
            try await journal.trim(before: 6)
            #expect(try await journal.firstPosition() == 6)
            await #expect(throws: JournalError.trimmed(first: 6)) { try await journal.records(from: 5, limit: 1) }
            #expect(try await journal.records(from: 6, limit: 10).map(\.position) == [6, 7, 8, 9, 10])
            try await journal.trim(before: 3)
            #expect(try await journal.firstPosition() == 6)
            try await journal.trim(before: 11)
            #expect(try await journal.lastPosition() == 10)
            #expect(try await journal.append(Scratch.entries(11...11), after: 10) == 11)
            #expect(try await journal.records(from: 11, limit: 10).count == 1)
        }
    }

    @Test(arguments: Kind.allCases) func theLatestSnapshotIsKept(_ kind: Kind) async throws {
        try await with(kind) { journal, _ in
            #expect(try await journal.snapshot() == nil)
            try await journal.save(JournalSnapshot(position: 3, format: 1, payload: [1, 2, 3]))
            let newest = JournalSnapshot(position: 7, format: 2, payload: Array(repeating: 9, count: 100_000))
            try await journal.save(newest)
            #expect(try await journal.snapshot() == newest)
        }
    }

    @Test(arguments: Kind.allCases) func contentIsNamedByItsDigest(_ kind: Kind) async throws {
        try await with(kind) { _, content in
            let first = try await content.put(Array("values".utf8))
            #expect(try await content.put(Array("values".utf8)) == first)
            let second = try await content.put([])
            #expect(first.isWellFormed)
            #expect(try await content.get(first) == Array("values".utf8))
            #expect(try await content.get(second) == [])
            #expect(try await content.contains(second))
            #expect(try await content.retain(only: [first]) == 1)
            #expect(try await content.get(second) == nil)
            #expect(try await content.contains(first))
        }
    }
}

/// A directory of its own for one test.
struct Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("flotilla-journal-\(UUID())").path
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    static func entries(_ range: ClosedRange<Int>) -> [JournalEntry] {
        range.map { number in
            JournalEntry(
                at: Timestamp(milliseconds: Int64(number)), kind: "kind-\(number)",
                payload: Array("payload \(number)".utf8))
        }
    }
}
