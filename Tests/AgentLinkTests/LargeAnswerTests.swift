import AgentLink
import FleetModel
import Testing

/// Answers over the size of a frame, and the allowance of reports, of a live session.
@Suite struct LargeAnswerTests {
    private typealias Coordinator = CoordinatorSession

    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    /// Both ends, with what one says handed to the other until they are silent.
    private struct Pair {
        var agent: AgentSession
        var coordinator = CoordinatorSession(configuration: .init(coordinatorVersion: "1"))
        var frames = 0
        var largest = 0
        var questions: [UInt64] = []
        var answers: [AgentAnswer] = []
        var asksForReports: [(from: UInt64, limit: Int)] = []
        let peer = CoordinatorSession.Connection([1])

        init(reports: UInt64 = 0) {
            agent = AgentSession(
                configuration: .init(agentVersion: "1", instance: 1),
                outbox: .init(incarnation: 7, first: 1, last: reports), accepted: [:], seed: 1)
            run(agent.connected(at: Timestamp(milliseconds: 0)))
        }

        mutating func run(_ actions: [AgentSession.Action]) {
            for action in actions {
                switch action {
                case .send(let frame):
                    frames += 1
                    largest = max(largest, frame.count)
                    run(coordinator.received(frame, from: peer, at: Timestamp(milliseconds: 1)))
                case .answer(let id, _, _): questions.append(id)
                case .readOutbox(let from, let limit): asksForReports.append((from, limit))
                default: break
                }
            }
        }

        mutating func run(_ actions: [CoordinatorSession.Action]) {
            for action in actions {
                switch action {
                case .send(let frame, _): run(agent.received(frame, at: Timestamp(milliseconds: 1)))
                case .answered(_, let answer): answers.append(answer)
                case .resume: run(coordinator.resume(acked: 0, wanted: [:], epoch: 1, at: Timestamp(milliseconds: 1)))
                default: break
                }
            }
        }
    }

    private func plan(bytes: Int) -> ResourcePlan {
        let line = String(repeating: "x", count: 1 << 16)
        return ResourcePlan(
            consequence: .inPlace,
            changes: [
                .init(
                    operation: "create", resource: "crd", consequence: .inPlace,
                    diff: Array(repeating: line, count: bytes >> 16))
            ], manifests: CodecTests.digest)
    }

    @Test func aPlanOfTenMegabytesArrivesInParts() throws {
        var pair = Pair()
        pair.run(pair.coordinator.ask(id: 5, .why(ServiceID("h")), deadline: .seconds(30), at: at(2)))
        #expect(pair.questions == [5])
        let answer = AgentAnswer.plan(plan(bytes: 10 << 20))
        pair.run(pair.agent.answer(id: 5, answer, at: at(3)))
        #expect(pair.answers == [answer])
        #expect(pair.largest <= (1 << 20) + 256)
        // What was fetched is let go: the same question again is a new one.
        pair.run(pair.coordinator.ask(id: 6, .why(ServiceID("h")), deadline: .seconds(30), at: at(4)))
        #expect(pair.questions == [5, 6])
    }

    @Test func anAnswerOverTheLimitSaysSo() throws {
        var pair = Pair()
        pair.run(pair.coordinator.ask(id: 5, .why(ServiceID("h")), deadline: .seconds(30), at: at(2)))
        pair.run(pair.agent.answer(id: 5, .plan(plan(bytes: 17 << 20)), at: at(3)))
        guard case .failed(let error)? = pair.answers.first else {
            Issue.record("no answer: \(pair.answers.count)")
            return
        }
        #expect(error.code == .limitExceeded)
        #expect(error.reason.contains("answerBytes"))
    }

    /// The allowance of a live session, raised and lowered: what is outstanding follows it.
    @Test func theCreditOfALiveSessionIsFollowed() throws {
        var pair = Pair(reports: 1000)
        func outstanding(_ pair: inout Pair, from: UInt64) -> UInt64 {
            var last = from
            while let ask = pair.asksForReports.popLast() {
                pair.asksForReports = []
                let read = (ask.from..<ask.from + UInt64(ask.limit)).map {
                    OutboxReport(
                        sequence: $0,
                        bytes: ReportCodec.encode(
                            AgentReport(
                                sequence: $0, at: .zero, service: nil, generation: 0,
                                body: .note(reason: "r", message: "m"))))
                }
                last = read.last?.sequence ?? last
                pair.run(pair.agent.outboxRead(read, at: at(5)))
            }
            return last
        }
        let full = outstanding(&pair, from: 0)
        #expect(full == UInt64(LinkLimits().credit))
        // Less: nothing further goes until what is outstanding is below it.
        pair.run(pair.coordinator.grant(credit: 10, at: at(6)))
        #expect(pair.asksForReports.isEmpty)
        pair.run(pair.coordinator.persisted(incarnation: 7, through: full - 5, at: at(7)))
        #expect(outstanding(&pair, from: full) == full + 5)
        // More than there may be is cut to the limit; it takes effect at once.
        pair.run(pair.coordinator.grant(credit: 100_000, at: at(8)))
        #expect(outstanding(&pair, from: full + 5) == full - 5 + UInt64(LinkLimits().credit))
        #expect(pair.coordinator.counters.creditViolations == 0)
    }
}
