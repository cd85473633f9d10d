package import FleetRuntime

/// One process's hold on its machine's journal.
package struct SimulatedJournal: Journal {
    let disk: SimulatedDisk
    let process: SimulatedProcess
    /// A deliberate bug: what is read back lacks the reports (`Sabotage.forgetOutboxAtRestart`).
    var forgetsReports = false

    package func snapshot() async throws(JournalError) -> JournalSnapshot? { try read { disk.snapshot } }
    package func lastPosition() async throws(JournalError) -> UInt64 { try read { disk.lastPosition } }
    package func firstPosition() async throws(JournalError) -> UInt64 { try read { disk.firstPosition } }

    package func records(from position: UInt64, limit: Int) async throws(JournalError) -> [JournalRecord] {
        guard process.isAlive else { throw .closed }
        var records = try disk.records(from: position, limit: limit)
        if forgetsReports {
            for index in records.indices where records[index].kind == "report" { records[index].kind = "lost" }
        }
        return records
    }

    package func append(_ entries: [JournalEntry], after expected: UInt64) async throws(JournalError) -> UInt64 {
        try await disk.perform(.append(entries, after: expected), by: process)
    }

    package func save(_ snapshot: JournalSnapshot) async throws(JournalError) {
        _ = try await disk.perform(.save(snapshot), by: process)
    }

    package func trim(before position: UInt64) async throws(JournalError) {
        _ = try await disk.perform(.trim(before: position), by: process)
    }

    package func close() async {}

    private func read<Value>(_ body: () -> Value) throws(JournalError) -> Value {
        guard process.isAlive else { throw .closed }
        return body()
    }
}
