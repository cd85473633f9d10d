import AgentLink
import FleetModel
import SwiftProtobuf
import Testing

@Suite struct CodecTests {
    static let bodies: [AgentReport.Body] = [
        .accepted, .progress(stage: .waiting, done: 3, total: 9, detail: "waiting: statefulset/harbor 0/1 ready"),
        .outcome(
            ReconcileOutcome(verdict: .failed, version: "2.6.1", objectCount: 30, message: "kapp: Error: …", next: "n")),
        .outcome(ReconcileOutcome(verdict: .superseded, version: nil, objectCount: 0, message: "")),
        .condition(state: .error, reason: "ReconcileFailed", message: "m"),
        .drift(resource: "deployment/x", summary: "spec.replicas 1 -> 2"),
        .kubernetesEvent(type: "Warning", reason: "BackOff", object: "pod/x", message: "m", count: 4),
        .objectPhase(object: "pod/x", phase: "Terminating"), .supervisorInfo(kubernetesVersion: "v1.25.10", nodes: 3),
        .note(reason: "R", message: "m"), .gap(from: 3, to: 9),
    ]

    @Test(arguments: bodies) func reportsSurviveTheirBytes(body: AgentReport.Body) throws {
        for service in [nil, ServiceID("harbor.example")] {
            let report = AgentReport(
                sequence: 10, at: Timestamp(milliseconds: 1_700_000_000_123), service: service, generation: 4,
                body: body)
            #expect(try ReportCodec.decode(ReportCodec.encode(report)) == report)
        }
    }

    @Test func wordsAndKindsOfANewerAgentBecomeNotes() throws {
        var wire = WireReport()
        wire.sequence = 5
        wire.progress.stage = "levitating"
        let report = try ReportCodec.decode(try wire.serializedBytes())
        guard case .note(let reason, let message) = report.body else {
            Issue.record("not a note: \(report)")
            return
        }
        #expect(reason == ReportCodec.unknownReason)
        #expect(message.contains("levitating"))
        #expect(report.sequence == 5)
        #expect(throws: LinkError.self) { try ReportCodec.decode([0xFF, 0xFF, 0xFF]) }
        #expect(ReportCodec.read([0xFF, 0xFF], sequence: 7).sequence == 7)
    }

    @Test func longTextsAreCutAndSaySo() throws {
        let text = String(repeating: "å", count: 40_000)
        let report = AgentReport(
            sequence: 1, at: .zero, service: nil, generation: 0, body: .note(reason: "R", message: text))
        guard case .note(_, let cut) = try ReportCodec.decode(ReportCodec.encode(report)).body else { return }
        #expect(cut.utf8.count <= ReportCodec.textBytes)
        #expect(cut.hasSuffix("(80000 bytes, cut)"))
    }

    static let digest = ContentDigest("sha256:" + String(repeating: "a", count: 64))
    static let selection = PackageSelection(
        version: "2.6.1", package: digest, values: digest, bundleImage: "r/h@sha256:x", bundleTree: digest,
        bundleContent: digest, namespace: "svc-harbor-domain-c8")

    @Test(arguments: [
        InstallSpec.Intent.present(selection), .absent(.keep), .absent(.delete),
        .present(
            PackageSelection(
                version: "1", package: digest, values: digest, bundleImage: nil, bundleTree: nil, namespace: "n")),
    ]) func wantedStatesSurviveTheirBytes(intent: InstallSpec.Intent) throws {
        let key = InstallKey(service: ServiceID("harbor"), supervisor: SupervisorID("sv-oslo"))
        for consent in [DataConsent.none, .confirmed(key)] {
            let spec = InstallSpec(
                generation: 3, intent: intent, command: CommandID("c"), task: TaskID("t-1"), dataConsent: consent)
            #expect(try WireDesiredState(service: ServiceID("harbor"), spec: spec).spec() == spec)
        }
    }

    @Test func wantedStatesThatCouldBeMisreadAreRefused() {
        var wire = WireDesiredState()
        wire.service = "harbor"
        wire.generation = 1
        #expect(throws: LinkError.invalid(field: "intent", value: "")) { try wire.spec() }
        wire.absent.dataPolicy = "shred"
        #expect(throws: LinkError.invalid(field: "data_policy", value: "shred")) { try wire.spec() }
        wire.present = WirePackageSelection()
        #expect(throws: LinkError.self) { try wire.spec() }
    }

    @Test func questionsAndAnswersSurviveTheirBytes() throws {
        let questions: [AgentQuestion] = [
            .plan(ServiceID("h"), Self.selection), .inventory(ServiceID("h")), .why(ServiceID("h")),
            .drift(ServiceID("h")),
        ]
        for question in questions { #expect(try WireQuestion(question).question() == question) }
        let claim = DataInventory.Claim(
            name: "c", namespace: "n", size: "60Gi", storageClass: "s", origin: "claim", reclaimPolicy: "Delete")
        let answers: [AgentAnswer] = [
            .plan(
                ResourcePlan(
                    consequence: .oneWay,
                    changes: [.init(operation: "update", resource: "r", consequence: .rolling, diff: ["+a"])],
                    dataLoss: [claim], manifests: Self.digest, warnings: ["w"])),
            .inventory(DataInventory(claims: [claim], total: "60Gi")),
            .why(
                Diagnosis(
                    state: .error, reason: "R", message: "m", since: Timestamp(milliseconds: 5),
                    causes: [.init(text: "t", next: "n", effect: "e")])),
            .drift([
                DriftItem(resource: "r", field: "f", declared: "1", live: "2", valuePath: "p", manager: nil),
                DriftItem(resource: "r", field: "f", declared: "1", live: "2"),
            ]), .failed(FleetError(.conflict, "m", reason: "r", next: "n")),
        ]
        for answer in answers { #expect(try WireAnswerBody(answer).answer() == answer) }
    }

    @Test func enrolmentNamesTheChannelsKeyOrIsRefused() throws {
        let request = EnrolmentRequest(
            token: "t", publicKey: "k", agentVersion: "1", supervisor: SupervisorID("sv-oslo"))
        let bytes = EnrolmentCodec.encode(request)
        #expect(try EnrolmentCodec.request(bytes, channelKey: "k") == request)
        #expect(throws: LinkError.self) { try EnrolmentCodec.request(bytes, channelKey: "other") }
        var long = request
        long.token = String(repeating: "x", count: 5000)
        #expect(throws: LinkError.self) { try EnrolmentCodec.request(EnrolmentCodec.encode(long), channelKey: "k") }
        for reply in [
            EnrolmentReply.enrolled(SupervisorID("sv-oslo"), moid: "domain-c8"),
            .refused(FleetError(.unauthenticated, "m")),
        ] {
            #expect(try EnrolmentCodec.reply(EnrolmentCodec.encode(reply)) == reply)
        }
    }
}
