import FleetModel
import Reconciliation
import ResourceModel
import TestSupport
import Testing

/// The recorded story on the real, rendered package (transcripts 10 to 16).
@Suite(.enabled(if: TestData.exists("rendered/harbor-2.6.3.yaml"), "test data is absent"))
struct HarborStoryTests {
    private let label = Samples.label

    private func manifests(_ edit: (inout Value) -> Void = { _ in }) throws -> ManifestSet {
        var manifests = try Samples.prepared(try Samples.rendered("harbor-2.6.3"))
        for index in manifests.objects.indices { edit(&manifests.objects[index]) }
        return manifests
    }

    private func installed() throws -> FakeCluster {
        var cluster = FakeCluster()
        cluster.apply(
            try ChangeSet(declared: try manifests(), live: .init(labelled: []), labelValue: label).changes)
        for (identity, object) in cluster.objects where ["Deployment", "StatefulSet"].contains(object.kind) {
            let replicas = object[at: "spec", "replicas"] ?? 1
            cluster.objects[identity]?["status"] = ["readyReplicas": replicas, "updatedReplicas": replicas]
        }
        return cluster
    }

    private func changes(_ declared: ManifestSet, _ cluster: FakeCluster) throws -> [ResourceChange] {
        try ChangeSet(
            declared: declared, live: cluster.live(label, declared: declared.objects), labelValue: label
        ).changes
    }

    @Test func aSecondDeployChangesNothing() throws {
        let cluster = try installed()
        #expect(cluster.objects.count == 50)
        #expect(try changes(try manifests(), cluster).isEmpty)
    }

    @Test func aDatabaseSizeIsOneUpdateOfTheStatefulSet() throws {
        let changed = try manifests { object in
            guard object.kind == "StatefulSet", object.objectName == "harbor-database" else { return }
            object.update(
                at: ["spec", "volumeClaimTemplates", "*", "spec", "resources", "requests", "storage"]
            ) { $0 = "77Gi" }
        }
        let changes = try changes(changed, try installed())
        #expect(
            changes.map(\.applyLine) == [
                "update statefulset/harbor-database (apps/v1) namespace: \(changes[0].object.objectNamespace)"
            ])
    }

    @Test func aChangedConfigMapIsANewVersionAndRollsItsDeployments() throws {
        let changed = try manifests { object in
            guard object.kind == "ConfigMap", object.objectName == "harbor-registry" else { return }
            object[at: "data", "extra"] = "x"
        }
        let changes = try changes(changed, try installed())
        #expect(changes.contains { $0.operation == .create && $0.object.objectName == "harbor-registry-ver-2" })
        #expect(changes.contains { $0.operation == .update && $0.object.kind == "Deployment" })
        #expect(!changes.contains { $0.operation == .delete })
    }

    @Test func theInventoryNamesEveryDeclaredClaim() throws {
        let cluster = try installed()
        let inventory = DataInventory(live: cluster.live(label).labelled)
        #expect(inventory.claims.allSatisfy { $0.origin == "claim" })
        #expect(inventory.claims.map(\.name).contains("harbor-registry"))
    }

    @Test func keepingDataKeepsNamespaceAndClaimsOnly() throws {
        let plan = UninstallPlan(live: try installed().live(label).labelled, policy: .keep)
        #expect(Set(plan.kept.map(\.kind)) == ["Namespace", "PersistentVolumeClaim"])
        #expect(plan.changes.count + plan.kept.count == 50)
        #expect(!plan.deletesRecord)
        #expect(plan.changes.allSatisfy { $0.operation == .delete })
    }
}
