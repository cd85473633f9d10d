import AgentLink
import CoordinatorService
import FleetControl
import FleetModel
import FleetRuntime
import TestSupport
import Testing

/// Records and snapshots that were changed at random: read, skipped or refused by position, never a trap.
@Suite struct JournalFuzzTests {
    private static func sample() async throws -> ([JournalRecord], [UInt8]) {
        let journal = InMemoryJournal()
        var snapshot: [UInt8] = []
        try await TestCoordinator.with(journal: journal) { test in
            _ = try await test.join(TestCoordinator.oslo)
            try await test.run(.registerService(documents: TestCoordinator.package("1.0.0"), dryRun: false))
            let task = try await test.run(.install(test.install(values: ["hostname: a"]))).task
            try await test.until { try await test.state(task) == .succeeded }
            try await test.run(
                .setOperator(
                    OperatorID("alice"), privileges: [.read], scope: .labels("a=b"), certificates: [], isNew: true))
            try await test.run(.rotateKey(TestCoordinator.oslo))
            snapshot = try #require(test.coordinator.stateBytes())
        }
        return (try await journal.records(from: 1, limit: 1_000), snapshot)
    }

    @Test func changedRecordsAndSnapshots() async throws {
        let (records, snapshot) = try await Self.sample()
        #expect(records.count > 10)
        let corpus = records.map(\.payload)
        try await FuzzTarget("journal reader", rounds: 600).run { source in
            var state = FleetState()
            for record in records {
                var changed = record
                if source.chance(20) { changed.payload = source.changed(record.payload, corpus: corpus) }
                if source.chance(3) { changed.kind = source.pick(records).kind }
                do throws(FleetError) {
                    guard let read = try RecordCodec.record(changed) else { continue }
                    state.fold(read, at: changed.at, position: changed.position)
                    _ = read.event(at: changed.at, position: changed.position)
                    _ = read.auditEntry(at: changed.at, position: changed.position)
                } catch {
                    #expect(error.message.contains("\(record.position)"))
                }
            }
            _ = try? state.snapshotBytes()
            _ = try? FleetState(snapshot: source.changed(snapshot, corpus: corpus))
        }
    }
}
