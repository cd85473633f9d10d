import FleetModel
import FleetRuntime
import Foundation
import SQLiteJournal
import Testing

/// A power cut in the middle of a write: what lies behind the last fsync is there, in part or not at all.
@Suite struct TornLogTests {
    enum Tail: CaseIterable {
        case gone, zeros, garbage
    }

    @Test(arguments: Tail.allCases, [1, 2, 3, 4] as [UInt64])
    func acknowledgedAppendsSurviveAndWhatIsTornIsRolledBack(_ tail: Tail, seed: UInt64) async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        var random = SeededEntropy(seed: seed)
        let storage = try SQLiteStorage(directory: scratch.path)
        /// Length of the log and the journal's end after each acknowledged append.
        var known: [(length: Int, last: UInt64)] = [(try Self.length(scratch), 0)]
        for _ in 0..<12 {
            let first = known[known.count - 1].last + 1
            let last = first + random.next() % 5
            _ = try await storage.journal.append(Scratch.entries(Int(first)...Int(last)), after: first - 1)
            known.append((try Self.length(scratch), last))
        }
        // The log is only appended to here, so an earlier moment is a prefix of it.
        #expect(known.map(\.length) == known.map(\.length).sorted())
        for _ in 0..<6 {
            let moment = 1 + Int(random.next() % UInt64(known.count - 2))
            let (from, to) = (known[moment].length, known[moment + 1].length)
            let copy = try Scratch()
            defer { copy.remove() }
            try FileManager.default.copyItem(atPath: scratch.path, toPath: copy.path)
            try Self.tear(copy, at: from + Int(random.next() % UInt64(to - from)), tail, &random)
            let reopened = try SQLiteStorage(directory: copy.path)
            let last = try await reopened.journal.lastPosition()
            #expect(last == known[moment].last, "torn between \(from) and \(to) bytes")
            try await reopened.journal.verify()
            let next = Scratch.entries(Int(last + 1)...Int(last + 1))
            #expect(try await reopened.journal.append(next, after: last) == last + 1)
            await reopened.close()
        }
        await storage.close()
    }

    private static func log(_ scratch: Scratch) -> URL {
        URL(filePath: scratch.path).appending(path: "journal.sqlite-wal")
    }

    private static func length(_ scratch: Scratch) throws -> Int { try Data(contentsOf: log(scratch)).count }

    private static func tear(
        _ scratch: Scratch, at offset: Int, _ tail: Tail, _ random: inout SeededEntropy
    ) throws {
        var bytes = try Data(contentsOf: log(scratch))
        let lost = bytes.count - offset
        bytes.removeLast(lost)
        switch tail {
        case .gone: break
        case .zeros: bytes.append(Data(count: lost))
        case .garbage: bytes.append(Data((0..<lost).map { _ in UInt8(truncatingIfNeeded: random.next()) }))
        }
        try bytes.write(to: log(scratch))
    }
}
