import ResourceModel
import SupervisorCluster
import Testing

/// Where pods go, and who gets how many.
struct PlacementTests {
    private func pod(_ name: String, _ spec: String, labels: String = "{}", image: String = #""i:1""#) -> String {
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"\(name)","namespace":"svc","labels":\(labels)},
         "spec":{"containers":[{"name":"c","image":\(image)}]\(spec)}}
        """
    }

    @Test(arguments: [("master", "7"), ("control-plane", "8")])
    func aVeleroOperatorLandsOnTheControlPlane(role: String, generation: String) throws {
        var supervisor = WholeClusterTests.Supervisor()
        if generation == "7" {
            var settings = ClusterSettings()
            settings.supervisor = try SupervisorTraits(
                generation: 7, version: "", capabilities: [:], properties: [:], namespaces: [], services: [])
            supervisor.state = ClusterState(
                settings: settings, at: supervisor.now,
                controllers: StandardControllers(settings: ControllerSettings()))
        }
        try supervisor.apply(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: velero-vsphere-operator}
            spec:
              replicas: 3
              selector: {matchLabels: {app: velero}}
              template:
                metadata: {labels: {app: velero}}
                spec:
                  nodeSelector: {node-role.kubernetes.io/\(role): ""}
                  tolerations:
                  - {key: node-role.kubernetes.io/\(role), operator: Exists, effect: NoSchedule}
                  affinity:
                    podAntiAffinity:
                      requiredDuringSchedulingIgnoredDuringExecution:
                      - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: velero}}}
                  containers: [{name: operator, image: "registry.example.com/velero:1"}]
            """, namespace: "default")
        supervisor.run(.seconds(30))
        let nodes = supervisor.all("Pod").compactMap { $0[at: "spec", "nodeName"]?.stringValue }
        #expect(nodes.sorted() == ["supervisor-cp-1", "supervisor-cp-2", "supervisor-cp-3"])
    }

    @Test func aNodeThatIsFullIsNamed() {
        var driver = ClusterDriver(.instant, nodes: 1)
        var node = driver.find("Node", "n1", namespace: "") ?? [:]
        node[at: "status", "allocatable"] = ["cpu": "2", "memory": "4Gi", "pods": "10"]
        _ = try? driver.cluster.updateStatus(node)
        for name in ["a", "b"] {
            driver.add(
                pod(name, "", image: #""i:1","resources":{"requests":{"cpu":"1500m"}}"#))
        }
        driver.run(.seconds(5))
        let nodes = driver.all("Pod").compactMap { $0[at: "spec", "nodeName"]?.stringValue }
        #expect(nodes == ["n1"])
        #expect(
            driver.messages("FailedScheduling") == [
                "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption "
                    + "victims found for incoming pod."
            ])
    }

    @Test func podsThatKeepApartGoToDifferentNodes() {
        var driver = ClusterDriver(.instant, nodes: 2)
        driver.edit("Node", "n1", namespace: "") { $0[at: "metadata", "labels", "host"] = "n1" }
        driver.edit("Node", "n2", namespace: "") { $0[at: "metadata", "labels", "host"] = "n2" }
        let apart = """
            ,"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
              {"topologyKey":"host","labelSelector":{"matchLabels":{"app":"x"}}}]}}
            """
        for name in ["a", "b", "c"] { driver.add(pod(name, apart, labels: #"{"app":"x"}"#)) }
        driver.run(.seconds(5))
        let nodes = driver.all("Pod").compactMap { $0[at: "spec", "nodeName"]?.stringValue }
        #expect(nodes.sorted() == ["n1", "n2"])
        #expect(
            driver.messages("FailedScheduling").first?.contains("2 node(s) didn't match pod anti-affinity") ?? false)
    }

    @Test func scalingInTheMiddleOfARolloutKeepsTheShares() {
        var driver = ClusterDriver(.instant)
        let rolling = #","strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":3,"maxUnavailable":2}}"#
        driver.deployment(replicas: 10, extra: rolling)
        driver.run(.seconds(30))
        driver.controllers.settings.faults.unreadyPods = ["svc/web-*"]
        driver.edit("Deployment", "web") {
            $0[at: "spec", "template", "spec", "containers"] = [["name": "c", "image": "img:2"]]
        }
        driver.controllers.settings.readinessDelay = .seconds(3600)
        driver.run(.seconds(5))
        driver.edit("Deployment", "web") { $0[at: "spec", "replicas"] = 15 }
        driver.run(.seconds(5))
        let sizes = driver.all("ReplicaSet").compactMap { $0[at: "spec", "replicas"]?.intValue }
        #expect(sizes.reduce(0, +) <= 18, "\(sizes)")
        #expect(sizes.allSatisfy { $0 > 0 }, "\(sizes)")
    }

    @Test func anIndexedJobDoesEveryIndexOnce() {
        var driver = ClusterDriver(.instant)
        driver.add(
            """
            {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j","namespace":"svc"},
             "spec":{"completions":4,"parallelism":2,"completionMode":"Indexed","backoffLimit":6,
                     "template":{"metadata":{"labels":{"app":"j"}},
                       "spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i:1"}]}}}}
            """)
        driver.run(.seconds(60))
        let job = driver.find("Job", "j")
        #expect(job?[at: "status", "completedIndexes"] == "0-3")
        #expect(driver.condition(job, "Complete")?["status"] == "True")
        let indexes = driver.all("Pod").compactMap { pod in
            pod[at: "metadata", "annotations", "batch.kubernetes.io/job-completion-index"]?.stringValue
        }
        #expect(indexes.sorted() == ["0", "1", "2", "3"])
    }
}
