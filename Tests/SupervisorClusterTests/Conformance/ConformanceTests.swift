import FleetModel
import ResourceModel
import SupervisorCluster
import TestSupport
import Testing

/// Every recorded request is replayed, or left out by name with the reason (kube-apiserver 1.25.10 and 1.32.13).
@Suite(
    .enabled(
        if: ServerProfile.allCases.allSatisfy(RecordedReply.isPresent),
        "needs the recorded replies (FLOTILLA_TESTDATA)")
)
struct ConformanceTests {
    static let runs: [(ServerProfile, ConformanceScenario)] = ServerProfile.allCases.flatMap { profile in
        Conformance.scenarios.map { (profile, $0) }
    }

    @Test(arguments: runs)
    func answersAsTheRealServerDid(profile: ServerProfile, scenario: ConformanceScenario) throws {
        var settings = ClusterSettings()
        settings.profile = profile
        settings.tokens = scenario.tokens
        var cluster = TestCluster(
            settings: settings, controllers: scenario.hasControllers ? Conformance.standardControllers : nil)
        for step in scenario.steps {
            switch step {
            case .act(let action): action(&cluster)
            case .replay(let names):
                for name in names
                where TestData.exists("kubernetes-replies/\(profile.rawValue)/\(name).json")
                    && Conformance.leftOut("\(name).json", profile) == nil
                {
                    try replay(name, profile, &cluster)
                }
            }
        }
    }

    private func replay(_ name: String, _ profile: ServerProfile, _ cluster: inout TestCluster) throws {
        let recorded = try RecordedReply(name, profile)
        cluster.step()
        let sender = Conformance.senders[name]
        let response = cluster.send(recorded.apiRequest(authorization: sender ?? cluster.authorization))
        let sent = JSONWriter.text(recorded.request)
        var differences: [String] = []
        if response.status != recorded.status {
            differences.append("- status \(recorded.status)\n+ status \(response.status)")
        }
        differences += Self.headers(recorded.headers, response.headers)
        if let text = recorded.response.stringValue {
            let got = String(decoding: response.body, as: UTF8.self)
            if got != text { differences.append("- \(text)\n+ \(got)") }
        } else if recorded.response.kind == "EventList" {
            differences += ReplyShape.differences(
                ReplyShape(EventShape.summary(recorded.response), sent: sent),
                ReplyShape(EventShape.summary(response.value), sent: sent),
                ignoring: Conformance.ignored(name, profile))
        } else {
            differences += ReplyShape.differences(
                ReplyShape(recorded.response, sent: sent), ReplyShape(response.value, sent: sent),
                ignoring: Conformance.ignored(name, profile))
        }
        #expect(differences.isEmpty, "\(name) (\(profile.rawValue)):\n\(differences.joined(separator: "\n"))")
    }

    /// Headers that a client can act on; ids of flow control by presence.
    private static func headers(_ wanted: [String: String], _ got: [APIResponse.Header]) -> [String] {
        var answered: [String: String] = [:]
        for header in got { answered[header.name.lowercased()] = header.value }
        var recorded: [String: String] = [:]
        for (name, value) in wanted { recorded[name.lowercased()] = value }
        var found: [String] = []
        for name in ["content-type", "cache-control", "warning", "retry-after", "x-content-type-options"]
        where recorded[name] != answered[name] {
            found.append("- \(name): \(recorded[name] ?? "absent")\n+ \(name): \(answered[name] ?? "absent")")
        }
        for name in ["x-kubernetes-pf-flowschema-uid", "x-kubernetes-pf-prioritylevel-uid"]
        where (recorded[name] == nil) != (answered[name] == nil) {
            found.append("- \(name): \(recorded[name] ?? "absent")\n+ \(name): \(answered[name] ?? "absent")")
        }
        return found
    }

    @Test(arguments: ServerProfile.allCases)
    func everyRecordedCaseIsReplayedOrLeftOutByName(profile: ServerProfile) throws {
        let replayed = Conformance.scenarios.flatMap(\.cases)
        #expect(Set(replayed).count == replayed.count, "a case stands twice")
        let elsewhere = Set(Conformance.replayedElsewhere.keys)
        let recorded = TestData.names(in: "kubernetes-replies/\(profile.rawValue)")
        for name in recorded {
            let stem = name.split(separator: ".").first.map(String.init) ?? name
            let isReplayed =
                (replayed.contains(stem) || elsewhere.contains(name) || Conformance.isTranscript(name))
                && Conformance.leftOut(name, profile) == nil
            let isLeftOut = Conformance.leftOut(name, profile) != nil
            #expect(isReplayed != isLeftOut, "\(name) is neither replayed nor left out by name")
        }
        let count = recorded.filter { Conformance.leftOut($0, profile) == nil }.count
        let transcripts = recorded.filter(Conformance.isTranscript).count
        print(
            "conformance \(profile.rawValue): \(recorded.count) recorded, \(count) replayed, "
                + "\(transcripts) of them by Scripts/kubectl-transcripts")
    }
}
