import ResourceModel
import SupervisorCluster
import Testing

/// ResourceQuota: refusals in the API server's words, and what its status tells.
struct QuotaTests {
    private static func cluster(_ hard: Value, scopes: Value = []) -> TestCluster {
        var cluster = TestCluster()
        cluster.make(
            "v1", "resourcequotas", "t1",
            ["metadata": ["name": "q"], "spec": ["hard": hard, "scopes": scopes]])
        return cluster
    }

    private static func pod(_ name: String, _ resources: Value = [:]) -> Value {
        [
            "metadata": ["name": .string(name)],
            "spec": ["containers": [["name": "c", "image": "i:1", "resources": resources]]],
        ]
    }

    private static func used(_ cluster: inout TestCluster) -> Value? {
        cluster.step()
        return cluster.send("GET", "/api/v1/namespaces/t1/resourcequotas/q").value[at: "status", "used"]
    }

    @Test func cpuAndMemoryOfPodsAreCounted() {
        var cluster = Self.cluster(["requests.cpu": "1", "limits.memory": "1Gi", "pods": "5"])
        cluster.make(
            "v1", "pods", "t1", Self.pod("a", ["requests": ["cpu": "600m"], "limits": ["memory": "512Mi"]]))
        let refused = cluster.send(
            "POST", "/api/v1/namespaces/t1/pods",
            Self.pod("b", ["requests": ["cpu": "600m"], "limits": ["memory": "512Mi"]]))
        #expect(refused.status == 403)
        #expect(
            refused.value["message"]?.stringValue
                == "pods \"b\" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used: "
                + "requests.cpu=600m, limited: requests.cpu=1")
        #expect(
            Self.used(&cluster) == ["requests.cpu": "600m", "limits.memory": "512Mi", "pods": "1"])
    }

    @Test func aPodThatDoesNotSayWhatItTakesIsRefused() {
        var cluster = Self.cluster(["requests.cpu": "1", "limits.memory": "1Gi"])
        let refused = cluster.send("POST", "/api/v1/namespaces/t1/pods", Self.pod("a"))
        #expect(
            refused.value["message"]?.stringValue
                == "pods \"a\" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c")
    }

    @Test func objectsAndPortsOfServicesAreCounted() {
        var cluster = Self.cluster([
            "count/deployments.apps": "1", "configmaps": "1", "services.loadbalancers": "1", "services.nodeports": "1",
        ])
        func deployment(_ name: String) -> Value {
            [
                "metadata": ["name": .string(name)],
                "spec": [
                    "selector": ["matchLabels": ["a": "b"]],
                    "template": [
                        "metadata": ["labels": ["a": "b"]],
                        "spec": ["containers": [["name": "c", "image": "i:1"]]],
                    ],
                ],
            ]
        }
        cluster.make("apps/v1", "deployments", "t1", deployment("d"))
        let second = cluster.send("POST", "/apis/apps/v1/namespaces/t1/deployments", deployment("e"))
        #expect(
            second.value["message"]?.stringValue
                == "deployments.apps \"e\" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: "
                + "count/deployments.apps=1, limited: count/deployments.apps=1")
        cluster.make(
            "v1", "services", "t1",
            ["metadata": ["name": "s"], "spec": ["type": "LoadBalancer", "ports": [["port": 80]]]])
        #expect(
            Self.used(&cluster) == [
                "count/deployments.apps": "1", "configmaps": "0", "services.loadbalancers": "1",
                "services.nodeports": "1",
            ])
    }

    @Test func aClaimThatGrowsIsCountedByWhatItAdds() {
        var cluster = TestCluster()
        cluster.bindClaim("c", storageClass: "sc-exp")
        cluster.make(
            "v1", "resourcequotas", "t2",
            ["metadata": ["name": "q"], "spec": ["hard": ["requests.storage": "20Gi"]]])
        let refused = cluster.send(
            "PATCH", "/api/v1/namespaces/t2/persistentvolumeclaims/c",
            ["spec": ["resources": ["requests": ["storage": "30Gi"]]]], type: "application/merge-patch+json")
        #expect(
            refused.value["message"]?.stringValue
                == "persistentvolumeclaims \"c\" is forbidden: exceeded quota: q, requested: requests.storage=20Gi, "
                + "used: requests.storage=10Gi, limited: requests.storage=20Gi")
    }

    @Test func scopesChooseAmongPods() {
        var cluster = Self.cluster(["pods": "1"], scopes: ["BestEffort"])
        cluster.make("v1", "pods", "t1", Self.pod("a", ["requests": ["cpu": "1"]]))
        cluster.make("v1", "pods", "t1", Self.pod("b", ["requests": ["cpu": "1"]]))
        cluster.make("v1", "pods", "t1", Self.pod("c"))
        #expect(cluster.send("POST", "/api/v1/namespaces/t1/pods", Self.pod("d")).status == 403)
        #expect(Self.used(&cluster) == ["pods": "1"])
    }
}
