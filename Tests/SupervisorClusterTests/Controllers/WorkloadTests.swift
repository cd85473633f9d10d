import FleetModel
import ResourceModel
import SupervisorCluster
import Testing

@Suite struct WorkloadTests {
    @Test func deploymentComesToLifeWithTheRecordedEventsAndConditions() {
        var driver = ClusterDriver()
        driver.deployment()
        driver.run(.seconds(10))
        let pods = driver.all("Pod")
        #expect(pods.count == 2)
        #expect(pods.allSatisfy { $0[at: "status", "phase"] == "Running" })
        let deployment = driver.find("Deployment", "web")
        #expect(deployment?[at: "status", "readyReplicas"] == 2)
        #expect(deployment?[at: "status", "availableReplicas"] == 2)
        #expect(deployment?[at: "status", "updatedReplicas"] == 2)
        #expect(deployment?[at: "status", "unavailableReplicas"] == nil)
        #expect(deployment?[at: "status", "observedGeneration"] == 1)
        #expect(deployment?.objectAnnotations["deployment.kubernetes.io/revision"] == "1")
        #expect(driver.condition(deployment, "Available")?["reason"] == "MinimumReplicasAvailable")
        #expect(driver.condition(deployment, "Progressing")?["reason"] == "NewReplicaSetAvailable")
        let set = driver.all("ReplicaSet").first?.objectName ?? ""
        #expect(
            driver.condition(deployment, "Progressing")?["message"]
                == .string("ReplicaSet \"\(set)\" has successfully progressed."))
        #expect(driver.messages("ScalingReplicaSet") == ["Scaled up replica set \(set) from 0 to 2"])
        #expect(driver.messages("SuccessfulCreate").count == 2)
        #expect(driver.messages("Scheduled").contains("Successfully assigned svc/\(pods[0].objectName) to n1"))
        #expect(
            driver.cluster.events.filter { $0.name == pods[0].objectName }.map(\.reason)
                == ["Scheduled", "Pulling", "Pulled", "Created", "Started"])
        #expect(pods[0].objectName.hasPrefix(set + "-"))
        #expect(pods[0].objectLabels["pod-template-hash"] == String(set.dropFirst(4)))
        #expect(pods[0][at: "status", "podIP"] != nil)
        #expect(pods[0][at: "status", "hostIP"] != nil)
    }

    @Test func oldProfileWordsEventsInItsOwnWay() {
        var driver = ClusterDriver(profile: .kubernetes125)
        driver.deployment(replicas: 1)
        driver.run(.seconds(10))
        let set = driver.all("ReplicaSet").first?.objectName ?? ""
        driver.edit("Deployment", "web") { $0[at: "spec", "replicas"] = 2 }
        driver.run(.seconds(10))
        #expect(
            driver.messages("ScalingReplicaSet")
                == ["Scaled up replica set \(set) to 1", "Scaled up replica set \(set) to 2 from 1"])
        #expect(driver.messages("Created") == ["Created container c", "Created container c"])
    }

    @Test func rollingUpdateKeepsAvailabilityAndRollsBackToTheOldReplicaSet() {
        var driver = ClusterDriver()
        driver.deployment(replicas: 4)
        driver.run(.seconds(10))
        let first = driver.all("ReplicaSet")[0].objectName
        driver.edit("Deployment", "web") {
            $0[at: "spec", "template", "spec", "containers"] = [["name": "c", "image": "img:2"]]
        }
        var lowest = Int64.max
        for _ in 0..<100 {
            driver.run(.milliseconds(100))
            lowest = min(lowest, driver.find("Deployment", "web")?[at: "status", "availableReplicas"]?.intValue ?? 0)
        }
        #expect(lowest >= 3)
        #expect(driver.all("Pod").count == 4)
        #expect(driver.all("ReplicaSet").count == 2)
        #expect(driver.find("ReplicaSet", first)?[at: "spec", "replicas"] == 0)
        #expect(
            driver.find("Deployment", "web")?.objectAnnotations["deployment.kubernetes.io/revision"] == "2")
        driver.edit("Deployment", "web") {
            $0[at: "spec", "template", "spec", "containers"] = [["name": "c", "image": "img:1"]]
        }
        driver.run(.seconds(20))
        #expect(driver.all("ReplicaSet").count == 2)
        let back = driver.find("ReplicaSet", first)
        #expect(back?[at: "status", "availableReplicas"] == 4)
        #expect(back?.objectAnnotations["deployment.kubernetes.io/revision"] == "3")
        #expect(back?.objectAnnotations["deployment.kubernetes.io/revision-history"] == "1")
        #expect(
            driver.condition(driver.find("Deployment", "web"), "Progressing")?["reason"] == "NewReplicaSetAvailable")
    }

    @Test func recreateEndsAllOldPodsBeforeTheNewOnesCome() {
        var driver = ClusterDriver()
        driver.deployment(extra: #","strategy":{"type":"Recreate"}"#)
        driver.run(.seconds(10))
        driver.edit("Deployment", "web") {
            $0[at: "spec", "template", "spec", "containers"] = [["name": "c", "image": "img:2"]]
        }
        var mixed = false
        for _ in 0..<100 {
            driver.run(.milliseconds(100))
            let images = Set(driver.all("Pod").compactMap { $0[at: "spec", "containers"]?[0]?["image"] })
            if images.count > 1 { mixed = true }
        }
        #expect(!mixed)
        #expect(driver.find("Deployment", "web")?[at: "status", "readyReplicas"] == 2)
    }

    @Test func scalingToZeroLeavesNoPodAndACompleteDeployment() {
        var driver = ClusterDriver()
        driver.deployment()
        driver.run(.seconds(10))
        driver.edit("Deployment", "web") { $0[at: "spec", "replicas"] = 0 }
        driver.run(.seconds(10))
        #expect(driver.all("Pod").isEmpty)
        let status = driver.find("Deployment", "web")?["status"]
        #expect(status?["replicas"] == nil)
        #expect(status?["observedGeneration"] == 2)
        #expect(driver.messages("Killing") == ["Stopping container c", "Stopping container c"])
    }

    @Test func progressDeadlineIsReportedWhenImagesCannotBePulled() {
        var settings = ControllerSettings()
        settings.faults.imagePullFailures = [":bad"]
        var driver = ClusterDriver(settings)
        driver.deployment(image: "img:bad")
        driver.edit("Deployment", "web") { $0[at: "spec", "progressDeadlineSeconds"] = 20 }
        driver.run(.seconds(15))
        let pod = driver.all("Pod")[0]
        let state = pod[at: "status", "containerStatuses"]?[0]?["state"]
        #expect(state?[at: "waiting", "reason"] == "ImagePullBackOff")
        #expect(pod[at: "status", "phase"] == "Pending")
        driver.run(.seconds(10))
        let progressing = driver.condition(driver.find("Deployment", "web"), "Progressing")
        #expect(progressing?["reason"] == "ProgressDeadlineExceeded")
        #expect(progressing?["status"] == "False")
        #expect((driver.cluster.events.first { $0.reason == "BackOff" }?.count ?? 0) >= 2)
        driver.controllers.settings.faults.imagePullFailures = []
        driver.run(.seconds(60))
        #expect(driver.find("Deployment", "web")?[at: "status", "readyReplicas"] == 2)
    }

    @Test func aPausedDeploymentDoesNotRollAndGoesOnWhenResumed() {
        var driver = ClusterDriver()
        driver.deployment()
        driver.run(.seconds(10))
        driver.edit("Deployment", "web") {
            $0[at: "spec", "paused"] = true
            $0[at: "spec", "template", "spec", "containers"] = [["name": "c", "image": "img:2"]]
        }
        driver.run(.seconds(10))
        #expect(driver.all("ReplicaSet").count == 1)
        #expect(driver.condition(driver.find("Deployment", "web"), "Progressing")?["reason"] == "DeploymentPaused")
        driver.edit("Deployment", "web") { $0[at: "spec", "paused"] = nil }
        driver.run(.seconds(20))
        #expect(driver.all("ReplicaSet").count == 2)
        #expect(
            driver.condition(driver.find("Deployment", "web"), "Progressing")?["reason"] == "NewReplicaSetAvailable")
    }

    @Test func missingServiceAccountShowsAsFailedCreateAndHeals() {
        var driver = ClusterDriver()
        driver.deployment(replicas: 1, pod: #","serviceAccountName":"robot""#)
        driver.run(.seconds(3))
        let set = driver.all("ReplicaSet")[0].objectName
        #expect(
            driver.messages("FailedCreate") == [
                "Error creating: pods \"\(set)-\" is forbidden: error looking up service account svc/robot: "
                    + "serviceaccount \"robot\" not found"
            ])
        #expect(driver.condition(driver.find("Deployment", "web"), "ReplicaFailure")?["reason"] == "FailedCreate")
        driver.add(#"{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"robot","namespace":"svc"}}"#)
        driver.run(.seconds(60))
        #expect(driver.find("Deployment", "web")?[at: "status", "readyReplicas"] == 1)
        #expect(driver.condition(driver.find("Deployment", "web"), "ReplicaFailure") == nil)
    }

    @Test func historyIsTrimmedToItsLimit() {
        var driver = ClusterDriver(.instant)
        driver.deployment(replicas: 1, extra: #","revisionHistoryLimit":1"#)
        driver.run(.seconds(3))
        for number in 2...5 {
            driver.edit("Deployment", "web") {
                $0[at: "spec", "template", "spec", "containers"] = [["name": "c", "image": .string("img:\(number)")]]
            }
            driver.run(.seconds(3))
        }
        #expect(driver.all("ReplicaSet").count == 2)
        #expect(driver.find("Deployment", "web")?.objectAnnotations["deployment.kubernetes.io/revision"] == "5")
    }

    @Test func nothingIsWrittenWhenNothingChanged() {
        var driver = ClusterDriver()
        driver.deployment()
        driver.statefulSet()
        driver.run(.seconds(60))
        let writes = driver.cluster.writes
        driver.controllers.settings.readyRules = []
        driver.run(.seconds(600))
        #expect(driver.cluster.writes == writes)
        #expect(driver.cluster.wakeTime == nil)
    }

    @Test func orphanedReplicaSetsAndPodsAreAdopted() {
        var driver = ClusterDriver()
        driver.deployment()
        driver.run(.seconds(10))
        let pods = driver.all("Pod").map(\.uid)
        for set in driver.all("ReplicaSet") {
            driver.edit("ReplicaSet", set.objectName) { $0[at: "metadata", "ownerReferences"] = nil }
        }
        driver.remove("Deployment", "web")
        driver.deployment()
        for pod in driver.all("Pod") {
            driver.edit("Pod", pod.objectName) { $0[at: "metadata", "ownerReferences"] = nil }
        }
        driver.run(.seconds(10))
        #expect(driver.all("ReplicaSet").count == 1)
        #expect(driver.all("Pod").map(\.uid) == pods)
        #expect(driver.find("Deployment", "web")?[at: "status", "readyReplicas"] == 2)
    }

    @Test func aDisruptionBudgetFollowsItsPods() {
        var driver = ClusterDriver()
        driver.deployment(replicas: 3)
        driver.add(
            """
            {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"b","namespace":"svc"},
             "spec":{"minAvailable":2,"selector":{"matchLabels":{"app":"web"}}}}
            """)
        driver.run(.seconds(10))
        let status = driver.find("PodDisruptionBudget", "b")?["status"]
        #expect(status?["expectedPods"] == 3)
        #expect(status?["currentHealthy"] == 3)
        #expect(status?["desiredHealthy"] == 2)
        #expect(status?["disruptionsAllowed"] == 1)
        // Never absent: clients that check models refuse a condition without one.
        #expect(status?["conditions"]?[0]?["message"] == "")
    }

    @Test func minReadySecondsDelayAvailability() {
        var driver = ClusterDriver()
        driver.deployment(extra: #","minReadySeconds":30"#)
        driver.run(.seconds(20))
        #expect(driver.find("Deployment", "web")?[at: "status", "readyReplicas"] == 2)
        #expect(driver.find("Deployment", "web")?[at: "status", "availableReplicas"] == nil)
        driver.run(.seconds(20))
        #expect(driver.find("Deployment", "web")?[at: "status", "availableReplicas"] == 2)
    }
}
