import FleetModel
import Reconciliation
import ResourceModel
import Testing

/// The comparison's rules, on the steps of the recorded Harbor story (transcripts 11–19).
struct SmartDiffTests {
    private let label = Samples.label

    private func manifests(registry: String = "55Gi", database: String = "1Gi") -> ManifestSet {
        ManifestSet(objects: [
            Samples.object("v1", "Namespace", Samples.namespace, namespace: ""),
            Samples.claim("harbor-registry", registry),
            Samples.statefulSet("harbor-database", template: "database-data", database),
            Samples.object(
                "v1", "Service", "harbor-core", namespace: Samples.namespace,
                ["spec": ["selector": ["app": "harbor"], "ports": [["port": 80]]]]),
        ])
    }

    private func installed() throws -> FakeCluster {
        var cluster = FakeCluster()
        cluster.apply(try changes(manifests(), cluster))
        cluster.edit("StatefulSet", "harbor-database") { object in
            object[at: "status"] = ["replicas": 1, "readyReplicas": 1, "updatedReplicas": 1]
        }
        return cluster
    }

    private func changes(_ manifests: ManifestSet, _ cluster: FakeCluster) throws -> [ResourceChange] {
        try ChangeSet(
            declared: manifests, live: cluster.live(label, declared: manifests.objects), labelValue: label
        ).changes
    }

    @Test func nothingChangedIsNoChange() throws {
        #expect(try changes(manifests(), try installed()).isEmpty)
    }

    @Test func bindingAClaimIsNoChange() throws {
        var cluster = try installed()
        cluster.edit("PersistentVolumeClaim", "harbor-registry") { claim in
            claim[at: "spec", "volumeName"] = "pvc-1"
            claim[at: "metadata", "annotations", "pv.kubernetes.io/bind-completed"] = "yes"
            claim[at: "status", "phase"] = "Bound"
        }
        #expect(try changes(manifests(), cluster).isEmpty)
    }

    @Test func aGrownSizeIsOneUpdateShownAsKappShowsIt() throws {
        let changes = try changes(manifests(registry: "60Gi"), try installed())
        #expect(
            ResourceChange.summary(of: changes).operations == "0 create, 0 delete, 1 update, 0 noop, 0 exists")
        #expect(
            changes.first?.applyLine
                == "update persistentvolumeclaim/harbor-registry (v1) namespace: svc-harbor-domain-c8")
        let diff = changes.first?.diff ?? []
        #expect(diff.first == "  ...")
        #expect(diff.contains { $0.hasSuffix(" -       storage: 55Gi") })
        #expect(diff.contains { $0.hasSuffix(" +       storage: 60Gi") })
        #expect(changes.first?.overridesOutsideEdit == false)
        #expect(changes.first?.desired?.resourceVersion.isEmpty == false)
        #expect(changes.first?.desired?.hasAnnotation(KappKey.identity) == true)
    }

    @Test func anOutsideEditIsPushedBackWhole() throws {
        var cluster = try installed()
        cluster.edit("PersistentVolumeClaim", "harbor-registry") {
            $0[at: "spec", "resources", "requests", "storage"] = "100Gi"
        }
        let changes = try changes(manifests(), cluster)
        #expect(changes.map(\.operation) == [.update])
        #expect(changes.first?.overridesOutsideEdit == true)
        #expect(changes.first?.edits.map(\.path.description) == ["spec.resources.requests.storage"])
        // Declaring what is live repairs it without a write (transcript 16).
        #expect(try self.changes(manifests(registry: "100Gi"), cluster).isEmpty)
    }

    @Test func serverDefaultsAndStatusNeverShow() throws {
        var cluster = try installed()
        cluster.edit("StatefulSet", "harbor-database") {
            $0[at: "status", "readyReplicas"] = 1
            $0[at: "metadata", "generation"] = 4
            $0[at: "status", "observedGeneration"] = 4
        }
        #expect(try changes(manifests(), cluster).isEmpty)
        let update = try changes(manifests(database: "5Gi"), cluster)
        #expect(
            update.first?.edits.map(\.path.description)
                == ["spec.volumeClaimTemplates[0].spec.resources.requests.storage"])
    }

    @Test func keepsTheClusterAddressOfAService() throws {
        var changed = manifests()
        changed.objects[3][at: "spec", "ports"] = [["port": 81]]
        let update = try changes(changed, try installed()).first
        #expect(update?.desired?[at: "spec", "clusterIP"] == "10.96.0.7")
    }

    @Test func whatIsNotDeclaredAnyMoreIsDeleted() throws {
        var fewer = manifests()
        fewer.objects.removeLast()
        let changes = try changes(fewer, try installed())
        #expect(changes.map(\.applyLine) == ["delete service/harbor-core (v1) namespace: svc-harbor-domain-c8"])
        #expect(changes.first?.waiting == .delete)
    }

    @Test func unchangedButUnfinishedIsANoopWithAWait() throws {
        var cluster = try installed()
        cluster.edit("StatefulSet", "harbor-database") { $0[at: "status", "readyReplicas"] = 0 }
        let changes = try changes(manifests(), cluster)
        let summary = ResourceChange.summary(of: changes)
        #expect(summary.operations == "0 create, 0 delete, 0 update, 1 noop, 0 exists")
        #expect(summary.waits == "1 reconcile, 0 delete, 0 noop")
        #expect(
            ResourceChange.description(of: changes)
                == "update: Op: 0 create, 0 delete, 0 update, 1 noop, 0 exists / Wait to: 1 reconcile, 0 delete, 0 noop"
        )
    }

    @Test func objectsOfControllersAreNeverTouched() throws {
        var cluster = try installed()
        var pod = Samples.object("v1", "Pod", "harbor-database-0", namespace: Samples.namespace)
        pod[at: "metadata", "labels"] = .object([KappKey.app: .string(label)])
        _ = cluster.put(pod)
        #expect(try changes(manifests(), cluster).isEmpty)
    }

    @Test func anUnlabelledObjectIsAdoptedAndAnotherAppsIsRefused() throws {
        var cluster = FakeCluster()
        _ = cluster.put(Samples.claim("harbor-registry", "55Gi"))
        let adopted = try changes(manifests(), cluster)
        #expect(adopted.contains { $0.operation == .update && $0.object.isClaim })

        cluster.edit("PersistentVolumeClaim", "harbor-registry") {
            $0[at: "metadata", "labels"] = .object([KappKey.app: "17"])
        }
        var live = cluster.live(label, declared: manifests().objects)
        live.apps = ["17": ChangeSet.owner(name: "harbor.app", namespace: "svc-harbor-domain-c8")]
        #expect(
            throws: KappError(
                """
                Ownership errors:
                - Resource 'persistentvolumeclaim/harbor-registry (v1) namespace: svc-harbor-domain-c8' is already \
                associated with a different app 'harbor.app' namespace: svc-harbor-domain-c8 (label \
                'kapp.k14s.io/app=17')
                """)
        ) { try ChangeSet(declared: manifests(), live: live, labelValue: label) }
    }

    @Test func secretsAreMaskedButTheirChangeIsSeen() {
        func secret(_ value: String) -> Value {
            Samples.object("v1", "Secret", "s", ["data": ["same": "AAAA", "password": .string(value)]])
        }
        let lines = SmartDiff().lines(from: secret("b2xk"), to: secret("bmV3"))
        #expect(lines.contains { $0.contains("- ") && $0.contains("password: <-- value not shown (#1)") })
        #expect(lines.contains { $0.contains("+ ") && $0.contains("password: <-- value not shown (#3)") })
        #expect(!lines.joined().contains("b2xk") && !lines.joined().contains("bmV3"))
    }

    @Test(arguments: [
        (KappKey.updateStrategy, "fallback-on-replace", ResourceChange.Strategy.fallbackOnReplace),
        (KappKey.updateStrategy, "always-replace", .alwaysReplace), (KappKey.updateStrategy, "skip", .skip),
    ])
    func readsUpdateStrategies(key: String, value: String, strategy: ResourceChange.Strategy) throws {
        var changed = manifests(database: "5Gi")
        changed.objects[2][at: "metadata", "annotations"] = .object([key: .string(value)])
        #expect(try changes(changed, try installed()).first?.strategy == strategy)
    }

    @Test func aConflictIsWorkedOutAgainOnlyWhileItMeansTheSame() throws {
        let cluster = try installed()
        let change = try #require(try changes(manifests(registry: "60Gi"), cluster).first)
        var newer = try #require(change.existing)
        newer[at: "metadata", "resourceVersion"] = "999"
        let again = SmartDiff().recalculated(change, live: newer)
        #expect(again?.desired?.resourceVersion == "999")
        newer[at: "spec", "resources", "requests", "storage"] = "58Gi"
        #expect(SmartDiff().recalculated(change, live: newer) == nil)
    }
}
