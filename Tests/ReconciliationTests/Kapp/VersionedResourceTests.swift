import FleetModel
import Reconciliation
import ResourceModel
import Testing

struct VersionedResourceTests {
    private func config(_ content: String, _ annotations: [String: Value] = [:]) -> Value {
        var all = annotations
        all[KappKey.versioned] = ""
        return Samples.object(
            "v1", "ConfigMap", "core", namespace: Samples.namespace,
            ["data": ["conf": .string(content)], "metadata": ["annotations": .object(all)]])
    }

    private var deployment: Value {
        var object = Samples.deployment("core")
        object[at: "spec", "template", "spec", "volumes"] = [["name": "c", "configMap": ["name": "core"]]]
        return object
    }

    private func changes(_ objects: [Value], _ cluster: FakeCluster) throws -> [ResourceChange] {
        try ChangeSet(
            declared: ManifestSet(objects: objects), live: cluster.live("1", declared: objects), labelValue: "1"
        ).changes
    }

    private func names(_ changes: [ResourceChange]) -> [String] {
        changes.map { "\($0.operation.rawValue) \($0.object.kind)/\($0.object.objectName)" }.sorted()
    }

    @Test func startsAtOneAndRewritesReferences() throws {
        let changes = try changes([config("a"), deployment], FakeCluster())
        #expect(names(changes) == ["create ConfigMap/core-ver-1", "create Deployment/core"])
        let made = changes.first { $0.object.kind == "Deployment" }?.object
        #expect(
            made?.values(at: ["spec", "template", "spec", "volumes", "*", "configMap", "name"]) == ["core-ver-1"])
        // The association is of the name before it was versioned; the identity is of what is sent.
        let map = changes.first { $0.object.kind == "ConfigMap" }?.desired
        #expect(map?.objectLabels[KappKey.association] == ResourceLabeler.association(of: config("a")))
        #expect(map?.objectAnnotations[KappKey.identity]?.contains("core-ver-1") == true)
    }

    @Test func aChangeMakesTheNextVersionAndRollsWhatRefersToIt() throws {
        var cluster = FakeCluster()
        cluster.apply(try changes([config("a"), deployment], cluster))
        cluster.edit("Deployment", "core") {
            $0[at: "status"] = ["readyReplicas": 1]
        }
        #expect(try changes([config("a"), deployment], cluster).isEmpty)
        let second = try changes([config("b"), deployment], cluster)
        #expect(names(second) == ["create ConfigMap/core-ver-2", "update Deployment/core"])
    }

    @Test func aReferenceToAVersionedObjectIsNoDrift() throws {
        var cluster = FakeCluster()
        let declared = [config("a"), deployment]
        cluster.apply(try changes(declared, cluster))
        let live = cluster.live("1").labelled
        #expect(Drift.items(live: live, declared: declared, includingRefused: true) == [])
        cluster.edit("Deployment", "core") {
            $0[at: "spec", "template", "spec", "volumes"] = [["name": "c", "configMap": ["name": "other"]]]
        }
        let items = Drift.items(live: cluster.live("1").labelled, declared: declared, includingRefused: true)
        #expect(items.map { "\($0.declared) → \($0.live)" } == ["core-ver-1 → other"])
    }

    @Test func keepsTheNewestCopiesAndDeletesOlderOnes() throws {
        var cluster = FakeCluster()
        for content in ["a", "b", "c", "d"] {
            cluster.apply(try changes([config(content, [KappKey.numVersions: "2"])], cluster))
        }
        let left = cluster.objects.keys.map(\.name).sorted()
        #expect(left == ["core-ver-2", "core-ver-3", "core-ver-4"])
        #expect(
            names(try changes([config("d", [KappKey.numVersions: "2"])], cluster)) == ["delete ConfigMap/core-ver-2"])
    }

    @Test func aGroupThatIsNotDeclaredAnyMoreGoesWhole() throws {
        var cluster = FakeCluster()
        cluster.apply(try changes([config("a"), deployment], cluster))
        cluster.apply(try changes([config("b"), deployment], cluster))
        let rest = try changes([deployment], cluster)
        #expect(names(rest).prefix(2) == ["delete ConfigMap/core-ver-1", "delete ConfigMap/core-ver-2"])
    }

    @Test func refusesAnUnreadableNumberOfVersions() {
        #expect(
            throws: KappError("Expected annotation 'kapp.k14s.io/num-versions' value to be an integer")
        ) { try changes([config("a", [KappKey.numVersions: "many"])], FakeCluster()) }
    }
}
