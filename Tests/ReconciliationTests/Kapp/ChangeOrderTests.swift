import FleetModel
import Reconciliation
import ResourceModel
import TestSupport
import Testing

/// The order kapp 0.60 was recorded with (transcripts 40, 42 and 30).
struct ChangeOrderTests {
    static let definition = Samples.object(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.ex.dev", namespace: "",
        [
            "spec": [
                "group": "ex.dev", "scope": "Namespaced", "names": ["kind": "Widget"],
                "versions": [["name": "v1"]],
            ]
        ])
    static let ordr: [Value] = [
        Samples.object("v1", "Namespace", "ordr", namespace: ""),
        definition,
        Samples.object("v1", "ConfigMap", "cm", ["metadata": ["annotations": .object([KappKey.versioned: ""])]]),
        Samples.object("batch/v1", "Job", "j", ["spec": ["template": ["metadata": .object([:])]]]),
        Samples.object("v1", "Service", "lb", ["spec": ["type": "LoadBalancer"]]),
        Samples.object("rbac.authorization.k8s.io/v1", "Role", "r"),
        Samples.object("rbac.authorization.k8s.io/v1", "RoleBinding", "rb"),
        Samples.object("v1", "ServiceAccount", "sa"),
        Samples.object("ex.dev/v1", "Widget", "w"),
    ]

    private func names(_ graph: ChangeGraph, _ changes: [ResourceChange]) -> [[String]] {
        graph.sections.map { $0.map { changes[$0].object.kind }.sorted() }
    }

    @Test func createsDefinitionsAndNamespacesThenPodRelatedThenBindingsThenTheRest() throws {
        let manifests = try ManifestSet(documents: Self.ordr, defaultNamespace: "ordr") { kind in
            kind.group == "ex.dev" ? nil : Samples.isNamespaced(kind)
        }
        let changes = try ChangeSet(declared: manifests, live: .init(labelled: []), labelValue: "1").changes
        #expect(changes.contains { $0.object.objectName == "cm-ver-1" })
        let summary = ResourceChange.summary(of: changes)
        #expect(summary.operations == "9 create, 0 delete, 0 update, 0 noop, 0 exists")
        #expect(summary.waits == "9 reconcile, 0 delete, 0 noop")
        #expect(
            names(try ChangeGraph(changes: changes), changes) == [
                ["CustomResourceDefinition", "Namespace"], ["ConfigMap", "Role", "ServiceAccount"], ["RoleBinding"],
                ["Job", "Service", "Widget"],
            ])
    }

    @Test func deletesCustomResourcesThenDefinitionsThenTheRestAndTheNamespaceLast() throws {
        var cluster = FakeCluster()
        let manifests = try ManifestSet(
            documents: Self.ordr, defaultNamespace: "ordr", isNamespaced: Samples.isNamespaced)
        cluster.apply(try ChangeSet(declared: manifests, live: .init(labelled: []), labelValue: "1").changes)
        var pod = Samples.object("v1", "Pod", "j-rn759")
        pod[at: "metadata", "labels"] = .object([KappKey.app: "1"])
        _ = cluster.put(pod)
        let plan = UninstallPlan(live: cluster.live("1").labelled, policy: .delete)
        let summary = ResourceChange.summary(of: plan.changes)
        #expect(summary.operations == "0 create, 9 delete, 0 update, 1 noop, 0 exists")
        #expect(summary.waits == "0 reconcile, 10 delete, 0 noop")
        #expect(
            names(try ChangeGraph(changes: plan.changes), plan.changes) == [
                ["Pod", "Widget"], ["CustomResourceDefinition"],
                ["ConfigMap", "Job", "Role", "RoleBinding", "Service", "ServiceAccount"], ["Namespace"],
            ])
    }

    @Test(.enabled(if: TestData.exists("rendered/harbor-2.6.3.yaml"), "test data is absent"))
    func ordersHarborInTheWavesThatKappWasRecordedWith() throws {
        let manifests = try Samples.prepared(try Samples.rendered("harbor-2.6.3"))
        let changes = try ChangeSet(declared: manifests, live: .init(labelled: []), labelValue: "1").changes
        #expect(changes.count == 50)
        #expect(try ChangeGraph(changes: changes).sections.map(\.count) == [1, 18, 31])
    }

    @Test(
        .enabled(if: TestData.exists("rendered/cert-manager-1.9.1.yaml"), "test data is absent"),
        arguments: [
            "cert-manager-1.9.1", "external-dns-0.12.2", "fluent-bit-1.9.5", "local-path-storage-0.0.22",
            "metrics-server-0.6.2",
        ])
    func ordersEveryRenderedPackageWithoutACycle(name: String) throws {
        let manifests = try Samples.prepared(try Samples.rendered(name))
        let changes = try ChangeSet(declared: manifests, live: .init(labelled: []), labelValue: "1").changes
        let graph = try ChangeGraph(changes: changes, config: manifests.config)
        #expect(graph.sections.flatMap { $0 }.count == changes.count)
    }

    private func create(_ name: String, _ annotations: [String: Value]) -> ResourceChange {
        let object = Samples.object("v1", "ConfigMap", name, ["metadata": ["annotations": .object(annotations)]])
        return ResourceChange(.create, waiting: .reconcile, declared: object, desired: object)
    }

    @Test func namesTheCycleInKappsWords() {
        let changes = [
            create("a", [KappKey.changeGroup: "ga", KappKey.changeRule: "upsert after upserting gb"]),
            create("b", [KappKey.changeGroup: "gb", KappKey.changeRule: "upsert after upserting ga"]),
        ]
        #expect(
            throws: KappError(
                """
                Detected cycle while ordering changes: [configmap/a (v1) namespace: ordr] -> \
                [configmap/b (v1) namespace: ordr] -> [configmap/a (v1) namespace: ordr] \
                (found repeated: configmap/a (v1) namespace: ordr)
                """)
        ) { try ChangeGraph(changes: changes) }
    }

    @Test func followsAnnotatedRulesWithPlaceholders() throws {
        let changes = [
            create("second", [KappKey.changeRule: "upsert after upserting app/{namespace}"]),
            create("first", [KappKey.changeGroup + ".x": "app/ordr"]),
        ]
        #expect(try ChangeGraph(changes: changes).sections == [[1], [0]])
    }

    @Test(arguments: [
        ("upsert after", "Expected change rule annotation value to have 4 pieces but was 2"),
        ("insert after upserting x", "Unknown change rule Action"),
        ("upsert near upserting x", "Unknown change rule Order"),
        ("upsert after making x", "Unknown change rule TargetAction"),
        ("upsert after upserting {crd-kind}", "Placeholder {crd-kind} does not have a value"),
    ])
    func refusesRulesItCannotRead(rule: String, text: String) {
        let error = #expect(throws: KappError.self) {
            try ChangeGraph(changes: [create("a", [KappKey.changeRule: .string(rule)])])
        }
        #expect(error?.text.contains(text) == true)
    }
}
