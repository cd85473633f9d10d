import FleetModel
import FleetRuntime
import Foundation
import SQLiteJournal
import TestSupport
import Testing

/// Journal files with changed bytes: refused, or read with every record as it was written.
@Suite struct StorageFuzzTests {
    @Test func changedJournalFiles() async throws {
        let scratch = try Scratch()
        defer { scratch.remove() }
        let storage = try SQLiteStorage(directory: scratch.path)
        _ = try await storage.journal.append(Scratch.entries(1...40), after: 0)
        let written = try await storage.journal.records(from: 1, limit: 100)
        await storage.close()
        let file = URL(fileURLWithPath: "\(scratch.path)/journal.sqlite")
        let good = Array(try Data(contentsOf: file))
        try await FuzzTarget("journal files", rounds: 40).run { source in
            var bytes = good
            for _ in 0..<(1 + source.below(8)) { bytes[source.below(bytes.count)] = UInt8(source.below(256)) }
            if source.chance(10) { bytes = Array(bytes.prefix(source.below(bytes.count))) }
            let copy = try Scratch()
            defer { copy.remove() }
            try Data(bytes).write(to: URL(fileURLWithPath: "\(copy.path)/journal.sqlite"))
            guard let changed = try? SQLiteStorage(directory: copy.path) else { return }
            if let read = try? await changed.journal.records(from: 1, limit: 100) {
                for record in read { #expect(written.contains(record), "a changed record passed its checksum") }
            }
            _ = try? await changed.journal.snapshot()
            await changed.close()
        }
    }
}
