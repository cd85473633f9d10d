import FleetModel
import ResourceModel
import SupervisorCluster
import Testing

@Suite struct PodTests {
    @discardableResult
    private func pod(_ driver: inout ClusterDriver, _ name: String, spec: String) -> Value {
        driver.add(
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"\(name)","namespace":"svc","labels":{"app":"p"}},
             "spec":\(spec)}
            """)
    }

    private func waiting(_ driver: ClusterDriver, _ name: String) -> Value? {
        driver.find("Pod", name)?[at: "status", "containerStatuses"]?[0]?[at: "state", "waiting"]
    }

    @Test func statusGoesFromCreatingToReadyAfterTheProbe() {
        var driver = ClusterDriver()
        pod(&driver, "p", spec: #"{"containers":[{"name":"c","image":"i:1","readinessProbe":{}}]}"#)
        driver.step()
        #expect(driver.find("Pod", "p")?[at: "status", "phase"] == "Pending")
        #expect(waiting(driver, "p")?["reason"] == "ContainerCreating")
        driver.run(.seconds(2))
        #expect(driver.find("Pod", "p")?[at: "status", "phase"] == "Running")
        #expect(driver.condition(driver.find("Pod", "p"), "Ready")?["reason"] == "ContainersNotReady")
        driver.run(.seconds(3))
        let pod = driver.find("Pod", "p")
        for type in ["PodScheduled", "Initialized", "ContainersReady", "Ready", "PodReadyToStartContainers"] {
            #expect(driver.condition(pod, type)?["status"] == "True")
        }
        #expect(pod?[at: "status", "qosClass"] == "BestEffort")
    }

    @Test func initContainersRunOneAfterTheOther() {
        var driver = ClusterDriver()
        pod(
            &driver, "p",
            spec: """
                {"initContainers":[{"name":"a","image":"i:1"},{"name":"b","image":"i:1"}],
                 "containers":[{"name":"c","image":"i:1"}]}
                """)
        driver.step()
        #expect(waiting(driver, "p")?["reason"] == "PodInitializing")
        driver.run(.seconds(10))
        #expect(
            driver.messages("Started") == ["Started container a", "Started container b", "Started container c"])
        #expect(
            driver.messages("Pulled").last == "Container image \"i:1\" already present on machine")
        #expect(driver.find("Pod", "p")?[at: "status", "initContainerStatuses"]?[1]?["ready"] == true)
    }

    @Test func aMissingConfigMapHoldsThePodAndIsToldWithACount() {
        var driver = ClusterDriver()
        pod(
            &driver, "p",
            spec: """
                {"volumes":[{"name":"config","configMap":{"name":"settings"}}],
                 "containers":[{"name":"c","image":"i:1"}]}
                """)
        driver.run(.seconds(20))
        #expect(waiting(driver, "p")?["reason"] == "ContainerCreating")
        let event = driver.cluster.events.first { $0.reason == "FailedMount" }
        #expect(
            event?.message == "MountVolume.SetUp failed for volume \"config\" : configmap \"settings\" not found")
        #expect((event?.count ?? 0) > 3)
        driver.add(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"svc"}}"#)
        driver.run(.seconds(60))
        #expect(driver.find("Pod", "p")?[at: "status", "phase"] == "Running")
    }

    @Test func aMissingSecretKeyInTheEnvironmentIsAConfigError() {
        var driver = ClusterDriver()
        pod(
            &driver, "p",
            spec: """
                {"containers":[{"name":"c","image":"i:1","env":[{"name":"K","valueFrom":
                  {"secretKeyRef":{"name":"creds","key":"password"}}}]}]}
                """)
        driver.run(.seconds(5))
        #expect(waiting(driver, "p")?["reason"] == "CreateContainerConfigError")
        #expect(waiting(driver, "p")?["message"] == "secret \"creds\" not found")
        driver.add(
            """
            {"apiVersion":"v1","kind":"Secret","metadata":{"name":"creds","namespace":"svc"},"data":{"user":"eA=="}}
            """)
        driver.run(.seconds(10))
        #expect(waiting(driver, "p")?["message"] == "couldn't find key password in Secret svc/creds")
    }

    @Test func aCrashingContainerBacksOff() {
        var settings = ControllerSettings()
        settings.faults.crashingPods = ["svc/p*"]
        var driver = ClusterDriver(settings)
        let pod = pod(&driver, "p1", spec: #"{"containers":[{"name":"c","image":"i:1"}]}"#)
        driver.run(.seconds(5))
        #expect(waiting(driver, "p1")?["reason"] == "CrashLoopBackOff")
        #expect(
            waiting(driver, "p1")?["message"]
                == .string("back-off 10s restarting failed container=c pod=p1_svc(\(pod.uid))"))
        driver.run(.seconds(60))
        let status = driver.find("Pod", "p1")?[at: "status", "containerStatuses"]?[0]
        #expect((status?["restartCount"]?.intValue ?? 0) >= 3)
        #expect(status?[at: "lastState", "terminated", "exitCode"] == 1)
        #expect(
            driver.messages("BackOff").first
                == "Back-off restarting failed container c in pod p1_svc(\(pod.uid))")
    }

    @Test func anUnreadyPodRunsAndIsTold() {
        var settings = ControllerSettings()
        settings.faults.unreadyPods = ["p"]
        settings.faults.slowPods = [.init(pattern: "slow", delay: .seconds(30))]
        var driver = ClusterDriver(settings)
        pod(&driver, "p", spec: #"{"containers":[{"name":"c","image":"i:1"}]}"#)
        pod(&driver, "slow", spec: #"{"containers":[{"name":"c","image":"i:1"}]}"#)
        driver.run(.seconds(25))
        #expect(driver.find("Pod", "p")?[at: "status", "phase"] == "Running")
        #expect(driver.condition(driver.find("Pod", "p"), "Ready")?["status"] == "False")
        #expect(driver.condition(driver.find("Pod", "slow"), "Ready")?["status"] == "False")
        #expect(driver.cluster.events.contains { $0.reason == "Unhealthy" && $0.count >= 2 })
        driver.run(.seconds(10))
        #expect(driver.condition(driver.find("Pod", "slow"), "Ready")?["status"] == "True")
        driver.controllers.settings.faults.unreadyPods = []
        driver.run(.seconds(1))
        #expect(driver.condition(driver.find("Pod", "p"), "Ready")?["status"] == "True")
    }

    @Test func deletionTakesTheGraceAndNoLongerThanThePodAllows() {
        var driver = ClusterDriver()
        pod(&driver, "p", spec: #"{"containers":[{"name":"c","image":"i:1"}]}"#)
        driver.run(.seconds(5))
        driver.remove("Pod", "p")
        driver.step()
        #expect(driver.find("Pod", "p")?.isBeingDeleted == true)
        #expect(driver.messages("Killing") == ["Stopping container c"])
        driver.run(.seconds(1))
        #expect(driver.find("Pod", "p") == nil)
    }

    @Test func theSchedulerNamesEveryReasonThatNodesGave() {
        var driver = ClusterDriver()
        driver.edit("Node", "n1") {
            $0[at: "spec", "taints"] = [["key": "role", "value": "control", "effect": "NoSchedule"]]
        }
        pod(&driver, "p", spec: #"{"nodeSelector":{"disk":"ssd"},"containers":[{"name":"c","image":"i:1"}]}"#)
        pod(&driver, "q", spec: #"{"containers":[{"name":"c","image":"i:1"}]}"#)
        driver.run(.seconds(5))
        #expect(
            driver.messages("FailedScheduling") == [
                "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had "
                    + "untolerated taint {role: control}. preemption: 0/2 nodes are available: 2 Preemption is not "
                    + "helpful for scheduling."
            ])
        #expect(driver.find("Pod", "q")?[at: "spec", "nodeName"] == "n2")
    }

    @Test func takingOverARunningClusterRestartsNothing() {
        var driver = ClusterDriver()
        driver.deployment()
        driver.statefulSet()
        driver.run(.seconds(60))
        let events = driver.cluster.events
        let writes = driver.cluster.writes
        driver.controllers = StandardControllers(settings: ControllerSettings())
        driver.run(.seconds(60))
        #expect(driver.cluster.events == events)
        #expect(driver.cluster.writes == writes)
    }

    @Test func aStuckPodStaysTerminatingUntilTheSwitchIsTakenBack() {
        var settings = ControllerSettings()
        settings.faults.stuckTerminatingPods = ["svc/*"]
        var driver = ClusterDriver(settings)
        pod(&driver, "p", spec: #"{"containers":[{"name":"c","image":"i:1"}]}"#)
        driver.run(.seconds(5))
        driver.remove("Pod", "p")
        driver.run(.seconds(300))
        #expect(driver.find("Pod", "p")?.isBeingDeleted == true)
        driver.controllers.clearFaults()
        driver.run(.seconds(5))
        #expect(driver.find("Pod", "p") == nil)
    }

    @Test func aChangedImageRestartsTheContainerInPlace() {
        var driver = ClusterDriver()
        pod(&driver, "p", spec: #"{"containers":[{"name":"c","image":"i:1"}]}"#)
        driver.run(.seconds(5))
        driver.edit("Pod", "p") { $0[at: "spec", "containers"] = [["name": "c", "image": "i:2"]] }
        driver.run(.seconds(5))
        #expect(driver.messages("Killing") == ["Container c definition changed, will be restarted"])
        let status = driver.find("Pod", "p")?[at: "status", "containerStatuses"]?[0]
        #expect(status?["restartCount"] == 1)
        #expect(status?["image"] == "i:2")
        #expect(driver.condition(driver.find("Pod", "p"), "Ready")?["status"] == "True")
    }

    @Test func aSidecarStartsFirstAndGoesOn() {
        var driver = ClusterDriver()
        pod(
            &driver, "p",
            spec: """
                {"hostNetwork":true,"initContainers":[{"name":"s","image":"i:1","restartPolicy":"Always"}],
                 "containers":[{"name":"c","image":"i:1"}]}
                """)
        driver.run(.seconds(10))
        #expect(driver.messages("Started") == ["Started container s", "Started container c"])
        let pod = driver.find("Pod", "p")
        #expect(pod?[at: "status", "phase"] == "Running")
        #expect(pod?[at: "status", "podIP"] == pod?[at: "status", "hostIP"])
        #expect(pod?[at: "status", "initContainerStatuses"]?[0]?["ready"] == true)
        #expect(driver.condition(pod, "Initialized")?["status"] == "True")
    }
}
