import FleetModel
import Reconciliation
import ResourceModel
import Testing

/// Labels and records as recorded (transcripts 22 to 24).
struct LabelTests {
    private let labeler = ResourceLabeler(labelValue: Samples.label)

    @Test func labelsADeploymentItsPodsAndItsSelector() {
        let labelled = labeler.labelled(
            Samples.object(
                "apps/v1", "Deployment", "harbor-registry", namespace: Samples.namespace,
                ["spec": ["selector": ["matchLabels": ["app": "harbor"]], "template": ["spec": .object([:])]]]))
        let both = [
            KappKey.app: Samples.label, KappKey.association: "v1.5dd9f848670bc2c84cb3f53d4a793f79",
        ]
        #expect(labelled.objectLabels == both)
        #expect(labelled[at: "spec", "template", "metadata"]?.stringMap("labels") == both)
        #expect(
            labelled[at: "spec", "selector"]?.stringMap("matchLabels") == ["app": "harbor", KappKey.app: Samples.label])
        #expect(
            ResourceLabeler.identified(labelled).objectAnnotations[KappKey.identity]
                == "v1;svc-harbor-domain-c8/apps/Deployment/harbor-registry;apps/v1")
    }

    @Test func labelsClaimTemplatesAndCronJobs() {
        let set = labeler.labelled(Samples.statefulSet("db", template: "data", "1Gi"))
        #expect(
            set.values(at: ["spec", "volumeClaimTemplates", "*", "metadata", "labels", KappKey.app])
                == [.string(Samples.label)])
        let cron = labeler.labelled(
            Samples.object(
                "batch/v1", "CronJob", "c", ["spec": ["jobTemplate": ["spec": ["template": .object([:])]]]]))
        #expect(
            cron[at: "spec", "jobTemplate", "spec", "template", "metadata", "labels", KappKey.app]
                == .string(Samples.label))
    }

    @Test(arguments: [KappKey.disableDefaultLabelScoping, KappKey.disableLabelScoping])
    func leavesSelectorsAloneWhenToldTo(annotation: String) {
        var service = Samples.object("v1", "Service", "s", ["spec": ["selector": ["app": "x"]]])
        service[at: "metadata", "annotations"] = .object([annotation: ""])
        #expect(labeler.labelled(service)[at: "spec", "selector"] == ["app": "x"])
    }

    @Test func leavesPodTemplatesAloneWhenToldTo() {
        var object = Samples.deployment("d")
        object[at: "metadata", "annotations"] = .object([KappKey.disableDefaultOwnershipLabels: ""])
        let labelled = labeler.labelled(object)
        #expect(labelled[at: "spec", "template", "metadata", "labels"] == ["app": "harbor"])
        #expect(labelled.objectLabels[KappKey.app] == Samples.label)
    }

    @Test func aServiceWithoutASelectorGetsNone() {
        let service = Samples.object("v1", "Service", "s", ["spec": ["type": "ExternalName"]])
        #expect(labeler.labelled(service)[at: "spec", "selector"] == nil)
    }

    @Test func anObjectWithoutItsOwnIdentityIsAControllers() {
        let mine = ResourceLabeler.identified(Samples.deployment("d"))
        #expect(!ResourceLabeler.isTransient(mine))
        var copied = mine
        copied["kind"] = "ReplicaSet"
        #expect(ResourceLabeler.isTransient(copied))
        #expect(ResourceLabeler.isTransient(Samples.deployment("d")))
    }

    @Test func theRecordSurvivesTheClusterAndKeepsFiveChanges() throws {
        var record = AppRecord(
            name: "harbor.app", namespace: Samples.namespace, createdAt: Timestamp(milliseconds: 1_795_346_155_239),
            suffix: 527_830)
        #expect(record.labelValue == "1795346155239527830")
        record.use([Samples.deployment("d"), Samples.claim("c", "1Gi")])
        var dropped: [String] = []
        for number in 0..<7 {
            record.beginChange(
                description: "update: Op: …", namespaces: ["(cluster)"],
                at: Timestamp(milliseconds: Int64(number) * 1000), suffix: UInt64(number) * 7919)
            dropped += record.finishChange(successful: number % 2 == 0, at: Timestamp(milliseconds: 7000))
        }
        #expect(record.changes.count == AppRecord.keptChanges)
        #expect(dropped.count == 2)
        let last = try #require(record.lastChangeConfigMap)
        var read = try #require(AppRecord(configMap: record.configMap, changes: [last]))
        #expect(read.changes.first == record.changes.last)
        read.changes = record.changes
        read.isStored = record.isStored
        #expect(read == record)
        #expect(record.configMap.objectLabels == [KappKey.isApp: ""])
    }
}
