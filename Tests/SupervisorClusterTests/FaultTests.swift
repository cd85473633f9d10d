import FleetModel
import ResourceModel
import SupervisorCluster
import Testing

/// Every fault, on the cluster's own clock: what it does, when, and the same way every time.
struct FaultTests {
    private static let path = "/flotilla-simulator/v1/faults"
    private static let maps = "/api/v1/namespaces/t1/configmaps"

    private func set(_ cluster: inout TestCluster, _ fault: Value) {
        let reply = cluster.send("POST", Self.path, fault)
        #expect(reply.status == 200, "\(String(decoding: reply.body, as: UTF8.self))")
    }

    private func effect(_ cluster: inout TestCluster, _ method: String, _ target: String) -> FaultEffect {
        cluster.now = cluster.now.advanced(byMilliseconds: 1)
        return cluster.state.effect(of: APIRequest(method: method, target: target), at: cluster.now)
    }

    private func wait(_ cluster: inout TestCluster, _ duration: Duration) {
        cluster.now = cluster.now.advanced(by: duration)
        _ = cluster.state.step(at: cluster.now)
    }

    @Test func latencyIsAddedToTheRequestsItNames() {
        var cluster = TestCluster()
        set(&cluster, ["kind": "latency", "delay": "300ms", "path": "/pods"])
        #expect(effect(&cluster, "GET", "/api/v1/pods").delay == .milliseconds(300))
        #expect(effect(&cluster, "GET", Self.maps).delay == .zero)
        #expect(effect(&cluster, "GET", Self.path).delay == .zero, "never the switches themselves")
    }

    @Test func tooManyRequestsSaysWhenToComeBack() {
        var cluster = TestCluster()
        set(&cluster, ["kind": "too-many-requests", "retryAfter": 7, "remaining": 1])
        let reply = cluster.send("GET", Self.maps)
        #expect(reply.status == 429)
        #expect(reply.headers.contains(.init("Retry-After", "7")))
        #expect(cluster.send("GET", Self.maps).status == 200)
    }

    @Test func errorsHitAShareThatIsTheSameForTheSameSeed() {
        func run() -> [Int] {
            var cluster = TestCluster()
            set(&cluster, ["name": "half", "kind": "error", "status": 500, "percent": 50])
            return (0..<60).map { _ in cluster.send("GET", Self.maps).status }
        }
        let first = run()
        #expect(first == run())
        #expect((15...45).contains(first.count { $0 == 500 }))
    }

    @Test(arguments: [("request", Fault.Cut.request), ("reply", .reply)])
    func connectionsAreCutBeforeOrAfterTheRequest(text: String, cut: Fault.Cut) {
        var cluster = TestCluster()
        set(&cluster, ["kind": "cut-connection", "cut": .string(text), "method": "post", "remaining": 1])
        #expect(effect(&cluster, "GET", Self.maps).cut == nil)
        #expect(effect(&cluster, "POST", Self.maps).cut == cut)
        #expect(effect(&cluster, "POST", Self.maps).cut == nil)
    }

    @Test func watchesAreCutAtTheirAge() {
        var cluster = TestCluster()
        set(&cluster, ["kind": "cut-watch", "delay": "10s", "path": "/configmaps"])
        let opened = cluster.now
        let later = opened.advanced(by: .seconds(10))
        let early = cluster.state.cutsWatch(path: Self.maps, opened: opened, at: opened.advanced(by: .seconds(9)))
        #expect(!early)
        #expect(cluster.state.nextWatchCut(path: Self.maps, opened: opened, after: opened) == later)
        let other = cluster.state.cutsWatch(path: "/api/v1/pods", opened: opened, at: later)
        #expect(!other)
        let cut = cluster.state.cutsWatch(path: Self.maps, opened: opened, at: later)
        #expect(cut)
    }

    @Test func staleReadsAnswerFromThePast() {
        var cluster = TestCluster()
        cluster.make("v1", "configmaps", "t1", ["metadata": ["name": "a"], "data": ["v": "old"]])
        wait(&cluster, .seconds(20))
        _ = cluster.send("PATCH", "\(Self.maps)/a", ["data": ["v": "new"]], type: "application/merge-patch+json")
        cluster.make("v1", "configmaps", "t1", ["metadata": ["name": "b"]])
        set(&cluster, ["kind": "stale-reads", "delay": "10s"])
        let stale = cluster.send("GET", "\(Self.maps)/a").value
        #expect(stale[at: "data", "v"] == "old")
        #expect(cluster.send("GET", "\(Self.maps)/b").status == 404)
        #expect(cluster.send("GET", Self.maps).value["items"]?.arrayValue?.count == 1)
        // A write that follows a stale read is refused, as with a real cache.
        var body = stale
        body[at: "data", "v"] = "mine"
        #expect(cluster.send("PUT", "\(Self.maps)/a", body).status == 409)
        wait(&cluster, .seconds(30))
        #expect(cluster.send("GET", "\(Self.maps)/a").value[at: "data", "v"] == "new")
    }

    @Test func aWebhookThatIsDownRefusesWhatItWouldAdmit() {
        var cluster = TestCluster()
        cluster.make(
            "admissionregistration.k8s.io/v1", "validatingwebhookconfigurations", nil,
            [
                "metadata": ["name": "guard"],
                "webhooks": [
                    [
                        "name": "maps.guard.example", "sideEffects": "None", "admissionReviewVersions": ["v1"],
                        "failurePolicy": "Fail",
                        "clientConfig": ["service": ["name": "guard", "namespace": "t2", "path": "/check"]],
                        "rules": [
                            [
                                "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
                                "operations": ["CREATE"],
                            ]
                        ],
                        "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": "t1"]],
                    ]
                ],
            ])
        cluster.make("v1", "services", "t2", ["metadata": ["name": "guard"], "spec": ["ports": [["port": 443]]]])
        cluster.make(
            "v1", "endpoints", "t2",
            ["metadata": ["name": "guard"], "subsets": [["addresses": [["ip": "10.0.0.9"]]]]])
        set(&cluster, ["kind": "webhook", "match": "maps.*"])
        let refused = cluster.send("POST", Self.maps, ["metadata": ["name": "a"]])
        #expect(refused.status == 500)
        let message = refused.value["message"]?.stringValue ?? ""
        #expect(
            message.hasPrefix(
                "Internal error occurred: failed calling webhook \"maps.guard.example\": failed to call webhook: Post "
                    + "\"https://guard.t2.svc:443/check?timeout=10s\""), "\(message)")
        #expect(cluster.send("POST", "/api/v1/namespaces/t2/configmaps", ["metadata": ["name": "a"]]).status == 201)
        #expect(cluster.send("POST", "/api/v1/namespaces/t1/secrets", ["metadata": ["name": "a"]]).status == 201)
        #expect(cluster.send("DELETE", "\(Self.path)/webhook").status == 200)
        #expect(cluster.send("POST", Self.maps, ["metadata": ["name": "a"]]).status == 201)
    }

    @Test func aQuotaIsExceededInTheServersWords() {
        var cluster = TestCluster()
        set(&cluster, ["name": "team", "kind": "quota", "resource": "requests.storage", "match": "t1"])
        let claim: Value = [
            "metadata": ["name": "data"],
            "spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "50Gi"]]],
        ]
        let refused = cluster.send("POST", "/api/v1/namespaces/t1/persistentvolumeclaims", claim)
        #expect(refused.status == 403)
        #expect(
            refused.value["message"]
                == .string(
                    "persistentvolumeclaims \"data\" is forbidden: exceeded quota: team, requested: "
                        + "requests.storage=50Gi, used: requests.storage=0, limited: requests.storage=0"))
        #expect(cluster.send("POST", "/api/v1/namespaces/t2/persistentvolumeclaims", claim).status == 201)
    }

    @Test func quotaStopsControllersToo() throws {
        var supervisor = WholeClusterTests.Supervisor(.instant)
        supervisor.send("POST", Self.path, #"{"kind":"quota","resource":"pods","match":"default"}"#)
        try supervisor.apply(WholeClusterTests.Supervisor.deployment, namespace: "default")
        supervisor.run(.seconds(5))
        let events = supervisor.all("Event").filter { $0["reason"] == "FailedCreate" }
        #expect(events.contains { $0["message"]?.stringValue?.contains("exceeded quota: quota") ?? false })
        supervisor.send("DELETE", Self.path)
        supervisor.run(.seconds(120))
        #expect(supervisor.all("Pod").count == 2)
    }

    @Test(arguments: [
        ("image-pull", "ImagePullBackOff"), ("crashing-pods", "CrashLoopBackOff"), ("unready-pods", ""),
        ("slow-pods", ""),
    ])
    func podsFailAsLongAsTheFaultHolds(kind: String, reason: String) throws {
        var supervisor = WholeClusterTests.Supervisor()
        supervisor.send("POST", Self.path, #"{"kind":"\#(kind)","lasts":"90s"}"#)
        try supervisor.apply(WholeClusterTests.Supervisor.deployment, namespace: "default")
        supervisor.run(.seconds(25))
        let states = supervisor.all("Pod").map { pod in
            pod[at: "status", "containerStatuses"]?[0]?[at: "state", "waiting", "reason"]?.stringValue ?? ""
        }
        #expect(states == [reason, reason], "\(states)")
        #expect(supervisor.available == 0)
        supervisor.run(.seconds(600))
        #expect(supervisor.available == 2)
    }

    @Test func stuckPodsStayTerminating() throws {
        var supervisor = WholeClusterTests.Supervisor()
        try supervisor.apply(WholeClusterTests.Supervisor.deployment, namespace: "default")
        supervisor.run(.seconds(30))
        supervisor.send("POST", Self.path, #"{"kind":"stuck-pods","match":"default/web-*"}"#)
        supervisor.send("DELETE", "/apis/apps/v1/namespaces/default/deployments/web")
        supervisor.run(.seconds(300))
        #expect(supervisor.all("Pod").count == 2)
        supervisor.send("DELETE", "\(Self.path)/stuck-pods")
        supervisor.run(.seconds(60))
        #expect(supervisor.all("Pod").isEmpty)
    }

    @Test(arguments: ["storage-full", "no-resizer"])
    func volumesDoNotGrowWhileTheFaultHolds(kind: String) throws {
        var supervisor = WholeClusterTests.Supervisor()
        let claims = "/api/v1/namespaces/default/persistentvolumeclaims"
        supervisor.send(
            "POST", claims,
            #"{"metadata":{"name":"d"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}"#
        )
        supervisor.run(.seconds(10))
        supervisor.send("POST", Self.path, #"{"kind":"\#(kind)"}"#)
        supervisor.send(
            "PATCH", "\(claims)/d", #"{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}"#,
            type: "application/merge-patch+json")
        supervisor.run(.seconds(60))
        #expect(supervisor.all("PersistentVolume").first?[at: "spec", "capacity", "storage"] == "1Gi")
        supervisor.send("DELETE", "\(Self.path)/\(kind)")
        supervisor.run(.seconds(400))
        #expect(supervisor.all("PersistentVolume").first?[at: "spec", "capacity", "storage"] == "2Gi")
    }

    @Test func freezeHoldsTheControllersAndClockSpeedTheClock() throws {
        var supervisor = WholeClusterTests.Supervisor()
        supervisor.send("POST", Self.path, #"{"kind":"freeze","lasts":"30s"}"#)
        try supervisor.apply(WholeClusterTests.Supervisor.deployment, namespace: "default")
        supervisor.run(.seconds(20))
        #expect(supervisor.all("Pod").isEmpty)
        supervisor.run(.seconds(60))
        #expect(supervisor.available == 2)
        let before = supervisor.state.now
        supervisor.send("POST", Self.path, #"{"kind":"clock-speed","speed":100,"lasts":"10s"}"#)
        supervisor.run(.seconds(20))
        let passed = (supervisor.state.now.milliseconds - before.milliseconds) / 1000
        #expect((1000...1030).contains(passed), "\(passed)")
    }

    @Test func anExpiredCertificateIsShownAsLongAsItHolds() {
        var cluster = TestCluster()
        set(&cluster, ["kind": "expired-certificate", "after": "5s", "lasts": "5s"])
        let start = cluster.now
        let shown = [1, 6, 11].map { cluster.state.isCertificateExpired(at: start.advanced(by: .seconds($0))) }
        #expect(shown == [false, true, false])
    }

    @Test func aScheduleComesBack() throws {
        let fault = try Fault(["kind": "error", "after": "10s", "lasts": "5s", "every": "20s"])
        var set = fault
        set.setAt = Timestamp(milliseconds: 0)
        func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }
        #expect(
            [0, 9, 10, 14, 15, 29, 30, 34, 35].map { set.isActive(at: at($0)) }
                == [false, false, true, true, false, false, true, true, false])
        #expect([0, 10, 15, 31].map { set.nextChange(after: at($0)) } == [at(10), at(15), at(30), at(35)])
    }

    @Test(arguments: [
        #"{"kind":"nonsense"}"#, #"{}"#, #"{"kind":"error","status":200}"#, #"{"kind":"error","colour":"red"}"#,
        #"{"kind":"latency","delay":"soon"}"#, #"{"kind":"latency","delay":"2h"}"#, #"{"kind":"error","percent":0}"#,
        #"{"kind":"error","every":"1m"}"#, #"{"kind":"error","name":"Bad Name"}"#, #"[]"#,
        #"{"kind":"cut-connection","cut":"both"}"#, #"{"kind":"clock-speed","speed":-1}"#,
    ])
    func aWrongFaultIsRefusedAndNothingChanges(text: String) throws {
        var cluster = TestCluster()
        let reply = cluster.send(
            APIRequest(
                method: "POST", target: Self.path, headers: ["content-type": "application/json"], body: Array(text.utf8)
            ))
        #expect(reply.status == 400, "\(text)")
        #expect(cluster.send("GET", Self.path).value["faults"] == [])
    }

    @Test func theReportTellsWhatIsSetAndHowOftenItHit() {
        var cluster = TestCluster()
        set(&cluster, ["kind": "error", "status": 503, "path": "/pods"])
        _ = cluster.send("GET", "/api/v1/pods")
        _ = cluster.send("GET", "/api/v1/pods")
        let fault = cluster.send("GET", "\(Self.path)/error").value
        #expect(fault["hits"] == 2)
        #expect(fault["active"] == true)
        #expect(fault["status"] == 503)
        #expect(cluster.send("DELETE", "\(Self.path)/other").status == 404)
        #expect(cluster.send("DELETE", Self.path).value["faults"] == [])
    }
}
