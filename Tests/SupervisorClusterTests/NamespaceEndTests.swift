import FleetModel
import ResourceModel
import SupervisorCluster
import Testing

/// The end of a namespace with the controllers running.
@Suite struct NamespaceEndTests {
    /// Steps until the namespace is gone; returns the cluster's milliseconds that took, nil when it outlasts `limit`.
    private func delete(_ name: String, _ cluster: inout TestCluster, limit: Int64) -> Int64? {
        let reply = cluster.send("DELETE", "/api/v1/namespaces/\(name)")
        #expect(reply.status == 200)
        var passed: Int64 = 0
        while passed < limit {
            cluster.step(afterMilliseconds: 100)
            passed += 100
            if cluster.send("GET", "/api/v1/namespaces/\(name)").status == 404 { return passed }
        }
        return nil
    }

    private func cluster(_ profile: ServerProfile) -> TestCluster {
        var cluster = TestCluster(
            profile: profile, controllers: StandardControllers(settings: ControllerSettings()))
        for _ in 0..<3 { cluster.step() }
        return cluster
    }

    @Test(arguments: ServerProfile.allCases)
    func anEmptyNamespaceEndsAtOnce(profile: ServerProfile) {
        var cluster = cluster(profile)
        #expect(delete("t1", &cluster, limit: 5000) ?? .max <= 500)
    }

    @Test func oneWithoutFinalizersEndsWithTheRequest() {
        var cluster = cluster(.kubernetes132)
        cluster.make("v1", "namespaces", nil, ["metadata": ["name": "bare"]])
        let free = cluster.send(
            "PUT", "/api/v1/namespaces/bare/finalize",
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "bare"], "spec": [:]])
        #expect(free.status == 200)
        #expect(delete("bare", &cluster, limit: 5000) ?? .max <= 500)
    }

    @Test(arguments: ServerProfile.allCases)
    func oneWithRunningPodsAndVolumesEndsWithinSeconds(profile: ServerProfile) {
        var cluster = cluster(profile)
        cluster.make(
            "apps/v1", "statefulsets", "t2",
            [
                "metadata": ["name": "db"],
                "spec": [
                    "serviceName": "db", "replicas": 2, "selector": ["matchLabels": ["app": "db"]],
                    "template": [
                        "metadata": ["labels": ["app": "db"]],
                        "spec": ["containers": [["name": "c", "image": "r/db:1"]]],
                    ],
                    "volumeClaimTemplates": [
                        [
                            "metadata": ["name": "data"],
                            "spec": [
                                "accessModes": ["ReadWriteOnce"],
                                "resources": ["requests": ["storage": "1Gi"]],
                                "storageClassName": "vsan-default-storage-policy",
                            ],
                        ]
                    ],
                ],
            ])
        for _ in 0..<200 { cluster.step(afterMilliseconds: 100) }
        let ready = cluster.send("GET", "/apis/apps/v1/namespaces/t2/statefulsets/db").value
        #expect(ready[at: "status", "readyReplicas"] == 2)
        #expect(delete("t2", &cluster, limit: 20_000) ?? .max <= 10_000)
        let volumes = cluster.send("GET", "/api/v1/persistentvolumes").value
        #expect(volumes["items"]?.arrayValue?.isEmpty == true)
    }

    @Test(arguments: ServerProfile.allCases)
    func aStuckFinalizerIsShownInTheConditionsAndReleased(profile: ServerProfile) {
        var cluster = cluster(profile)
        cluster.make(
            "v1", "configmaps", "t3", ["metadata": ["name": "held", "finalizers": ["example.com/hold"]]])
        #expect(delete("t3", &cluster, limit: 5000) == nil)
        let namespace = cluster.send("GET", "/api/v1/namespaces/t3").value
        #expect(namespace[at: "status", "phase"] == "Terminating")
        let conditions = namespace[at: "status", "conditions"]?.arrayValue ?? []
        func message(_ type: String) -> String? {
            conditions.first { $0["type"]?.stringValue == type && $0["status"] == "True" }?["message"]?.stringValue
        }
        #expect(
            message("NamespaceContentRemaining")
                == "Some resources are remaining: configmaps. has 1 resource instances")
        #expect(
            message("NamespaceFinalizersRemaining")
                == "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances")
        let refused = cluster.send(
            "POST", "/api/v1/namespaces/t3/configmaps", ["metadata": ["name": "late"]])
        #expect(refused.status == 403)
        let freed = cluster.send(
            "PATCH", "/api/v1/namespaces/t3/configmaps/held", ["metadata": ["finalizers": .null]],
            type: "application/merge-patch+json")
        #expect(freed.status == 200)
        for _ in 0..<5 { cluster.step(afterMilliseconds: 100) }
        #expect(cluster.send("GET", "/api/v1/namespaces/t3").status == 404)
    }
}
