import FleetModel
import ResourceModel
import SupervisorCluster
import TestSupport
import Testing

@Suite struct ClaimTests {
    private func bound(_ profile: ServerProfile = .kubernetes132, _ settings: ControllerSettings = .init())
        -> ClusterDriver
    {
        var driver = ClusterDriver(settings, profile: profile)
        driver.claim("data")
        driver.deployment(
            replicas: 1, pod: #","volumes":[{"name":"d","persistentVolumeClaim":{"claimName":"data"}}]"#)
        driver.run(.seconds(20))
        return driver
    }

    @Test func anImmediateClaimIsProvisionedAndBound() {
        let driver = bound()
        let claim = driver.find("PersistentVolumeClaim", "data")
        let name = "pvc-\(claim?.uid ?? "")"
        #expect(claim?[at: "status", "phase"] == "Bound")
        #expect(claim?[at: "status", "capacity", "storage"] == "10Gi")
        #expect(claim?[at: "status", "accessModes"] == ["ReadWriteOnce"])
        #expect(claim?[at: "spec", "volumeName"] == .string(name))
        #expect(
            claim?.objectAnnotations == [
                "pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes",
                "volume.beta.kubernetes.io/storage-provisioner": "csi.vsphere.vmware.com",
                "volume.kubernetes.io/storage-provisioner": "csi.vsphere.vmware.com",
            ])
        let volume = driver.find("PersistentVolume", name)
        #expect(volume?[at: "status", "phase"] == "Bound")
        #expect(volume?[at: "spec", "claimRef", "uid"] == .string(claim?.uid ?? ""))
        #expect(
            driver.cluster.events.filter { $0.kind == "PersistentVolumeClaim" }.map(\.reason)
                == ["ExternalProvisioning", "Provisioning", "ProvisioningSucceeded"])
        #expect(driver.messages("ProvisioningSucceeded") == ["Successfully provisioned volume \(name)"])
        #expect(
            driver.messages("Provisioning") == ["External provisioner is provisioning volume for claim \"svc/data\""])
    }

    @Test func aClaimThatWaitsForItsConsumerIsBoundWhenAPodComes() {
        var driver = ClusterDriver()
        driver.addClass("late", mode: "WaitForFirstConsumer")
        driver.claim("data", class: "late")
        driver.run(.seconds(20))
        #expect(driver.find("PersistentVolumeClaim", "data")?[at: "status", "phase"] != "Bound")
        let event = driver.cluster.events.first { $0.reason == "WaitForFirstConsumer" }
        #expect(event?.message == "waiting for first consumer to be created before binding")
        #expect(event?.count == 2)
        driver.deployment(
            replicas: 1, pod: #","volumes":[{"name":"d","persistentVolumeClaim":{"claimName":"data"}}]"#)
        driver.run(.seconds(20))
        #expect(driver.find("PersistentVolumeClaim", "data")?[at: "status", "phase"] == "Bound")
        #expect(driver.find("Deployment", "web")?[at: "status", "readyReplicas"] == 1)
    }

    @Test(
        arguments: [
            ("missing", "Warning", "ProvisioningFailed", "storageclass.storage.k8s.io \"missing\" not found"),
            (
                nil, "Normal", "FailedBinding",
                "no persistent volumes available for this claim and no storage class is set"
            ),
        ] as [(String?, String, String, String)])
    func aClaimWithoutClassStaysPending(_ row: (String?, String, String, String)) {
        var driver = ClusterDriver()
        driver.claim("data", class: row.0)
        driver.run(.seconds(20))
        let event = driver.cluster.events.first { $0.kind == "PersistentVolumeClaim" }
        #expect(event?.type == row.1)
        #expect(event?.reason == row.2)
        #expect(event?.message == row.3)
    }

    @Test func theDefaultClassIsUsedWhenNoneIsNamed() {
        var driver = ClusterDriver()
        driver.edit("StorageClass", "fast") {
            $0[at: "metadata", "annotations"] = ["storageclass.kubernetes.io/is-default-class": "true"]
        }
        driver.claim("data", class: nil)
        driver.run(.seconds(20))
        #expect(driver.find("PersistentVolumeClaim", "data")?[at: "spec", "storageClassName"] == "fast")
        #expect(driver.find("PersistentVolumeClaim", "data")?[at: "status", "phase"] == "Bound")
    }

    @Test func growthFollowsTheRecordedOrder() {
        var driver = bound()
        let seen = driver.cluster.events.count
        driver.edit("PersistentVolumeClaim", "data") {
            $0[at: "spec", "resources", "requests", "storage"] = "50Gi"
        }
        driver.step()
        var claim = driver.find("PersistentVolumeClaim", "data")
        #expect(driver.condition(claim, "Resizing")?["status"] == "True")
        #expect(claim?[at: "status", "allocatedResources", "storage"] == "50Gi")
        #expect(claim?[at: "status", "allocatedResourceStatuses", "storage"] == "ControllerResizeInProgress")
        #expect(claim?[at: "status", "capacity", "storage"] == "10Gi")
        driver.run(.seconds(3))
        claim = driver.find("PersistentVolumeClaim", "data")
        #expect(
            driver.condition(claim, "FileSystemResizePending")?["message"]
                == "Waiting for user to (re-)start a pod to finish file system resize of volume on node.")
        #expect(claim?[at: "status", "allocatedResourceStatuses", "storage"] == "NodeResizePending")
        #expect(claim?[at: "status", "capacity", "storage"] == "10Gi")
        let volume = "pvc-\(claim?.uid ?? "")"
        #expect(driver.find("PersistentVolume", volume)?[at: "spec", "capacity", "storage"] == "50Gi")
        driver.run(.seconds(3))
        claim = driver.find("PersistentVolumeClaim", "data")
        #expect(claim?[at: "status", "capacity", "storage"] == "50Gi")
        #expect(claim?[at: "status", "conditions"] == nil)
        #expect(claim?[at: "status", "allocatedResources", "storage"] == "50Gi")
        #expect(claim?[at: "status", "allocatedResourceStatuses"] == nil)
        #expect(
            driver.cluster.events.dropFirst(seen).map(\.reason) == [
                "ExternalExpanding", "Resizing", "FileSystemResizeRequired", "FileSystemResizeSuccessful",
                "FileSystemResizeSuccessful",
            ])
        #expect(
            driver.messages("FileSystemResizeSuccessful").first
                == "MountVolume.NodeExpandVolume succeeded for volume \"\(volume)\" n1")
    }

    /// The statuses that a recorded growth went through, in the recording's own words.
    @Test(.enabled(if: TestData.exists("kubernetes-replies/1.32/csi-watch-log.json"), "no recorded replies here"))
    func growthShowsTheStatusesThatWereRecorded() throws {
        let log = try JSONReader.read(try TestData.text("kubernetes-replies/1.32/csi-watch-log.json"))
        func shape(_ status: Value?) -> Value {
            var status = status ?? [:]
            if let conditions = status["conditions"]?.arrayValue {
                status["conditions"] = .array(
                    conditions.map {
                        var condition = $0
                        condition["lastTransitionTime"] = nil
                        return condition
                    })
            }
            return status
        }
        var recorded: [Value] = []
        for line in log.arrayValue ?? [] where line[1] == "pvc" {
            let object = line[2]?["object"]
            guard object?[at: "metadata", "name"] == "harbor-registry",
                object?[at: "metadata", "deletionTimestamp"] == nil
            else { continue }
            let status = shape(object?["status"])
            if status != recorded.last { recorded.append(status) }
        }
        var driver = ClusterDriver()
        driver.claim("data")
        driver.edit("PersistentVolumeClaim", "data") { _ in }
        var shown: [Value] = []
        func look(_ driver: ClusterDriver) {
            let status = shape(driver.find("PersistentVolumeClaim", "data")?["status"])
            if status != shown.last { shown.append(status) }
        }
        var claim = driver.find("PersistentVolumeClaim", "data") ?? [:]
        claim["status"] = ["phase": "Pending"]
        try driver.cluster.updateStatus(claim)
        look(driver)
        driver.deployment(
            replicas: 1, pod: #","volumes":[{"name":"d","persistentVolumeClaim":{"claimName":"data"}}]"#)
        for round in 0..<200 {
            if round == 100 {
                driver.edit("PersistentVolumeClaim", "data") {
                    $0[at: "spec", "resources", "requests", "storage"] = "50Gi"
                }
            }
            driver.run(.milliseconds(100))
            look(driver)
        }
        #expect(shown == recorded)
    }

    @Test func withoutAResizerAGrowthIsAcceptedAndNeverHappens() {
        var settings = ControllerSettings()
        settings.faults.noResizer = true
        var driver = bound(.kubernetes132, settings)
        driver.edit("PersistentVolumeClaim", "data") {
            $0[at: "spec", "resources", "requests", "storage"] = "50Gi"
        }
        driver.run(.seconds(300))
        let claim = driver.find("PersistentVolumeClaim", "data")
        #expect(claim?[at: "status", "capacity", "storage"] == "10Gi")
        #expect(claim?[at: "status", "conditions"] == nil)
        #expect(driver.messages("ExternalExpanding") == ["waiting for an external controller to expand this PVC"])
        #expect(driver.messages("Resizing").isEmpty)
        driver.controllers.settings.faults.noResizer = false
        driver.run(.seconds(10))
        #expect(
            driver.find("PersistentVolumeClaim", "data")?[at: "status", "capacity", "storage"] == "50Gi")
    }

    @Test func aFullDatastoreRefusesGrowthUntilThereIsRoom() {
        var driver = bound()
        driver.controllers.settings.faults.storageFull = true
        driver.edit("PersistentVolumeClaim", "data") {
            $0[at: "spec", "resources", "requests", "storage"] = "50Gi"
        }
        driver.run(.seconds(60))
        #expect(driver.cluster.events.contains { $0.reason == "VolumeResizeFailed" && $0.count > 1 })
        #expect(
            driver.find("PersistentVolumeClaim", "data")?[at: "status", "capacity", "storage"] == "10Gi")
        driver.controllers.settings.faults.storageFull = false
        driver.run(.seconds(300))
        #expect(
            driver.find("PersistentVolumeClaim", "data")?[at: "status", "capacity", "storage"] == "50Gi")
    }

    @Test func aUsedClaimIsKeptUntilItsPodIsGoneAndThenItsVolumeToo() {
        var driver = bound()
        driver.remove("PersistentVolumeClaim", "data")
        driver.run(.seconds(10))
        #expect(driver.find("PersistentVolumeClaim", "data")?.isBeingDeleted == true)
        driver.remove("Deployment", "web")
        driver.run(.seconds(10))
        #expect(driver.find("PersistentVolumeClaim", "data") == nil)
        #expect(driver.all("PersistentVolume").isEmpty)
    }

    @Test func aRetainedVolumeIsReleased() {
        var driver = ClusterDriver()
        driver.addClass("kept", policy: "Retain")
        driver.claim("data", class: "kept")
        driver.run(.seconds(10))
        driver.remove("PersistentVolumeClaim", "data")
        driver.run(.seconds(10))
        #expect(driver.all("PersistentVolumeClaim").isEmpty)
        #expect(driver.all("PersistentVolume").map { $0[at: "status", "phase"] } == ["Released"])
    }

    @Test func fullnessIsToldByAnEventUntilTheVolumeGrows() {
        var settings = ControllerSettings()
        settings.faults.volumeUsage = [.init(pattern: "svc/data", percent: 97)]
        var driver = bound(.kubernetes132, settings)
        driver.run(.seconds(130))
        let event = driver.cluster.events.first { $0.reason == "VolumeUsageHigh" }
        let name = driver.find("PersistentVolumeClaim", "data")?[at: "spec", "volumeName"]?.stringValue ?? ""
        #expect(event?.message == "Volume \(name) of claim svc/data is 97% full: 9.7Gi of 10Gi used")
        #expect((event?.count ?? 0) >= 3)
        driver.edit("PersistentVolumeClaim", "data") {
            $0[at: "spec", "resources", "requests", "storage"] = "50Gi"
        }
        driver.run(.seconds(20))
        let count = driver.cluster.events.first { $0.reason == "VolumeUsageHigh" }?.count
        driver.run(.seconds(300))
        #expect(driver.cluster.events.first { $0.reason == "VolumeUsageHigh" }?.count == count)
        #expect(driver.messages("VolumeUsageHigh").count == 1)
    }

    @Test func aMatchingStaticVolumeIsBoundInsteadOfANewOne() {
        var driver = ClusterDriver()
        driver.add(
            """
            {"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"hand"},
             "spec":{"capacity":{"storage":"20Gi"},"accessModes":["ReadWriteOnce"],"storageClassName":"fast",
                     "persistentVolumeReclaimPolicy":"Retain"}}
            """)
        driver.claim("data")
        driver.run(.seconds(10))
        let claim = driver.find("PersistentVolumeClaim", "data")
        #expect(claim?[at: "spec", "volumeName"] == "hand")
        #expect(claim?[at: "status", "capacity", "storage"] == "20Gi")
    }

    @Test func fullnessIsAlsoNotedOnTheClaimAndMayBeSetThere() {
        let note = "simulator.flotilla.dev/used-percent"
        var driver = bound()
        #expect(driver.find("PersistentVolumeClaim", "data")?.objectAnnotations[note] == nil)
        driver.edit("PersistentVolumeClaim", "data") { $0[at: "metadata", "annotations", note] = "90" }
        driver.run(.seconds(1))
        #expect(driver.messages("VolumeUsageHigh").count == 1)
        driver.edit("PersistentVolumeClaim", "data") {
            $0[at: "spec", "resources", "requests", "storage"] = "50Gi"
        }
        driver.run(.seconds(20))
        #expect(driver.find("PersistentVolumeClaim", "data")?.objectAnnotations[note] == "18")
        driver.controllers.settings.faults.volumeUsage = [.init(pattern: "data", percent: 85)]
        driver.run(.seconds(1))
        #expect(driver.find("PersistentVolumeClaim", "data")?.objectAnnotations[note] == "85")
        driver.controllers.settings.faults.volumeUsage = []
        driver.run(.seconds(1))
        #expect(driver.find("PersistentVolumeClaim", "data")?.objectAnnotations[note] == nil)
    }

    @Test func aClaimWhoseVolumeIsGoneIsLost() {
        var driver = bound()
        let name = driver.all("PersistentVolume")[0].objectName
        driver.edit("PersistentVolume", name) { $0[at: "metadata", "finalizers"] = nil }
        driver.remove("PersistentVolume", name)
        driver.run(.seconds(5))
        #expect(driver.find("PersistentVolumeClaim", "data")?[at: "status", "phase"] == "Lost")
        #expect(
            driver.messages("ClaimLost") == [
                "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
            ])
        #expect(driver.all("PersistentVolume").isEmpty)
    }

    @Test func aGrowthWaitsForARunningPodToEnlargeTheFileSystem() {
        var driver = ClusterDriver(profile: .kubernetes125)
        driver.claim("data")
        driver.run(.seconds(10))
        driver.edit("PersistentVolumeClaim", "data") {
            $0[at: "spec", "resources", "requests", "storage"] = "20Gi"
        }
        driver.run(.seconds(60))
        var claim = driver.find("PersistentVolumeClaim", "data")
        #expect(claim?[at: "status", "capacity", "storage"] == "10Gi")
        #expect(driver.condition(claim, "FileSystemResizePending")?["status"] == "True")
        #expect(driver.condition(claim, "Resizing") == nil)
        #expect(claim?[at: "status", "allocatedResources"] == nil)
        // What the controllers remember is not needed to go on.
        driver.controllers = StandardControllers(settings: ControllerSettings())
        driver.deployment(
            replicas: 1, pod: #","volumes":[{"name":"d","persistentVolumeClaim":{"claimName":"data"}}]"#)
        driver.run(.seconds(30))
        claim = driver.find("PersistentVolumeClaim", "data")
        #expect(claim?[at: "status", "capacity", "storage"] == "20Gi")
        #expect(claim?[at: "status", "conditions"] == nil)
    }
}
