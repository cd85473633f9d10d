import FleetModel
import ResourceModel
import SupervisorCluster
import TestSupport
import Testing

/// The recorded watch streams, and the reply of an overloaded server.
@Suite(
    .enabled(
        if: ServerProfile.allCases.allSatisfy(RecordedReply.isPresent),
        "needs the recorded replies (FLOTILLA_TESTDATA)")
)
struct RecordedStreamTests {
    private static let path = "/api/v1/namespaces/t5/configmaps"
    private static let table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"

    private static func cluster(_ profile: ServerProfile) -> TestCluster {
        var cluster = TestCluster(profile: profile)
        for name in ["kube-root-ca.crt", "other"] {
            cluster.make("v1", "configmaps", "t5", ["metadata": ["name": .string(name)], "data": ["a": "1"]])
        }
        return cluster
    }

    /// Opens a watch, lets a ConfigMap come, change and go, and reads the stream to its end.
    private static func watch(
        _ cluster: inout TestCluster, _ query: String, accept: String = "application/json", seconds: Int64
    ) throws -> [Value] {
        let request = APIRequest(method: "GET", target: "\(path)?watch=1&\(query)", headers: ["accept": accept])
        guard case .watch(var session) = cluster.state.handle(request, at: cluster.now) else { return [] }
        var lines = cluster.state.nextLines(&session, at: cluster.now)
        cluster.make("v1", "configmaps", "t5", ["metadata": ["name": "w"], "data": ["a": "1"]])
        _ = cluster.send("PATCH", "\(path)/w", ["data": ["a": "2"]], type: "application/merge-patch+json")
        _ = cluster.send("DELETE", "\(path)/w")
        for _ in 0..<seconds * 10 {
            cluster.now = cluster.now.advanced(byMilliseconds: 100)
            lines += cluster.state.nextLines(&session, at: cluster.now)
        }
        #expect(session.isEnded)
        return try RecordedStream.events(String(decoding: lines.joined(), as: UTF8.self))
    }

    private static func recorded(_ name: String, _ profile: ServerProfile) throws -> [Value] {
        try RecordedStream.events(RecordedStream("kubernetes-replies/\(profile.rawValue)/\(name).raw").body)
    }

    /// What is said of the ConfigMap `w`, and of no object at all.
    private static func story(_ events: [Value]) -> [String] {
        let own = events.filter { event in
            let name = event[at: "object", "metadata", "name"] ?? event[at: "object", "rows"]?[0]?["cells"]?[0]
            return name == nil || name == "w"
        }
        return own.flatMap { ReplyShape($0, sent: "").lines.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" } }
    }

    @Test(arguments: ServerProfile.allCases)
    func aWatchTellsWhatIsThereAndWhatChanges(profile: ServerProfile) throws {
        var cluster = Self.cluster(profile)
        let got = try Self.watch(&cluster, "timeoutSeconds=3", seconds: 4)
        let wanted = try Self.recorded("watch-raw", profile)
        #expect(got.map { $0["type"] } == wanted.map { $0["type"] })
        #expect(Self.story(got) == Self.story(wanted))
    }

    @Test(arguments: ServerProfile.allCases)
    func bookmarksComeTowardsTheEnd(profile: ServerProfile) throws {
        var cluster = Self.cluster(profile)
        let revision = cluster.state.revision
        let got = try Self.watch(
            &cluster, "allowWatchBookmarks=true&timeoutSeconds=12&resourceVersion=\(revision)", seconds: 13)
        let wanted = try Self.recorded("watch-bookmarks", profile)
        #expect(got.map { $0["type"] } == wanted.map { $0["type"] })
        #expect(Self.story(got) == Self.story(wanted))
    }

    @Test(arguments: ServerProfile.allCases)
    func aTableWatchSendsItsColumnsOnce(profile: ServerProfile) throws {
        var cluster = Self.cluster(profile)
        let got = try Self.watch(&cluster, "timeoutSeconds=3", accept: Self.table, seconds: 4)
        let wanted = try Self.recorded("watch-table", profile)
        #expect(got.map { $0["type"] } == wanted.map { $0["type"] })
        #expect(
            got.first?[at: "object", "columnDefinitions"] == wanted.first?[at: "object", "columnDefinitions"])
        #expect(Self.story(got) == Self.story(wanted))
    }

    @Test(arguments: ServerProfile.allCases)
    func initialEventsAreRefusedAsTheServersRefusedThem(profile: ServerProfile) throws {
        var cluster = Self.cluster(profile)
        let target =
            "\(Self.path)?watch=1&sendInitialEvents=true&allowWatchBookmarks=true"
            + "&resourceVersionMatch=NotOlderThan&timeoutSeconds=3"
        let got = cluster.send("GET", target)
        let wanted = try RecordedStream("kubernetes-replies/\(profile.rawValue)/watch-sendinitial.raw")
        #expect(got.status == wanted.status)
        #expect(got.value == (try JSONReader.read(wanted.body)))
    }

    @Test func anOverloadedServerSaysSoInPlainText() throws {
        var cluster = Self.cluster(.kubernetes132)
        let rule: Value = ["api": [["method": "GET", "path": "/api", "status": 429]]]
        #expect(cluster.send("PATCH", "/flotilla-simulator/v1/faults", rule).status == 200)
        let got = cluster.send("GET", Self.path)
        let wanted = try RecordedStream("kubernetes-replies/1.32/429-inflight.http")
        #expect(got.status == wanted.status)
        #expect(String(decoding: got.body, as: UTF8.self) == wanted.body)
        for name in ["content-type", "cache-control", "retry-after", "x-content-type-options"] {
            #expect(got.headers.first { $0.name.lowercased() == name }?.value == wanted.headers[name], "\(name)")
        }
    }

    /// crd-race.json: on 1.32 the first object of a new kind was refused, a later one was accepted.
    @Test func aKindIsServedAMomentAfterItsDefinition() throws {
        var cluster = Self.cluster(.kubernetes132)
        let created = try RecordedReply("crd-create", .kubernetes132)
        #expect(cluster.send(created.apiRequest()).status == 201)
        let object = try RecordedReply("cr-right-after", .kubernetes132)
        let race = try JSONReader.read(try TestData.text("kubernetes-replies/1.32/crd-race.json"))
        let first = cluster.send(object.apiRequest())
        #expect(first.status == Int(race[0]?[1]?.intValue ?? 0))
        #expect(String(decoding: first.body, as: UTF8.self) == race[0]?[2]?.stringValue)
        cluster.run(milliseconds: 2057)
        #expect(cluster.send(object.apiRequest()).status == Int(race[1]?[1]?.intValue ?? 0))
    }
}
