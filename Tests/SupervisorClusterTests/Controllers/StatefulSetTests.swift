import FleetModel
import ResourceModel
import SupervisorCluster
import Testing

@Suite struct StatefulSetTests {
    @Test func podsAndClaimsComeInOrder() {
        var driver = ClusterDriver()
        driver.statefulSet()
        driver.run(.seconds(30))
        #expect(driver.all("Pod").map(\.objectName) == ["db-0", "db-1"])
        #expect(driver.all("PersistentVolumeClaim").map(\.objectName) == ["data-db-0", "data-db-1"])
        #expect(
            driver.cluster.events.filter { $0.kind == "StatefulSet" }.map(\.message) == [
                "create Claim data-db-0 Pod db-0 in StatefulSet db success",
                "create Pod db-0 in StatefulSet db successful",
                "create Claim data-db-1 Pod db-1 in StatefulSet db success",
                "create Pod db-1 in StatefulSet db successful",
            ])
        let claim = driver.find("PersistentVolumeClaim", "data-db-0")
        #expect(claim?.objectLabels == ["app": "db"])
        #expect(claim?[at: "metadata", "ownerReferences"] == nil)
        let status = driver.find("StatefulSet", "db")?["status"]
        #expect(status?["readyReplicas"] == 2)
        #expect(status?["currentReplicas"] == 2)
        #expect(status?["updatedReplicas"] == 2)
        #expect(status?["currentRevision"] == status?["updateRevision"])
        let pod = driver.find("Pod", "db-0")
        #expect(pod?.objectLabels["statefulset.kubernetes.io/pod-name"] == "db-0")
        #expect(pod?.objectLabels["apps.kubernetes.io/pod-index"] == "0")
        #expect(pod?[at: "spec", "hostname"] == "db-0")
        #expect(
            driver.messages("FailedScheduling").first
                == "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/2 nodes "
                + "are available: 2 Preemption is not helpful for scheduling.")
    }

    @Test func updatesGoFromTheHighestOrdinalDown() {
        var driver = ClusterDriver()
        driver.statefulSet(replicas: 3)
        driver.run(.seconds(30))
        driver.edit("StatefulSet", "db") {
            $0[at: "spec", "template", "spec", "containers"] = [["name": "c", "image": "db:2"]]
        }
        driver.run(.seconds(60))
        let deletions = driver.messages("SuccessfulDelete")
        #expect(
            deletions == [
                "delete Pod db-2 in StatefulSet db successful", "delete Pod db-1 in StatefulSet db successful",
                "delete Pod db-0 in StatefulSet db successful",
            ])
        #expect(driver.all("Pod").allSatisfy { $0[at: "spec", "containers"]?[0]?["image"] == "db:2" })
        let status = driver.find("StatefulSet", "db")?["status"]
        #expect(status?["currentRevision"] == status?["updateRevision"])
        #expect(driver.all("ControllerRevision").count == 2)
    }

    @Test func partitionKeepsLowerOrdinals() {
        var driver = ClusterDriver()
        driver.statefulSet(replicas: 3)
        driver.run(.seconds(30))
        driver.edit("StatefulSet", "db") {
            $0[at: "spec", "template", "spec", "containers"] = [["name": "c", "image": "db:2"]]
            $0[at: "spec", "updateStrategy", "rollingUpdate", "partition"] = 2
        }
        driver.run(.seconds(60))
        #expect(
            driver.all("Pod").map { $0[at: "spec", "containers"]?[0]?["image"] } == ["db:1", "db:1", "db:2"])
        let status = driver.find("StatefulSet", "db")?["status"]
        #expect(status?["updatedReplicas"] == 1)
        #expect(status?["currentReplicas"] == 2)
    }

    @Test func scalingDownDeletesHighestFirstAndKeepsClaims() {
        var driver = ClusterDriver()
        driver.statefulSet(replicas: 3)
        driver.run(.seconds(30))
        driver.edit("StatefulSet", "db") { $0[at: "spec", "replicas"] = 0 }
        driver.run(.seconds(60))
        #expect(driver.all("Pod").isEmpty)
        #expect(driver.all("PersistentVolumeClaim").count == 3)
        #expect(driver.find("StatefulSet", "db")?[at: "status", "replicas"] == 0)
        #expect(driver.messages("SuccessfulDelete").first == "delete Pod db-2 in StatefulSet db successful")
    }

    @Test func aNewStatefulSetAdoptsOrphanedPodsAndKeepsTheirSmallClaims() {
        var driver = ClusterDriver()
        driver.statefulSet()
        driver.run(.seconds(30))
        let before = driver.all("Pod").map(\.uid)
        // What the garbage collector leaves behind after a deletion with the policy Orphan.
        for kind in ["Pod", "ControllerRevision"] {
            for object in driver.all(kind) {
                driver.edit(kind, object.objectName) { $0[at: "metadata", "ownerReferences"] = nil }
            }
        }
        driver.remove("StatefulSet", "db")
        driver.statefulSet(storage: "20Gi")
        driver.run(.seconds(60))
        #expect(driver.all("Pod").map(\.uid) == before)
        #expect(driver.all("ControllerRevision").count == 1)
        #expect(
            driver.all("PersistentVolumeClaim").map { $0[at: "status", "capacity", "storage"] } == ["10Gi", "10Gi"])
        #expect(driver.find("StatefulSet", "db")?[at: "status", "readyReplicas"] == 2)
    }

    @Test func parallelManagementDoesNotWait() {
        var driver = ClusterDriver()
        driver.statefulSet(replicas: 3, extra: #","podManagementPolicy":"Parallel""#)
        driver.step()
        #expect(driver.all("Pod").count == 3)
        driver.run(.seconds(30))
        #expect(driver.find("StatefulSet", "db")?[at: "status", "readyReplicas"] == 3)
    }

    @Test func aDeletedPodComesBackWithItsClaim() {
        var driver = ClusterDriver()
        driver.statefulSet()
        driver.run(.seconds(30))
        let volume = driver.find("PersistentVolumeClaim", "data-db-0")?[at: "spec", "volumeName"]
        driver.remove("Pod", "db-0")
        driver.run(.seconds(30))
        #expect(driver.find("StatefulSet", "db")?[at: "status", "readyReplicas"] == 2)
        #expect(driver.find("PersistentVolumeClaim", "data-db-0")?[at: "spec", "volumeName"] == volume)
    }
}
