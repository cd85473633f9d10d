import ResourceModel
import SupervisorCluster
import Testing

/// Rules that ordinary commands meet: schedules, priorities, evictions, debugging containers, patches, health.
struct APIDetailTests {
    private static let merge = "application/merge-patch+json"

    private static func pod(_ name: String, _ spec: [String: Value] = [:], labels: Value = [:]) -> Value {
        let containers: Value = [["name": "c", "image": "i:1"]]
        return [
            "metadata": ["name": .string(name), "labels": labels],
            "spec": .object(spec.merging(["containers": containers]) { $1 }),
        ]
    }

    private static func message(_ response: APIResponse) -> String { response.value["message"]?.stringValue ?? "" }

    @Test(arguments: [
        ("61 * * * *", "end of range (61) above maximum (59): 61"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("* * * * 7", "end of range (7) above maximum (6): 7"),
        ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("1/2/3 * * * *", "too many slashes: 1/2/3"),
        ("x * * * *", "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax"),
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("@often", "unrecognized descriptor: @often"),
        ("@every x", "failed to parse duration @every x: time: invalid duration \"x\""),
    ])
    func aScheduleIsRefusedInItsReadersWords(_ schedule: String, _ why: String) {
        var cluster = TestCluster()
        let refused = cluster.send(
            "POST", "/apis/batch/v1/namespaces/t1/cronjobs",
            [
                "metadata": ["name": "a"],
                "spec": [
                    "schedule": .string(schedule),
                    "jobTemplate": [
                        "spec": [
                            "template": [
                                "spec": ["restartPolicy": "Never", "containers": [["name": "c", "image": "i"]]]
                            ]
                        ]
                    ],
                ],
            ])
        #expect(refused.status == 422)
        #expect(
            Self.message(refused)
                == "CronJob.batch \"a\" is invalid: spec.schedule: Invalid value: \"\(schedule)\": \(why)")
    }

    @Test func aPodsPriorityComesFromItsClass() {
        var cluster = TestCluster()
        cluster.make(
            "scheduling.k8s.io/v1", "priorityclasses", nil,
            ["metadata": ["name": "high"], "value": 1000, "preemptionPolicy": "Never"])
        let pods = "/api/v1/namespaces/t1/pods"
        let high = cluster.send("POST", pods, Self.pod("a", ["priorityClassName": "high"])).value
        #expect(high[at: "spec", "priority"] == 1000)
        #expect(high[at: "spec", "preemptionPolicy"] == "Never")
        let critical = cluster.send("POST", pods, Self.pod("b", ["priorityClassName": "system-cluster-critical"])).value
        #expect(critical[at: "spec", "priority"] == 2_000_000_000)
        let unknown = cluster.send("POST", pods, Self.pod("c", ["priorityClassName": "nope"]))
        #expect(unknown.status == 403)
        #expect(Self.message(unknown) == "pods \"c\" is forbidden: no PriorityClass with name nope was found")
        #expect(cluster.send("POST", pods, Self.pod("d", ["priority": 5])).status == 403)
        cluster.make(
            "scheduling.k8s.io/v1", "priorityclasses", nil,
            ["metadata": ["name": "usual"], "value": 7, "globalDefault": true])
        let usual = cluster.send("POST", pods, Self.pod("e")).value
        #expect(usual[at: "spec", "priorityClassName"] == "usual")
        #expect(usual[at: "spec", "priority"] == 7)
    }

    /// A cluster with four ready pods of `app=a` in t1 and a budget for them.
    private static func cluster(budget: [String: Value], named names: [String] = ["b"]) -> TestCluster {
        var cluster = TestCluster()
        for index in 0..<4 {
            let name = "p\(index)"
            cluster.make("v1", "pods", "t1", pod(name, labels: ["app": "a"]))
            let status: Value = [
                "status": ["phase": "Running", "conditions": [["type": "Ready", "status": "True"]]]
            ]
            #expect(
                cluster.send("PATCH", "/api/v1/namespaces/t1/pods/\(name)/status", status, type: merge).status == 200)
        }
        for name in names {
            cluster.make(
                "policy/v1", "poddisruptionbudgets", "t1",
                [
                    "metadata": ["name": .string(name)],
                    "spec": .object(budget.merging(["selector": ["matchLabels": ["app": "a"]]]) { $1 }),
                ])
        }
        return cluster
    }

    private static func evict(_ name: String, _ cluster: inout TestCluster) -> APIResponse {
        cluster.send(
            "POST", "/api/v1/namespaces/t1/pods/\(name)/eviction",
            [
                "apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": .string(name), "namespace": "t1"],
                "deleteOptions": ["gracePeriodSeconds": 0],
            ])
    }

    @Test(
        arguments: [
            (["minAvailable": "50%"], 201), (["maxUnavailable": "25%"], 201), (["minAvailable": 3], 201),
            (["maxUnavailable": 0], 429), (["maxUnavailable": "0%"], 429), (["minAvailable": "100%"], 429),
        ] as [([String: Value], Int)])
    func aBudgetInPercentLetsItsShareGo(_ budget: [String: Value], _ status: Int) {
        var cluster = Self.cluster(budget: budget)
        let answer = Self.evict("p0", &cluster)
        #expect(answer.status == status)
        guard status == 429 else { return }
        #expect(
            answer.value[at: "details", "causes"]?[0]?["message"]?.stringValue
                == "The disruption budget b needs 4 healthy pods and has 4 currently")
    }

    @Test func aPodOfTwoBudgetsCannotBeEvictedAndOneThatHasEndedAlwaysCan() {
        var cluster = Self.cluster(budget: ["minAvailable": 4], named: ["b", "c"])
        #expect(Self.evict("p0", &cluster).status == 500)
        #expect(cluster.send("DELETE", "/apis/policy/v1/namespaces/t1/poddisruptionbudgets/c").status == 200)
        #expect(Self.evict("p0", &cluster).status == 429)
        let ended: Value = ["status": ["phase": "Succeeded"]]
        #expect(
            cluster.send("PATCH", "/api/v1/namespaces/t1/pods/p0/status", ended, type: Self.merge).status == 200)
        #expect(Self.evict("p0", &cluster).status == 201)
    }

    @Test func containersForALookInsideAreAddedAndStay() {
        var cluster = TestCluster()
        cluster.make("v1", "pods", "t1", Self.pod("a"))
        let path = "/api/v1/namespaces/t1/pods/a/ephemeralcontainers"
        let strategic = "application/strategic-merge-patch+json"
        func patch(_ name: String, _ image: String) -> Value {
            ["spec": ["ephemeralContainers": [["name": .string(name), "image": .string(image)]]]]
        }
        let added = cluster.send("PATCH", path, patch("look", "busybox"), type: strategic)
        #expect(added.status == 200)
        #expect(added.value[at: "spec", "ephemeralContainers"]?[0]?["imagePullPolicy"] == "Always")
        #expect(cluster.send("GET", "/api/v1/namespaces/t1/pods/a/log?container=look").status == 200)
        #expect(cluster.send("PATCH", path, patch("look", "other"), type: strategic).status == 422)
        #expect(cluster.send("PATCH", path, patch("c", "busybox"), type: strategic).status == 422)
        let plain = cluster.send(
            "PATCH", "/api/v1/namespaces/t1/pods/a", ["metadata": ["labels": ["x": "1"]]], type: strategic)
        #expect(plain.status == 200)
    }

    @Test func logsOfAContainerThatNeverEndedHaveNoPrevious() {
        var cluster = TestCluster()
        cluster.make("v1", "pods", "t1", Self.pod("a"))
        let refused = cluster.send("GET", "/api/v1/namespaces/t1/pods/a/log?previous=true")
        #expect(refused.status == 400)
        #expect(Self.message(refused) == "previous terminated container \"c\" in pod \"a\" not found")
    }

    @Test func patchesThatAreNoneAreRefusedInGosWords() {
        var cluster = TestCluster()
        cluster.make("v1", "configmaps", "t1", ["metadata": ["name": "a"], "data": ["k": "v"]])
        let path = "/api/v1/namespaces/t1/configmaps/a"
        let json = "application/json-patch+json"
        let notApplied = cluster.send("PATCH", path, [["op": "remove", "path": "/data/x"]], type: json)
        #expect(notApplied.status == 422)
        #expect(notApplied.value["details"] == .object([:]))
        #expect(Self.message(notApplied) == "the server rejected our request due to an error in our request")
        #expect(
            Self.message(cluster.send("PATCH", path, ["a": 1], type: json))
                == "json: cannot unmarshal object into Go value of type jsonpatch.Patch")
        #expect(
            Self.message(cluster.send("PATCH", path, [], type: "application/strategic-merge-patch+json"))
                == "json: cannot unmarshal array into Go value of type map[string]interface {}")
    }

    @Test func emptyMetadataIsNotKept() {
        var cluster = TestCluster()
        cluster.make("v1", "configmaps", "t1", ["metadata": ["name": "a", "annotations": ["k": "v"]]])
        let changed = cluster.send(
            "PATCH", "/api/v1/namespaces/t1/configmaps/a", ["metadata": ["annotations": ["k": nil], "labels": [:]]],
            type: Self.merge
        ).value
        #expect(changed.metadata["annotations"] == nil)
        #expect(changed.metadata["labels"] == nil)
    }

    @Test func endpointSlicePortsAlwaysHaveAName() {
        var cluster = TestCluster()
        let slice = cluster.make(
            "discovery.k8s.io/v1", "endpointslices", "t1",
            ["metadata": ["name": "a"], "addressType": "IPv4", "endpoints": [], "ports": [["port": 80]]])
        #expect(slice["ports"]?[0] == ["name": "", "port": 80, "protocol": "TCP"])
    }

    @Test func healthIsToldCheckByCheck() {
        var cluster = TestCluster()
        func text(_ path: String) -> String { String(decoding: cluster.send("GET", path).body, as: UTF8.self) }
        #expect(text("/livez") == "ok")
        #expect(text("/livez/ping") == "ok")
        #expect(cluster.send("GET", "/livez/nope").status == 404)
        let all = text("/readyz?verbose&exclude=etcd")
        #expect(all.hasPrefix("[+]ping ok\n[+]log ok\n[+]etcd excluded: ok\n"))
        #expect(all.hasSuffix("readyz check passed\n"))
    }

    @Test func commonFieldsAreExplained() throws {
        var cluster = TestCluster()
        let schemas = cluster.send("GET", "/openapi/v3/apis/apps/v1").value[at: "components", "schemas"]
        let spec = schemas?["io.k8s.api.apps.v1.DeploymentSpec"]
        #expect(spec?["description"]?.stringValue?.isEmpty == false)
        #expect(spec?[at: "properties", "strategy"]?["description"]?.stringValue?.isEmpty == false)
    }
}
