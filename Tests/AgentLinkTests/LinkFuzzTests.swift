import AgentLink
import FleetModel
import FoundationEssentials
import SwiftProtobuf
import TestSupport
import Testing

/// Random and changed frames at both ends of the link: refused or taken, never a trap, and within the named limits.
@Suite struct LinkFuzzTests {
    private static let peer = CoordinatorSession.Connection([1])

    /// A good frame of every kind, with fields in them.
    private static let corpus: [[UInt8]] = {
        var frames = RoleMatrixTests.kinds.compactMap { kind -> [UInt8]? in
            var frame = WireFrame()
            frame.epoch = 5
            frame.body = kind.body
            return try? frame.serializedBytes()
        }
        var frame = WireFrame()
        frame.epoch = 5
        var batch = WireReportBatch()
        for sequence in 1...3 as ClosedRange<UInt64> {
            var entry = WireReportEntry()
            entry.sequence = sequence
            entry.report = .init(
                ReportCodec.encode(
                    AgentReport(
                        sequence: sequence, at: .zero, service: ServiceID("h"), generation: 1,
                        body: .progress(stage: .applying, done: 1, total: 2, detail: "d"))))
            batch.entries.append(entry)
        }
        frame.body = .reportBatch(batch)
        frames.append((try? frame.serializedBytes()) ?? [])
        var part = WireAnswerPart()
        (part.id, part.total, part.bytes) = (1, 100, .init([1, 2, 3]))
        frame.body = .answerPart(part)
        frames.append((try? frame.serializedBytes()) ?? [])
        var offer = WireKeyOffer()
        offer.publicKey = String(repeating: "k", count: 40)
        frame.body = .keyOffer(offer)
        frames.append((try? frame.serializedBytes()) ?? [])
        var hello = WireHello()
        (hello.protocolMin, hello.protocolMax, hello.incarnation, hello.instance, hello.nonce) = (1, 1, 7, 100, 101)
        hello.outboxFirst = 1
        frame.epoch = 0
        frame.body = .hello(hello)
        frames.append((try? frame.serializedBytes()) ?? [])
        return frames
    }()

    private func input(_ source: inout FuzzSource) -> [UInt8] {
        source.chance(10)
            ? source.bytes(source.below(200)) : source.changed(source.pick(Self.corpus), corpus: Self.corpus)
    }

    @Test func framesToACoordinator() async throws {
        try await FuzzTarget("frames to a coordinator", rounds: 400).run { source in
            var session = CoordinatorSession(configuration: .init(coordinatorVersion: "1"))
            var now: Int64 = 1000
            var epoch: UInt64 = 4
            for _ in 0..<20 {
                now += Int64(source.below(3000)) - 500
                let at = Timestamp(milliseconds: now)
                let bytes = source.chance(20) ? Self.corpus.last! : input(&source)
                for action in session.received(bytes, from: Self.peer, at: at) {
                    switch action {
                    case .resume:
                        epoch += 1
                        _ = session.resume(acked: 0, wanted: [:], epoch: epoch, at: at)
                        _ = session.ask(id: 1, .why(ServiceID("h")), deadline: .seconds(9), at: at)
                    case .reports(let incarnation, let reports):
                        _ = session.persisted(
                            incarnation: incarnation, through: reports.last?.report.sequence ?? 0, at: at)
                    case .keyOffered(let key, _): _ = session.keyAnswered(key, refusal: nil, at: at)
                    case .send(let frame, _): #expect(frame.count <= LinkLimits().frameBytes)
                    default: break
                    }
                }
                _ = session.tick(at: at)
                _ = session.wake(at: at)
            }
        }
    }

    @Test func framesToAnAgent() async throws {
        try await FuzzTarget("frames to an agent", rounds: 400).run { source in
            var session = AgentSession(
                configuration: .init(agentVersion: "1", instance: 100), outbox: .init(incarnation: 7, last: 3),
                accepted: [:], seed: 1)
            var now: Int64 = 1000
            var welcome = WireWelcome()
            (welcome.protocol, welcome.epoch, welcome.nonce, welcome.credit) = (1, 5, 101, 10)
            var frame = WireFrame()
            frame.body = .welcome(welcome)
            _ = session.connected(at: Timestamp(milliseconds: now))
            _ = session.received(try frame.serializedBytes(), at: Timestamp(milliseconds: now))
            for _ in 0..<20 {
                now += Int64(source.below(3000)) - 500
                let at = Timestamp(milliseconds: now)
                for action in session.received(input(&source), at: at) {
                    switch action {
                    case .makeKey: _ = session.keyMade(String(repeating: "n", count: 40), at: at)
                    case .accept(let service, let spec):
                        _ = session.desiredPersisted(service, generation: spec.generation, at: at)
                    case .readOutbox: _ = session.outboxRead([], at: at)
                    case .answer(let id, _, _):
                        _ = session.answer(id: id, .failed(FleetError(.notFound, "n")), at: at)
                    default: break
                    }
                }
                _ = session.tick(at: at)
                _ = session.wake(at: at)
            }
        }
    }

    @Test func enrolmentsReportsAndTheirReplies() async throws {
        let key = String(repeating: "k", count: 40)
        let good = [
            EnrolmentCodec.encode(
                EnrolmentRequest(token: "t", publicKey: key, agentVersion: "1", supervisor: SupervisorID("sv-oslo"))),
            EnrolmentCodec.encode(.enrolled(SupervisorID("sv-oslo"), moid: "domain-c8")),
            EnrolmentCodec.encode(.pending(SupervisorID("sv-oslo"), moid: "domain-c8", fingerprint: "ab-cd")),
            EnrolmentCodec.encode(.refused(FleetError(.unauthenticated, "no"))),
        ]
        try await FuzzTarget("enrolments and reports", rounds: 2_000).run { source in
            let bytes = source.changed(source.pick(good), corpus: Self.corpus)
            if let request = try? EnrolmentCodec.request(bytes, channelKey: key) { #expect(request.publicKey == key) }
            _ = try? EnrolmentCodec.reply(bytes)
            let report = ReportCodec.read(input(&source), sequence: 9)
            #expect(report.sequence == 9)
        }
    }
}
