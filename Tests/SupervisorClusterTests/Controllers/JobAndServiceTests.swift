import FleetModel
import ResourceModel
import SupervisorCluster
import Testing

@Suite struct JobAndServiceTests {
    private static let jobSpec = """
        {"completions":2,"parallelism":1,"backoffLimit":2,"template":{"metadata":{"labels":{"app":"j"}},
         "spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i:1"}]}}}
        """

    private func job(_ driver: inout ClusterDriver) {
        driver.add(
            """
            {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j","namespace":"svc"},"spec":\(Self.jobSpec)}
            """)
    }

    @Test func aJobRunsToItsCompletions() {
        var driver = ClusterDriver()
        job(&driver)
        driver.run(.seconds(30))
        let job = driver.find("Job", "j")
        #expect(job?[at: "status", "succeeded"] == 2)
        #expect(job?[at: "status", "active"] == nil)
        #expect(driver.condition(job, "Complete")?["status"] == "True")
        #expect(job?[at: "status", "completionTime"] != nil)
        #expect(driver.all("Pod").allSatisfy { $0[at: "status", "phase"] == "Succeeded" })
        #expect(driver.messages("Completed") == ["Job completed"])
    }

    @Test func aFailingJobGivesUpAfterItsLimit() {
        var settings = ControllerSettings()
        settings.faults.crashingPods = ["j-*"]
        var driver = ClusterDriver(settings)
        job(&driver)
        driver.run(.seconds(200))
        let job = driver.find("Job", "j")
        #expect(driver.condition(job, "Failed")?["reason"] == "BackoffLimitExceeded")
        #expect(job?[at: "status", "failed"] == 3)
    }

    @Test func aCronJobStartsJobsBySchedule() {
        var driver = ClusterDriver()
        driver.add(
            """
            {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"cj","namespace":"svc"},
             "spec":{"schedule":"*/5 * * * *","jobTemplate":{"spec":\(Self.jobSpec)}}}
            """)
        driver.run(.seconds(1200))
        #expect((3...4).contains(driver.messages("SuccessfulCreate").filter { $0.hasPrefix("Created job") }.count))
        #expect(driver.all("Job").count == 3)
        #expect(driver.find("CronJob", "cj")?[at: "status", "lastScheduleTime"] != nil)
    }

    @Test func servicesGetAddressesAndFollowTheirReadyPods() {
        var driver = ClusterDriver()
        driver.deployment()
        driver.add(
            """
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"svc"},
             "spec":{"type":"LoadBalancer","selector":{"app":"web"},
             "ports":[{"name":"http","port":80,"targetPort":8080}]}}
            """)
        driver.run(.seconds(10))
        let service = driver.find("Service", "web")
        #expect(service?[at: "spec", "clusterIP"] == "10.96.0.1")
        #expect(service?[at: "spec", "ports"]?[0]?["nodePort"] == 30001)
        #expect(service?[at: "status", "loadBalancer", "ingress"] == [["ip": "192.168.1.1", "ipMode": "VIP"]])
        let subset = driver.find("Endpoints", "web")?["subsets"]?[0]
        #expect(subset?["addresses"]?.arrayValue?.count == 2)
        #expect(subset?["ports"] == [["name": "http", "port": 8080, "protocol": "TCP"]])
        #expect(driver.all("EndpointSlice").count == 1)
        driver.edit("Deployment", "web") { $0[at: "spec", "replicas"] = 0 }
        driver.run(.seconds(10))
        #expect(driver.find("Endpoints", "web")?["subsets"] == nil)
        #expect(driver.all("EndpointSlice")[0]["endpoints"] == [])
    }

    @Test func aDaemonSetRunsOnEveryNodeThatMay() {
        var driver = ClusterDriver(nodes: 3)
        driver.edit("Node", "n1") {
            $0[at: "spec", "taints"] = [["key": "role", "value": "control", "effect": "NoSchedule"]]
        }
        driver.add(
            """
            {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"agent","namespace":"svc"},
             "spec":{"selector":{"matchLabels":{"app":"agent"}},"template":\(ClusterDriver.template("agent"))}}
            """)
        driver.run(.seconds(10))
        #expect(Set(driver.all("Pod").compactMap { $0[at: "spec", "nodeName"]?.stringValue }) == ["n2", "n3"])
        let status = driver.find("DaemonSet", "agent")?["status"]
        #expect(status?["numberReady"] == 2)
        #expect(status?["desiredNumberScheduled"] == 2)
        driver.edit("DaemonSet", "agent") {
            $0[at: "spec", "template", "spec", "containers"] = [["name": "c", "image": "img:2"]]
        }
        driver.run(.seconds(30))
        #expect(driver.all("Pod").allSatisfy { $0[at: "spec", "containers"]?[0]?["image"] == "img:2" })
        #expect(driver.find("DaemonSet", "agent")?[at: "status", "updatedNumberScheduled"] == 2)
    }

    @Test func certificatesGetTheirSecretAndTheReadyCondition() {
        var driver = ClusterDriver()
        driver.add(
            """
            {"apiVersion":"cert-manager.io/v1","kind":"Certificate","metadata":{"name":"tls","namespace":"svc"},
             "spec":{"secretName":"harbor-tls","issuerRef":{"name":"ca"}}}
            """)
        driver.add(
            """
            {"apiVersion":"projectcontour.io/v1","kind":"HTTPProxy","metadata":{"name":"p","namespace":"svc"},"spec":{}}
            """)
        driver.step()
        #expect(driver.find("Secret", "harbor-tls") == nil)
        driver.run(.seconds(5))
        let secret = driver.find("Secret", "harbor-tls")
        #expect(secret?["type"] == "kubernetes.io/tls")
        #expect(Set(secret?["data"]?.objectValue?.keys.map { $0 } ?? []) == ["tls.crt", "tls.key", "ca.crt"])
        let certificate = driver.find("Certificate", "tls")
        #expect(driver.condition(certificate, "Ready")?["status"] == "True")
        #expect(driver.condition(certificate, "Ready")?["observedGeneration"] == 1)
        #expect(driver.find("HTTPProxy", "p")?[at: "status", "currentStatus"] == "valid")
        let writes = driver.cluster.writes
        driver.run(.seconds(60))
        #expect(driver.cluster.writes == writes)
        driver.remove("Secret", "harbor-tls")
        driver.run(.seconds(5))
        #expect(driver.find("Secret", "harbor-tls") != nil)
    }

    @Test func everyNamespaceGetsItsDefaults() {
        var driver = ClusterDriver()
        driver.step()
        #expect(driver.find("ServiceAccount", "default") != nil)
        #expect(
            driver.find("ConfigMap", "kube-root-ca.crt")?[at: "data", "ca.crt"]?.stringValue?.hasPrefix(
                "-----BEGIN CERTIFICATE-----\n") == true)
    }

    @Test func equalSeedsGiveEqualClusters() {
        func end() -> MemoryCluster {
            var driver = ClusterDriver()
            driver.deployment(replicas: 3)
            driver.statefulSet()
            driver.run(.seconds(60))
            return driver.cluster
        }
        let (left, right) = (end(), end())
        #expect(left.objects == right.objects)
        #expect(left.events == right.events)
    }
}
