import FleetModel
import Reconciliation
import ResourceModel
import Testing

/// Whatever a cluster or a package holds is an error or harmless, never a trap.
struct HostileInputTests {
    @Test func hugeNumbersDoNotOverflow() {
        for kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"] {
            var object = Samples.object("apps/v1", kind, "x")
            object["spec"] = ["replicas": .int(.max), "updateStrategy": ["rollingUpdate": ["partition": .int(.min)]]]
            object["status"] = [
                "updatedReplicas": .int(.min), "readyReplicas": .int(.min), "replicas": .int(.max),
                "availableReplicas": .int(.min), "desiredNumberScheduled": .int(.max),
            ]
            object[at: "metadata", "annotations"] = .object([
                KappKey.minimumReplicasAvailable: "-9223372036854775808"
            ])
            _ = WaitRules().state(of: object, associated: [object])
        }
    }

    @Test(arguments: ["null", "[]", "{}", "x", "{metadata: x, spec: 1, status: []}", "{metadata: {annotations: [1]}}"])
    func oddShapesAreHarmless(yaml: String) throws {
        var object = try YAMLDocuments.readOne(yaml)
        if object.objectValue != nil { object["kind"] = "StatefulSet" }
        _ = WaitRules().state(of: object)
        _ = ResourceLabeler(labelValue: "1").labelled(object)
        _ = SmartDiff().compare(existing: object, new: object)
        _ = Drift.items(live: [object])
        _ = DataInventory(live: [object])
        _ = UninstallPlan(live: [object], policy: .delete)
        _ = try? ChangeSet(
            declared: ManifestSet(objects: [object]), live: .init(labelled: [object]), labelValue: "1")
    }

    @Test func aVersionNumberBeyondReasonIsANameLikeAnyOther() throws {
        var live = Samples.object("v1", "ConfigMap", "core-ver-9223372036854775807")
        live[at: "metadata", "annotations"] = .object([KappKey.versioned: ""])
        live = ResourceLabeler.identified(live)
        var declared = Samples.object("v1", "ConfigMap", "core")
        declared[at: "metadata", "annotations"] = .object([KappKey.versioned: ""])
        let changes = try ChangeSet(
            declared: ManifestSet(objects: [declared]), live: .init(labelled: [live]), labelValue: "1"
        ).changes
        #expect(changes.contains { $0.object.objectName == "core-ver-1" })
    }

    @Test func anObjectTooBigToRecordIsStillTrusted() throws {
        var big = Samples.object("v1", "ConfigMap", "big")
        big["data"] = ["blob": .string(String(repeating: "x", count: 300_000))]
        let manifests = ManifestSet(objects: [big])
        var cluster = FakeCluster()
        cluster.apply(try ChangeSet(declared: manifests, live: .init(labelled: []), labelValue: "1").changes)
        #expect(cluster.objects.values.first?.hasAnnotation(KappKey.original) == false)
        // A server default that would show without trust.
        #expect(try ChangeSet(declared: manifests, live: cluster.live("1"), labelValue: "1").changes.isEmpty)
        cluster.edit("ConfigMap", "big") { $0[at: "data", "other"] = "y" }
        #expect(try ChangeSet(declared: manifests, live: cluster.live("1"), labelValue: "1").changes.count == 1)
    }

    @Test(arguments: ["-9223372036854775808", "99999999999Ei", "x", "", "-1Gi"])
    func oddSizesAreHarmless(size: String) {
        let claim = Samples.claim("c", size)
        _ = DataInventory(live: [claim, claim])
        let event: Value = [
            "reason": "VolumeUsageHigh", "message": "volume usage is 95%",
            "involvedObject": ["kind": "PersistentVolumeClaim", "name": "c"],
        ]
        let facts = DiagnosisFacts(
            key: Samples.key, condition: .succeeded, since: .zero, live: [claim], events: [event])
        #expect(DiagnosisRules.diagnose(facts).causes.count == 1)
    }

    @Test func moreObjectsThanTheLimitAreRefused() {
        let documents = (0...ManifestSet.maximumObjects).map { Samples.object("v1", "ConfigMap", "c\($0)") }
        #expect(throws: KappError.self) { try Samples.prepared(documents) }
    }
}
