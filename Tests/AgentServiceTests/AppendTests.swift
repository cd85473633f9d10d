import AgentService
import FleetModel
import FleetRuntime
import Testing

/// What reaches the agent's disk, and with what.
@Suite struct AppendTests {
    private static let never = Duration.seconds(3600)

    private func install(_ bench: Bench) async throws {
        let first = await bench.present(1, files: ["config/a.yaml": Bench.configMap("a", "one")])
        await bench.coordinator.want(Bench.service, first)
        #expect(try await bench.outcome(1).verdict == .succeeded)
    }

    @Test func progressGoesToTheDiskWithWhatComesNext() async throws {
        var made = Bench()
        made.limits.informDelay = Self.never
        made.limits.acknowledgementDelay = Self.never
        let bench = made
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            try await install(bench)
            let records = try await bench.journal.records(from: 1, limit: 1000)
            let entries = try records.map { try AgentJournalEntry.read($0) }
            let bodies = entries.compactMap { entry -> AgentReport.Body? in
                if case .report(let report) = entry { report.body } else { nil }
            }
            let stages = bodies.compactMap { body -> ReconcileStage? in
                if case .progress(let stage, _, _, _) = body { stage } else { nil }
            }
            // All of it is told, in order, and before the outcome.
            #expect(stages.prefix(4) == [.fetching, .templating, .planning, .applying])
            let outcome = bodies.firstIndex { if case .outcome = $0 { true } else { false } }
            let progress = bodies.lastIndex { if case .progress = $0 { true } else { false } }
            #expect(try #require(outcome) > (try #require(progress)))
        }
    }

    @Test func anAcknowledgementReachesTheDiskWithoutAnythingElse() async throws {
        var made = Bench()
        made.limits.acknowledgementDelay = .milliseconds(20)
        let bench = made
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            try await install(bench)
            try await bench.eventually("the journal says that everything is kept") {
                let view = try await AgentJournalView.read(bench.journal)
                return view.acknowledged == view.lastSequence && view.waiting.isEmpty
            }
        }
    }

    @Test func whatWaitsIsWrittenAtTheEndOfTheProcess() async throws {
        var made = Bench()
        made.limits.acknowledgementDelay = Self.never
        let bench = made
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            try await install(bench)
            let last = try await AgentJournalView.read(bench.journal).lastSequence
            try await bench.eventually("the acknowledgement came") {
                await bench.coordinator.reports.count >= Int(last)
            }
        }
        let view = try await AgentJournalView.read(bench.journal)
        #expect(view.acknowledged > 0)
    }

    /// The coordinator keeps what the disk does not know to be kept: it is told again, and nothing is there twice.
    @Test func anAcknowledgementLostWithTheProcessIsOnlyToldAgain() async throws {
        var bench = Bench()
        bench.limits.acknowledgementDelay = Self.never
        let copy = InMemoryJournal()
        try await bench.withAgent { [bench] (_: PairedTransport) async throws -> Void in
            try await install(bench)
            let records = try await bench.journal.records(from: 1, limit: 1000)
            _ = try await copy.append(
                records.filter { $0.kind != "acknowledged" }.map {
                    JournalEntry(at: $0.at, kind: $0.kind, payload: $0.payload)
                }, after: 0)
        }
        let before = try await AgentJournalView.read(copy)
        #expect(before.acknowledged < before.lastSequence)
        bench.journal = copy
        bench.limits.acknowledgementDelay = .milliseconds(20)
        try await bench.withAgent { [bench] (_: PairedTransport) async throws -> Void in
            try await bench.eventually("the journal says that everything is kept") {
                let view = try await AgentJournalView.read(bench.journal)
                return view.acknowledged == view.lastSequence
            }
        }
        #expect(await bench.coordinator.beginnings.count == 1)
        #expect(await bench.coordinator.outcomes(1).count == 1)
        let sequences = await bench.coordinator.reports.map(\.sequence)
        #expect(sequences == Array(1...UInt64(sequences.count)))
    }
}
