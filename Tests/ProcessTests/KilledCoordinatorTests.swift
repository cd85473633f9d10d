import FleetModel
import FleetRuntime
import Foundation
import OperatorClient
import SQLiteJournal
import Synchronization
import TestSupport
import Testing

/// Contract C1 on the real program: killed in the middle of its commits it has lost nothing that it acknowledged.
@Suite struct KilledCoordinatorTests {
    private static let rounds = 4
    private static let writers = 8

    /// What was acknowledged: a Supervisor's name and the journal's position.
    private final class Acknowledged: Sendable {
        private let all = Mutex<[SupervisorID: UInt64]>([:])
        var count: Int { all.withLock { $0.count } }
        var names: [SupervisorID: UInt64] { all.withLock { $0 } }
        func note(_ name: SupervisorID, _ position: UInt64) { all.withLock { $0[name] = position } }
    }

    @Test func losesNothingThatItAcknowledgedWhenItIsKilled() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("killed-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let acknowledged = Acknowledged()
        var generator = SeededGenerator(seed: 20_261_122)
        for round in 0..<Self.rounds {
            let program = try start(in: folder)
            defer { program.killAtOnce() }
            let client = try client(folder)
            try await ready(client)
            try await check(client, acknowledged)
            let wanted = acknowledged.count + Int.random(in: 20...60, using: &generator)
            await withTaskGroup(of: Void.self) { group in
                for writer in 0..<Self.writers {
                    group.addTask { await Self.write(round, writer, client, acknowledged) }
                }
                group.addTask {
                    // In the middle of commits: the writers go on until nobody answers them.
                    while acknowledged.count < wanted, !Task.isCancelled { await Task.yield() }
                    program.killAtOnce()
                }
                await group.waitForAll()
            }
            _ = try await program.result()
            await client.shutdown()
        }
        let program = try start(in: folder)
        let client = try client(folder)
        try await ready(client)
        try await check(client, acknowledged)
        await client.shutdown()
        program.terminate()
        #expect(try await program.result().code == 0)
        try await verifyChain(folder, upTo: acknowledged.names.values.max() ?? 0)
    }

    private func start(in folder: String) throws -> RunningProgram {
        try RunningProgram(
            "flotilla-coordinator",
            [
                "--data-dir", folder + "/data", "--operator-socket", folder + "/s", "--listen", "tcp://127.0.0.1:0",
                "--enrolment-listen", "tcp://127.0.0.1:0",
            ], environment: ["SWIFT_BACKTRACE": "enable=no"])
    }

    /// Gives up at the first broken connection: what it was told then is what was acknowledged.
    private func client(_ folder: String) throws -> OperatorClient {
        var retry = OperatorClient.Retry()
        (retry.attempts, retry.attemptsOnceReached) = (1, 1)
        return try OperatorClient(endpoint: try OperatorEndpoint("\(folder)/s"), retry: retry)
    }

    private func ready(_ client: OperatorClient) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while (try? await client.status()) == nil {
            try #require(ContinuousClock.now < deadline, "the coordinator does not answer")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func write(
        _ round: Int, _ writer: Int, _ client: OperatorClient, _ acknowledged: Acknowledged
    ) async {
        for number in 0..<1000 {
            let name = SupervisorID("sv-\(round)-\(writer)-\(number)")
            let command = FleetCommand.addSupervisor(
                name, moid: "domain-c1", labels: [:], tokenLifetime: 3600, autoAccept: true)
            guard let reply = try? await client.submit(command, id: CommandID(name.rawValue)) else { return }
            acknowledged.note(name, reply.position)
        }
    }

    private func check(_ client: OperatorClient, _ acknowledged: Acknowledged) async throws {
        let there = Set(try await client.supervisors().map(\.supervisor.id))
        let missing = acknowledged.names.keys.filter { !there.contains($0) }.sorted()
        #expect(missing.isEmpty)
    }

    /// Reading checks each record's checksum and its place in the chain.
    private func verifyChain(_ folder: String, upTo last: UInt64) async throws {
        let storage = try SQLiteStorage(directory: folder + "/data")
        #expect(try await storage.journal.lastPosition() >= last)
        var position: UInt64 = 1
        while true {
            let records = try await storage.journal.records(from: position, limit: 500)
            guard let end = records.last?.position else { break }
            #expect(records.map(\.position) == Array(position...end))
            position = end + 1
        }
        #expect(position > last)
        await storage.close()
    }
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
