import AgentLink
import FleetModel
import Testing

/// An agent that was away for long sends what its compacted outbox still holds.
@Suite struct CompactedOutboxTests {
    /// Both ends, wired together without a network.
    private struct Pair {
        var agent: AgentSession
        var coordinator = CoordinatorSession(configuration: .init(coordinatorVersion: "1"))
        let outbox: [AgentReport]
        var received: [AgentReport] = []
        let connection = CoordinatorSession.Connection([1])
        let now = Timestamp(milliseconds: 0)

        init(_ outbox: [AgentReport]) {
            self.outbox = outbox
            agent = AgentSession(
                configuration: .init(agentVersion: "1", instance: 9),
                outbox: .init(incarnation: 7, first: 1, last: outbox.last?.sequence ?? 0), accepted: [:], seed: 1)
        }

        mutating func run(_ actions: [AgentSession.Action]) {
            for action in actions {
                switch action {
                case .send(let frame): run(coordinator.received(frame, from: connection, at: now))
                case .readOutbox(let from, let limit):
                    let reports = outbox.filter { $0.sequence >= from }.prefix(limit).map {
                        OutboxReport(sequence: $0.sequence, bytes: ReportCodec.encode($0))
                    }
                    run(agent.outboxRead(Array(reports), at: now))
                default: break
                }
            }
        }

        mutating func run(_ actions: [CoordinatorSession.Action]) {
            for action in actions {
                switch action {
                case .send(let frame, _): run(agent.received(frame, at: now))
                case .resume: run(coordinator.resume(acked: 0, wanted: [:], epoch: 1, at: now))
                case .reports(let incarnation, let reports):
                    received += reports.map(\.report)
                    guard let last = received.last else { continue }
                    run(coordinator.persisted(incarnation: incarnation, through: last.sequence, at: now))
                default: break
                }
            }
        }
    }

    private func note(_ sequence: UInt64) -> AgentReport {
        AgentReport(
            sequence: sequence, at: .zero, service: nil, generation: 0, body: .note(reason: "R", message: "m"))
    }

    private func gap(_ from: UInt64, _ sequence: UInt64) -> AgentReport {
        AgentReport(
            sequence: sequence, at: .zero, service: nil, generation: 0, body: .gap(from: from, to: sequence - 1))
    }

    /// The second hole is wider than the whole credit (256).
    @Test func sendsPastHolesOfAnyWidth() {
        let outbox = [note(1), gap(2, 10), note(11), gap(12, 600)] + (601...900).map(note)
        var pair = Pair(outbox)
        pair.run(pair.agent.connected(at: pair.now))
        for _ in 0..<20 where pair.received.count < outbox.count {
            pair.run(pair.agent.outboxGrew(first: 1, last: 900, at: pair.now))
        }
        #expect(pair.received.map(\.sequence) == outbox.map(\.sequence))
    }

    /// A disk that lost reports without saying so is not covered up.
    @Test func doesNotSendPastAHoleThatNothingExplains() {
        var pair = Pair([note(1), note(5)])
        pair.run(pair.agent.connected(at: pair.now))
        #expect(pair.received.map(\.sequence) == [1])
    }
}
