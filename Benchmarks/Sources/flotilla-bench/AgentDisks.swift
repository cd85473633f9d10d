internal import AgentLink
internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import SQLiteJournal

/// A journal per simulated agent, each with its own fsync, as every real agent has one.
final class AgentDisks: Sendable {
    struct Write: Sendable {
        var service: ServiceID
        var spec: InstallSpec
        var reports: [OutboxReport]
    }

    private let streams: [AsyncStream<Write>.Continuation]
    private let sources: [AsyncStream<Write>]
    private let storages: [SQLiteStorage]

    init(folder: String, count: Int) throws {
        let pairs = (0..<count).map { _ in AsyncStream.makeStream(of: Write.self) }
        streams = pairs.map(\.continuation)
        sources = pairs.map(\.stream)
        storages = try (0..<count).map { try SQLiteStorage(directory: "\(folder)/agent-\($0)") }
    }

    func put(_ write: Write, agent: Int) { streams[agent].yield(write) }

    /// Writes what comes, for ever; `done` is told after each fsync.
    func run(done: @escaping @Sendable (Int, Write) -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in storages.indices {
                group.addTask { try await self.serve(index, done) }
            }
            try await group.waitForAll()
        }
    }

    private func serve(_ index: Int, _ done: @Sendable (Int, Write) -> Void) async throws {
        let journal = storages[index].journal
        var position = try await journal.lastPosition()
        let encoder = JSONEncoder()
        for await write in sources[index] {
            let at = WallClock.now()
            var entries = [
                JournalEntry(at: at, kind: "desired", payload: Array(try encoder.encode(write.spec)))
            ]
            entries += write.reports.map { JournalEntry(at: at, kind: "report", payload: $0.bytes) }
            position = try await journal.append(entries, after: position)
            done(index, write)
        }
    }
}
