import FleetControl
import FleetModel
import Testing

/// What the reader of the records counts for itself.
@Suite struct HistoryTests {
    static let oslo = SupervisorID("sv-oslo")
    static let harbor = ServiceID("harbor.example.com")

    static func report(_ sequence: UInt64, _ body: AgentReport.Body, generation: UInt64 = 1) -> FleetRecord {
        .report(
            .init(
                supervisor: oslo, incarnation: 7, task: nil,
                report: AgentReport(
                    sequence: sequence, at: .zero, service: harbor, generation: generation, body: body)))
    }

    static let outcome = AgentReport.Body.outcome(
        ReconcileOutcome(verdict: .succeeded, version: "1.0.0", objectCount: 1, message: ""))

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var records: [FleetRecord]
        /// Kind of the one finding; nil = none.
        var finding: String?
        var testDescription: String { name }
    }

    static func fell(_ generation: UInt64) -> FleetRecord {
        .generationRaised(.init(key: InstallKey(service: harbor, supervisor: oslo), generation: generation))
    }

    static let cases: [Case] = [
        Case(name: "in order", records: [report(1, .accepted), report(2, outcome)], finding: nil),
        Case(
            name: "an explained gap",
            records: [report(1, .accepted), report(5, .gap(from: 2, to: 4)), report(6, outcome)], finding: nil),
        Case(name: "a gap", records: [report(1, .accepted), report(3, outcome)], finding: "feed.gap"),
        Case(name: "a report twice", records: [report(1, .accepted), report(1, .accepted)], finding: "feed.doubled"),
        Case(
            name: "two outcomes", records: [report(1, outcome), report(2, outcome)], finding: "outcome.doubled"),
        Case(
            name: "an older generation accepted later",
            records: [report(1, .accepted, generation: 2), report(2, .accepted, generation: 1)],
            finding: "generation.order"),
        Case(
            name: "a generation that fell",
            records: [fell(2), fell(1)], finding: "generation.fell"),
    ]

    @Test(arguments: cases) func eachBrokenPromiseIsNamed(_ item: Case) {
        var check = HistoryCheck()
        for (index, record) in item.records.enumerated() { check.take(record, position: UInt64(index + 1)) }
        #expect(check.findings.map(\.kind) == (item.finding.map { [$0] } ?? []))
        #expect(check.findings.allSatisfy { $0.severity == .broken && $0.position != nil })
    }

    @Test func aMissingRecordIsNamedByPosition() {
        var check = HistoryCheck()
        check.take(.coordinatorStarted(.init(version: "1")), position: 1)
        check.take(.coordinatorStarted(.init(version: "1")), position: 3)
        #expect(check.findings.map(\.kind) == ["journal.hole"])
        #expect(check.findings.first?.detail == "record 2 is followed by 3")
    }
}
