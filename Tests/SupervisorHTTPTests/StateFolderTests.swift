import FleetModel
import FleetRuntime
import Foundation
import Logging
import ResourceModel
import ServiceLifecycle
import SupervisorCluster
import SupervisorHTTP
import Testing

/// What a simulated Supervisor keeps across a restart.
@Suite struct StateFolderTests {
    private static let time = TimeSource(clock: ContinuousClock()) {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("state-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private func send(
        _ supervisor: SimulatedSupervisor, _ method: String, _ target: String, _ body: Value? = nil
    ) throws -> Value {
        let reply = supervisor.handle(
            APIRequest(
                method: method, target: target, headers: ["content-type": "application/json"],
                body: body.map(JSONWriter.bytes) ?? []))
        guard case .response(let response) = reply else { throw CancellationError() }
        return response.value
    }

    private func settings() -> ClusterSettings {
        var settings = ClusterSettings()
        settings.establishMilliseconds = 0
        return settings
    }

    private func controllers() -> StandardControllers { StandardControllers(settings: .instant) }

    private static let claim: Value = [
        "metadata": ["name": "data"],
        "spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]],
    ]
    private static let definition: Value = [
        "metadata": ["name": "boats.example.com"],
        "spec": [
            "group": "example.com", "scope": "Namespaced", "names": ["kind": "Boat", "plural": "boats"],
            "versions": [
                ["name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": ["type": "object"]]]
            ],
        ],
    ]

    @Test func claimsCustomObjectsAndNamespacesAreThereAgain() async throws {
        try await withFolder { path in
            let claims = "/api/v1/namespaces/default/persistentvolumeclaims"
            let crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
            let first = SimulatedSupervisor(settings: settings(), time: Self.time, controllers: controllers())
            _ = try send(first, "POST", claims, Self.claim)
            _ = try send(first, "POST", crds, Self.definition)
            _ = first.step()
            let boat = try send(
                first, "POST", "/apis/example.com/v1/namespaces/default/boats", ["metadata": ["name": "b"]])
            #expect(boat.uid.count == 36, "\(boat)")
            for _ in 0..<5 { _ = first.step() }
            let claim = try send(first, "GET", claims + "/data")
            #expect(claim[at: "status", "phase"] == "Bound")
            do {
                let folder = try StateFolder(path)
                try folder.save(first.read(\.snapshot))
            }

            let snapshot = try #require(try StateFolder(path).snapshot(moid: "domain-c8"))
            let second = SimulatedSupervisor(
                settings: settings(), restoring: snapshot, time: Self.time, controllers: controllers())
            #expect(try send(second, "GET", claims + "/data") == claim)
            #expect(try send(second, "GET", "/apis/example.com/v1/namespaces/default/boats/b") == boat)
            let before = second.read(\.revision)
            for _ in 0..<5 { _ = second.step() }
            #expect(second.read(\.revision) == before, "the controllers found nothing to do")
            let made = try send(
                second, "POST", "/api/v1/namespaces/default/configmaps", ["metadata": ["name": "new"]])
            #expect(made.uid != claim.uid)
            #expect((Int(made.resourceVersion) ?? 0) > first.read(\.revision))
        }
    }

    @Test func anOldWatchIsToldToListAnew() async throws {
        let first = SimulatedSupervisor(settings: settings(), time: Self.time)
        let second = SimulatedSupervisor(
            settings: settings(), restoring: first.read(\.snapshot), time: Self.time)
        let watch = try await second.send(
            HTTPExchangeRequest(
                method: "GET",
                target: "/api/v1/configmaps?watch=1&timeoutSeconds=5&resourceVersion=\(first.read(\.revision))"))
        let body = try await watch.body.collect(upTo: 100_000)
        #expect(String(decoding: body, as: UTF8.self).contains("\"code\":410"))
    }

    @Test func theIdentityStaysTheSameAndNobodyElseReadsIt() async throws {
        try await withFolder { path in
            let (token, authority): (String, String)
            do {
                let folder = try StateFolder(path)
                token = try folder.token()
                authority = try ServerIdentity(hosts: ["127.0.0.1"], authority: folder.authority()).authorityPEM
                try folder.save(ClusterState(settings: settings(), at: Self.time.now).snapshot)
                #expect(throws: FleetError.self) { _ = try StateFolder(path) }
            }
            let folder = try StateFolder(path)
            #expect(try folder.token() == token)
            #expect(try ServerIdentity(hosts: ["x"], authority: folder.authority()).authorityPEM == authority)
            for name in ["token", "authority.pem", "state.json", "lock"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(name)")
            }
        }
    }

    @Test func anotherSupervisorsStateAndDamagedStateAreRefused() async throws {
        try await withFolder { path in
            let folder = try StateFolder(path)
            let none = try folder.snapshot(moid: "domain-c8")
            #expect(none?.revision == nil)
            try folder.save(ClusterState(settings: settings(), at: Self.time.now).snapshot)
            let foreign = #expect(throws: FleetError.self) { _ = try folder.snapshot(moid: "domain-c9") }
            #expect(foreign?.code == .conflict)
            for text in ["{", "{}", #"{"format":2}"#, #"{"format":1,"moid":"domain-c8"}"#] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/state.json"))
                #expect(throws: FleetError.self) { _ = try folder.snapshot(moid: "domain-c8") }
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func theKeeperWritesTheLastChangeAtTheEnd() async throws {
        try await withFolder { path in
            let folder = try StateFolder(path)
            let log = folder.changeLog()
            let supervisor = SimulatedSupervisor(settings: settings(), time: Self.time, log: log)
            let keeper = StateKeeper(supervisor, folder: folder, log: log, logger: Logger(label: "test"))
            try keeper.begin()
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(services: [keeper], logger: Logger(label: "test")))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                _ = try send(
                    supervisor, "POST", "/api/v1/namespaces/default/configmaps", ["metadata": ["name": "last"]])
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            let snapshot = try #require(try folder.snapshot(moid: "domain-c8"))
            #expect(snapshot.revision == supervisor.read(\.revision))
        }
    }

    @Test func aKilledProcessLosesNothingItAcknowledged() async throws {
        try await withFolder { path in
            let maps = "/api/v1/namespaces/default/configmaps"
            let folder = try StateFolder(path)
            let log = folder.changeLog()
            let first = SimulatedSupervisor(
                settings: settings(), time: Self.time, controllers: controllers(), log: log)
            try StateKeeper(first, folder: folder, log: log, logger: Logger(label: "test")).begin()
            _ = try send(first, "POST", maps, ["metadata": ["name": "kept"], "data": ["a": "1"]])
            _ = try send(first, "POST", maps, ["metadata": ["name": "gone"]])
            _ = try send(first, "DELETE", "\(maps)/gone")
            _ = try send(first, "POST", "/api/v1/namespaces/default/persistentvolumeclaims", Self.claim)
            // A kind of the user's own, whose objects begin in the middle of the log.
            let boats = "/apis/example.com/v1/namespaces/default/boats"
            _ = try send(first, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Self.definition)
            _ = first.step()
            let boat: Value = ["apiVersion": "example.com/v1", "kind": "Boat", "metadata": ["name": "ark"]]
            #expect(try send(first, "POST", boats, boat).kind == "Boat")
            for _ in 0..<5 { _ = first.step() }
            #expect(log.takeFailure() == nil)
            // What a kill in the middle of a write leaves.
            let logs = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasPrefix("changes-") }
            #expect(logs.count == 1)
            let file = try #require(FileHandle(forWritingAtPath: "\(path)/\(logs.first ?? "")"))
            try file.seekToEnd()
            try file.write(contentsOf: Data(#"{"revision":99,"now":1,"wri"#.utf8))
            try file.close()

            let snapshot = try #require(try folder.snapshot(moid: "domain-c8"))
            #expect(snapshot.revision == first.read(\.revision))
            let second = SimulatedSupervisor(
                settings: settings(), restoring: snapshot, time: Self.time, controllers: controllers())
            #expect(try send(second, "GET", "\(maps)/kept") == send(first, "GET", "\(maps)/kept"))
            #expect(try send(second, "GET", "\(maps)/gone")["code"] == 404)
            let claim = try send(second, "GET", "/api/v1/namespaces/default/persistentvolumeclaims/data")
            #expect(claim[at: "status", "phase"] == "Bound")
            #expect(try send(second, "GET", "\(boats)/ark") == send(first, "GET", "\(boats)/ark"))
        }
    }

    @Test func aDamagedLineInTheMiddleOfTheLogIsRefused() async throws {
        try await withFolder { path in
            let folder = try StateFolder(path)
            try folder.save(ClusterState(settings: settings(), at: Self.time.now).snapshot)
            try Data("{}\n{}\n".utf8).write(to: URL(fileURLWithPath: "\(path)/changes-999999.jsonl"))
            #expect(throws: FleetError.self) { _ = try folder.snapshot(moid: "domain-c8") }
        }
    }
}
