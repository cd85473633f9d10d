import FleetModel
import Reconciliation
import ResourceModel
import Testing

struct PlanTests {
    private let digest = ContentDigest("sha256:" + String(repeating: "0", count: 64))

    private func plan(
        _ before: [Value], _ after: [Value], verdicts: [Int: ServerVerdict] = [:]
    ) throws -> ResourcePlan {
        var cluster = FakeCluster()
        cluster.apply(
            try ChangeSet(declared: ManifestSet(objects: before), live: .init(labelled: []), labelValue: "1").changes)
        cluster.edit("Deployment", "core") { $0["status"] = ["readyReplicas": 1] }
        cluster.edit("StatefulSet", "db") { $0["status"] = ["readyReplicas": 1, "updatedReplicas": 1] }
        let live = cluster.live("1", declared: after)
        let changes = try ChangeSet(declared: ManifestSet(objects: after), live: live, labelValue: "1").changes
        return PlanBuilder.plan(
            changes: changes, verdicts: verdicts, live: live.labelled, manifests: digest)
    }

    @Test func nothingToDoIsNoOp() throws {
        let plan = try plan([Samples.claim("c", "1Gi")], [Samples.claim("c", "1Gi")])
        #expect(plan.consequence == .noOp && plan.changes.isEmpty)
    }

    @Test func aGrowingVolumeIsOneWayAndAShrinkingOneImpossible() throws {
        let grows = try plan([Samples.claim("c", "55Gi")], [Samples.claim("c", "60Gi")])
        #expect(grows.consequence == .oneWay)
        #expect(grows.changes.first?.message == "the volume grows from 55Gi to 60Gi and cannot shrink again")
        let shrinks = try plan([Samples.claim("c", "100Gi")], [Samples.claim("c", "60Gi")])
        #expect(shrinks.consequence == .impossible)
        #expect(shrinks.dataLoss.isEmpty)
    }

    @Test func aNewImageRolls() throws {
        let plan = try plan([Samples.deployment("core")], [Samples.deployment("core", image: "registry/main:2")])
        #expect(plan.consequence == .rolling)
    }

    @Test func theServersRefusalIsVerbatimAndWorstFirst() throws {
        let verdict = ServerVerdict.refused(
            message: "StatefulSet.apps \"db\" is invalid: spec: Forbidden: …", reason: "Invalid", code: 422)
        let plan = try plan(
            [Samples.deployment("core"), Samples.statefulSet("db", template: "data", "1Gi")],
            [
                Samples.deployment("core", image: "registry/main:2"),
                Samples.statefulSet("db", template: "data", "5Gi"),
            ], verdicts: [1: verdict])
        #expect(plan.changes.map(\.consequence) == [.impossible, .rolling])
        #expect(
            plan.changes.first?.message == "StatefulSet.apps \"db\" is invalid: spec: Forbidden: … (reason: Invalid)")
    }

    @Test func whatThePlanItselfMakesIsNotRefused() throws {
        let verdict = ServerVerdict.refused(message: "namespaces \"x\" not found", reason: "NotFound", code: 404)
        let plan = try plan(
            [],
            [
                Samples.object("v1", "Namespace", "x", namespace: ""),
                Samples.object("v1", "ConfigMap", "c", namespace: "x"),
            ],
            verdicts: [1: verdict])
        #expect(plan.consequence == .inPlace)
    }

    @Test func aDroppedClaimIsDataLoss() throws {
        let plan = try plan([Samples.claim("c", "5Gi"), Samples.deployment("core")], [Samples.deployment("core")])
        #expect(plan.consequence == .oneWay)
        #expect(plan.dataLoss.map(\.name) == ["c"])
    }

    @Test func countsDeclaredClaimsAndThoseOfTemplates() {
        let declared = ResourceLabeler.identified(Samples.claim("harbor-registry", "60Gi"))
        let inventory = DataInventory(live: [
            Samples.claim("data-db-0", "512Mi"), declared, Samples.claim("data-db-1", "8.5Gi"),
        ])
        #expect(inventory.claims.map(\.origin) == ["claim template", "claim template", "claim"])
        #expect(inventory.total == "69Gi")
    }

    @Test func aDeletedNamespaceOrOwnerTakesItsClaims() {
        var claim = Samples.claim("c", "1Gi")
        let namespace = Samples.object("v1", "Namespace", Samples.namespace, namespace: "")
        let gone = ResourceChange(.delete, waiting: .delete, existing: namespace)
        #expect(DataGuard.loss([gone], live: [claim]).map(\.name) == ["c"])
        var owner = Samples.object("db.ex.dev/v1", "Database", "d", namespace: Samples.namespace)
        owner[at: "metadata", "uid"] = "u1"
        claim[at: "metadata", "ownerReferences"] = [["uid": "u1"]]
        let deleted = ResourceChange(.delete, waiting: .delete, existing: owner)
        #expect(DataGuard.loss([deleted], live: [claim]).map(\.name) == ["c"])
    }
}
