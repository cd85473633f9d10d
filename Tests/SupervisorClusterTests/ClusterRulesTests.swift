import FleetModel
import ResourceModel
import SupervisorCluster
import Testing

/// Watches, lists, ownership and server-side apply, without recorded replies.
@Suite struct ClusterRulesTests {
    private let configMaps = "/api/v1/namespaces/t1/configmaps"

    private func lines(_ bytes: [[UInt8]]) throws -> [Value] { try bytes.map { try JSONReader.read($0) } }

    private func watch(_ cluster: inout TestCluster, _ target: String) throws -> WatchSession {
        guard
            case .watch(let session) = cluster.state.handle(APIRequest(method: "GET", target: target), at: cluster.now)
        else { throw FleetError(.internalError, "no watch was opened") }
        return session
    }

    @Test func watchersSeeEveryChangeInOrder() throws {
        var cluster = TestCluster()
        var session = try watch(&cluster, "\(configMaps)?watch=1&labelSelector=app%3Dweb")
        cluster.make("v1", "configmaps", "t1", ["metadata": ["name": "a", "labels": ["app": "web"]]])
        cluster.make("v1", "configmaps", "t1", ["metadata": ["name": "b"]])
        let merge = "application/merge-patch+json"
        _ = cluster.send("PATCH", "\(configMaps)/a", ["data": ["x": "1"]], type: merge)
        _ = cluster.send("PATCH", "\(configMaps)/a", ["metadata": ["labels": ["app": nil]]], type: merge)
        let seen = try lines(cluster.state.nextLines(&session, at: cluster.now))
        #expect(seen.map { $0["type"]?.stringValue } == ["ADDED", "MODIFIED", "DELETED"])
        let revisions = seen.compactMap { Int($0["object"]?.resourceVersion ?? "") }
        #expect(revisions == revisions.sorted())
        #expect(!session.isEnded)
    }

    @Test func aWatcherThatFellBehindIsToldSo() throws {
        var cluster = TestCluster()
        let list = cluster.send("GET", configMaps)
        let revision = list.value[at: "metadata", "resourceVersion"]?.stringValue ?? ""
        for index in 0..<5 { cluster.make("v1", "configmaps", "t1", ["metadata": ["name": .string("c\(index)")]]) }
        #expect(cluster.send("PUT", "/flotilla-simulator/v1/faults", ["compact": 1]).status == 200)
        var session = try watch(&cluster, "\(configMaps)?watch=1&resourceVersion=\(revision)")
        let seen = try lines(cluster.state.nextLines(&session, at: cluster.now))
        #expect(seen.count == 1)
        #expect(seen[0][at: "object", "code"] == 410)
        #expect(seen[0][at: "object", "reason"] == "Expired")
        #expect(session.isEnded)
    }

    @Test func pagesShowOneMomentWhateverHappensBetween() throws {
        var cluster = TestCluster()
        for name in ["a", "b", "c", "d"] {
            cluster.make("v1", "configmaps", "t1", ["metadata": ["name": .string(name)]])
        }
        let first = cluster.send("GET", "\(configMaps)?limit=2").value
        let token = try #require(first[at: "metadata", "continue"]?.stringValue)
        _ = cluster.send("DELETE", "\(configMaps)/c")
        cluster.make("v1", "configmaps", "t1", ["metadata": ["name": "e"]])
        let escaped = token.replacing("=", with: "%3D")
        let second = cluster.send("GET", "\(configMaps)?limit=2&continue=\(escaped)").value
        #expect((second["items"]?.arrayValue ?? []).map(\.objectName) == ["c", "d"])
        #expect(second[at: "metadata", "resourceVersion"] == first[at: "metadata", "resourceVersion"])
    }

    @Test func dependentsFollowTheirOwner() {
        var cluster = TestCluster()
        let owner = cluster.make("v1", "configmaps", "t1", ["metadata": ["name": "owner"]])
        func dependent(_ name: String) -> Value {
            [
                "metadata": [
                    "name": .string(name),
                    "ownerReferences": [
                        [
                            "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": .string(owner.uid),
                            "blockOwnerDeletion": true,
                        ]
                    ],
                ]
            ]
        }
        cluster.make("v1", "configmaps", "t1", dependent("child"))
        #expect(cluster.send("DELETE", "\(configMaps)/owner", ["propagationPolicy": "Foreground"]).value.isBeingDeleted)
        cluster.step()
        #expect(cluster.send("GET", "\(configMaps)/owner").status == 404)
        #expect(cluster.send("GET", "\(configMaps)/child").status == 404)
    }

    @Test func orphansStay() {
        var cluster = TestCluster()
        let owner = cluster.make("v1", "configmaps", "t1", ["metadata": ["name": "owner"]])
        cluster.make(
            "v1", "configmaps", "t1",
            [
                "metadata": [
                    "name": "child",
                    "ownerReferences": [
                        ["apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": .string(owner.uid)]
                    ],
                ]
            ])
        _ = cluster.send("DELETE", "\(configMaps)/owner", ["propagationPolicy": "Orphan"])
        cluster.step()
        let child = cluster.send("GET", "\(configMaps)/child")
        #expect(child.status == 200)
        #expect(child.value.metadata["ownerReferences"] == nil)
    }

    @Test func whatIsNoLongerAppliedDisappears() {
        var cluster = TestCluster()
        let type = "application/apply-patch+yaml"
        let head: [String: Value] = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "s"]]
        func apply(_ data: Value, as manager: String) -> APIResponse {
            cluster.send(
                "PATCH", "\(configMaps)/s?fieldManager=\(manager)",
                .object(head.merging(["data": data]) { $1 }), type: type)
        }
        #expect(apply(["a": "1", "b": "1"], as: "kapp").status == 201)
        #expect(apply(["c": "1"], as: "other").status == 200)
        let again = apply(["a": "1"], as: "kapp")
        #expect(again.value["data"] == ["a": "1", "c": "1"])
        let unchanged = apply(["a": "1"], as: "kapp")
        #expect(unchanged.value.resourceVersion == again.value.resourceVersion)
        let managers = (unchanged.value.metadata["managedFields"]?.arrayValue ?? []).map {
            $0["manager"]?.stringValue ?? ""
        }
        #expect(managers.sorted() == ["kapp", "other"])
    }

    @Test func editsAreSignedByTheirManager() {
        var cluster = TestCluster()
        cluster.make("v1", "configmaps", "t1", ["metadata": ["name": "e"], "data": ["a": "1"]])
        let edited = cluster.send(
            "PATCH", "\(configMaps)/e?fieldManager=kubectl-edit", ["data": ["a": "2"]],
            type: "application/merge-patch+json")
        let entry = (edited.value.metadata["managedFields"]?.arrayValue ?? []).first { $0["manager"] == "kubectl-edit" }
        #expect(entry?["fieldsV1"] == ["f:data": ["f:a": .object([:])]])
        #expect(entry?["time"] != nil)
    }

    @Test func aDryRunChangesNothing() {
        var cluster = TestCluster()
        let before = cluster.state.revision
        let reply = cluster.send("POST", "\(configMaps)?dryRun=All", ["metadata": ["name": "dry"]])
        #expect(reply.status == 201)
        #expect(cluster.state.revision == before)
        #expect(cluster.send("GET", "\(configMaps)/dry").status == 404)
    }

    @Test func faultsHitOnlyWhatTheyName() {
        var cluster = TestCluster()
        let rule: Value = ["api": [["path": "/configmaps", "status": 429, "remaining": 2]]]
        #expect(cluster.send("PUT", "/flotilla-simulator/v1/faults", rule).status == 200)
        #expect(cluster.send("GET", configMaps).status == 429)
        #expect(cluster.send("GET", "/api/v1/namespaces/t1/secrets").status == 200)
        #expect(cluster.send("GET", configMaps).status == 429)
        #expect(cluster.send("GET", configMaps).status == 200)
        #expect(cluster.send("PUT", "/flotilla-simulator/v1/faults", ["nonsense": 1]).status == 400)
    }

    @Test func theSameSeedGivesTheSameCluster() {
        func run() -> [UInt8] {
            var cluster = TestCluster(controllers: StandardControllers(settings: .instant))
            cluster.make(
                "apps/v1", "deployments", "t1",
                [
                    "metadata": ["name": "web"],
                    "spec": [
                        "selector": ["matchLabels": ["app": "web"]],
                        "template": [
                            "metadata": ["labels": ["app": "web"]],
                            "spec": ["containers": [["name": "c", "image": "a:1"]]],
                        ],
                    ],
                ])
            for _ in 0..<20 { cluster.step(afterMilliseconds: 500) }
            return cluster.send("GET", "/api/v1/pods").body + cluster.send("GET", "/apis/apps/v1/deployments").body
        }
        #expect(run() == run())
        #expect(String(decoding: run(), as: UTF8.self).contains("\"readyReplicas\":1"))
    }

    @Test(arguments: [
        "GET /api/v1/namespaces//configmaps", "GET /apis", "GET /apis/x", "PUT /",
        "GET /api/v1/namespaces/t1/pods/a/b/c",
        "PATCH /api/v1/namespaces/t1/configmaps/x", "POST /api/v1/namespaces/t1/configmaps?dryRun=All",
        "GET /api/v1/namespaces/t1/configmaps?continue=%ff", "DELETE /api/v1", "GET /openapi/v3/apis/none",
        "GET /api/v1/namespaces/t1/configmaps?limit=-1", "WATCH /", "GET /%%%?%=&&=",
        "GET /api/v1/pods?watch=1&timeoutSeconds=9223372036854775807",
    ])
    func nothingMakesItTrap(request: String) {
        var cluster = TestCluster()
        let parts = request.split(separator: " ").map(String.init)
        for body in ["", "{", "[]", "{\"metadata\":7}", "{\"metadata\":{\"name\":[]}}", "k8s\0\u{7f}\u{7f}"] {
            for type in [
                "application/json", "application/yaml", "application/json-patch+json",
                "application/vnd.kubernetes.protobuf", "application/apply-patch+yaml",
            ] {
                let response = cluster.send(
                    APIRequest(
                        method: parts[0], target: parts[1], headers: ["content-type": type], body: Array(body.utf8)))
                #expect((200..<600).contains(response.status))
            }
        }
    }
}
