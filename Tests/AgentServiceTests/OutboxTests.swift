import AgentService
import FleetModel
import FleetRuntime
import KubernetesClient
import ResourceModel
import Testing

/// The outbox at its limits (contract C3).
@Suite struct OutboxTests {
    private func say(_ text: String, _ bench: Bench) async throws {
        _ = try await bench.client.create([
            "apiVersion": "v1", "kind": "Event",
            "metadata": ["name": .string("e-\(text)"), "namespace": .string(Bench.namespace)],
            "involvedObject": ["kind": "ConfigMap", "name": "a", "namespace": .string(Bench.namespace)],
            "type": "Normal", "reason": "Said", "message": .string(text), "count": 1,
        ])
    }

    private func said(_ bench: Bench) async -> [String] {
        await bench.coordinator.reports.compactMap { report in
            if case .kubernetesEvent(_, "Said", _, let message, _) = report.body { message } else { nil }
        }
    }

    /// Every number is there, or a gap report right behind them names it.
    private func isExplained(_ reports: some Sequence<AgentReport>) -> Bool {
        var last: UInt64 = 0
        for report in reports {
            if case .gap(let from, let to) = report.body {
                guard from == last + 1, to + 1 == report.sequence else { return false }
            } else if report.sequence != last + 1 {
                return false
            }
            last = report.sequence
        }
        return true
    }

    @Test func anOutboxPastItsBoundBecomesGapReportsAndKeepsEveryOutcome() async throws {
        var made = Bench()
        made.limits.outboxReports = 16
        made.limits.recordsPerSnapshot = 25
        let bench = made
        let first = await bench.present(1, files: ["config/a.yaml": Bench.configMap("a", "one")])
        try await bench.withAgent { (transport: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, first)
            #expect(try await bench.outcome(1).verdict == .succeeded)
            transport.cut(true)
            let before = try await bench.journal.lastPosition()
            for number in 0..<60 { try await say("\(number)", bench) }
            try await bench.eventually("all of it is in the outbox") {
                try await bench.journal.lastPosition() >= before + 60
            }
            _ = try await bench.client.patch(
                GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"), namespace: Bench.namespace, name: "a",
                type: .merge, body: ["data": ["key": "edited"]])
            try await bench.eventually("the repair") {
                try await bench.live("ConfigMap", "a")?["data"]?["key"] == "one"
            }
        }
        // Killed with a full outbox; what is left of it is sent by the next process.
        try await bench.withAgent { (_: PairedTransport) async throws -> Void in
            try await say("last", bench)
            try await bench.eventually("everything that is left") { await said(bench).last == "last" }
        }
        let reports = await bench.coordinator.reports
        #expect(isExplained(reports))
        #expect(reports.contains { if case .gap = $0.body { true } else { false } })
        #expect(await said(bench).count < 61)
        #expect(await bench.coordinator.outcomes(1).count == 1)
    }

    @Test func aRewoundOutboxGoesOnUnderANewIncarnation() async throws {
        var bench = Bench()
        let first = await bench.present(1, files: ["config/a.yaml": Bench.configMap("a", "one")])
        try await bench.withAgent { [bench] (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, first)
            #expect(try await bench.outcome(1).verdict == .succeeded)
        }
        // The disk is restored from a copy of before the install.
        let copy = InMemoryJournal()
        let records = try await bench.journal.records(from: 1, limit: 2)
        _ = try await copy.append(
            records.map { JournalEntry(at: $0.at, kind: $0.kind, payload: $0.payload) }, after: 0)
        bench.journal = copy
        let second = await bench.present(2, files: ["config/a.yaml": Bench.configMap("a", "two")])
        try await bench.withAgent { [bench] (_: PairedTransport) async throws -> Void in
            await bench.coordinator.want(Bench.service, second)
            #expect(try await bench.outcome(2).verdict == .succeeded)
        }
        let beginnings = await bench.coordinator.beginnings
        #expect(beginnings.count == 2)
        let reports = await bench.coordinator.reports
        #expect(isExplained(reports[..<(beginnings.last ?? 0)]))
        #expect(isExplained(reports[(beginnings.last ?? 0)...]))
        #expect(await bench.coordinator.outcomes(1).count == 1)
    }

    /// A gap report that an earlier outbox had keeps that one's numbers; what is compacted with it has this one's.
    @Test func aGapOfAnEarlierOutboxIsNoHoleOfThisOne() {
        func report(_ sequence: UInt64, _ body: AgentReport.Body) -> AgentReport {
            AgentReport(sequence: sequence, at: .zero, service: nil, generation: 0, body: body)
        }
        let note = AgentReport.Body.note(reason: "Repaired", message: "")
        let mixed = OutboxCompaction.compact([report(3, .gap(from: 28, to: 31)), report(4, note)], through: 4)
        #expect(mixed == [report(4, .gap(from: 3, to: 3))])
        let own = OutboxCompaction.compact([report(9, .gap(from: 4, to: 8)), report(10, note)], through: 10)
        #expect(own == [report(10, .gap(from: 4, to: 9))])
    }
}
