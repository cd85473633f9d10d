import FleetModel
import Reconciliation
import ResourceModel
import Testing

struct DriftTests {
    private let values = try! YAMLDocuments.readOne(
        """
        persistence:
          persistentVolumeClaim:
            registry: {size: 60Gi, storageClass: ""}
            jobservice: {size: 1Gi}
            database: {size: 60Gi}
        """)

    /// What a package would render from its values.
    private func render(_ values: Value) -> [Value] {
        func size(_ name: String) -> String {
            values[at: "persistence", "persistentVolumeClaim", name, "size"]?.stringValue ?? "1Gi"
        }
        return [
            Samples.claim("harbor-registry", size("registry")), Samples.claim("harbor-jobservice", size("jobservice")),
            Samples.claim("harbor-database", size("database")),
        ]
    }

    private func drifted() throws -> (items: [DriftItem], cluster: FakeCluster) {
        var cluster = FakeCluster()
        cluster.apply(
            try ChangeSet(
                declared: ManifestSet(objects: render(values)), live: .init(labelled: []), labelValue: "1"
            ).changes)
        #expect(Drift.items(live: cluster.live("1").labelled).isEmpty)
        cluster.edit("PersistentVolumeClaim", "harbor-registry") {
            $0[at: "spec", "resources", "requests", "storage"] = "100Gi"
            $0[at: "metadata", "managedFields"] = [
                [
                    "manager": "kubectl-edit", "time": "2026-11-22T11:16:00Z",
                    "fieldsV1": ["f:spec": ["f:resources": ["f:requests": ["f:storage": .object([:])]]]],
                ]
            ]
        }
        return (Drift.items(live: cluster.live("1").labelled), cluster)
    }

    @Test func findsTheFieldTheValuesAndWhoChangedIt() throws {
        let item = try #require(try drifted().items.first)
        #expect(item.resource == "persistentvolumeclaim/harbor-registry (v1) namespace: svc-harbor-domain-c8")
        #expect(item.field == "spec.resources.requests.storage")
        #expect(item.declared == "60Gi" && item.live == "100Gi")
        #expect(item.manager == "kubectl-edit")
        #expect(try drifted().items.count == 1)
    }

    /// 60Gi applied, 100Gi by hand, then 70Gi wanted and refused: the wanted size is what the live one is held against,
    /// and its value path is found.
    @Test func comparesWithWhatIsWantedNowAlsoWhenItWasRefused() async throws {
        let (_, cluster) = try drifted()
        var wanted = values
        wanted[at: "persistence", "persistentVolumeClaim", "registry", "size"] = "70Gi"
        wanted[at: "persistence", "persistentVolumeClaim", "database", "size"] = "50Gi"
        let live = cluster.live("1").labelled
        let declared = render(wanted)
        let running = Drift.items(live: live, declared: declared)
        #expect(running.map { "\($0.declared) → \($0.live)" } == ["70Gi → 100Gi"])
        let refused = Drift.items(live: live, declared: declared, includingRefused: true)
        #expect(refused.map { "\($0.declared) → \($0.live)" } == ["50Gi → 60Gi", "70Gi → 100Gi"])
        let adopted = await DriftAdoption.adopt(refused, values: wanted, schema: .null) { render($0) }
        #expect(
            adopted.changes.map(\.description) == [
                "persistence.persistentVolumeClaim.database.size: 50Gi → 60Gi",
                "persistence.persistentVolumeClaim.registry.size: 70Gi → 100Gi",
            ])
    }

    @Test func whatWasDeclaredByHandBeforeIsNoDrift() throws {
        let (_, cluster) = try drifted()
        var wanted = values
        wanted[at: "persistence", "persistentVolumeClaim", "registry", "size"] = "100Gi"
        #expect(Drift.items(live: cluster.live("1").labelled, declared: render(wanted), includingRefused: true) == [])
    }

    @Test func whatServersAndControllersAddIsNoDrift() throws {
        var (_, cluster) = try drifted()
        cluster.edit("PersistentVolumeClaim", "harbor-jobservice") {
            $0[at: "spec", "dataSource"] = ["name": "x"]
            $0[at: "metadata", "annotations", "other"] = "y"
            $0[at: "status", "phase"] = "Bound"
        }
        #expect(Drift.items(live: cluster.live("1").labelled).count == 1)
    }

    @Test func namesObjectsThatAreGone() throws {
        let items = Drift.items(live: [], declared: [Samples.claim("c", "1Gi")])
        #expect(items.map(\.live) == ["absent"])
    }

    @Test func theBestCandidateSharesTheObjectsWords() throws {
        let item = try #require(try drifted().items.first)
        let candidates = DriftAdoption.candidates(for: item, effective: values)
        #expect(
            candidates.map(\.path.description) == [
                "persistence.persistentVolumeClaim.registry.size", "persistence.persistentVolumeClaim.database.size",
            ])
        #expect(candidates.first?.value == "100Gi")
    }

    @Test func adoptsByRenderingAndKeepsOnlyTheUsersValues() async throws {
        let adopted = await DriftAdoption.adopt(try drifted().items, values: .null, schema: try schema()) {
            render(PlatformValues.effective(values: $0, schema: (try? schema()) ?? .null))
        }
        #expect(adopted.items.map(\.valuePath) == ["persistence.persistentVolumeClaim.registry.size"])
        #expect(
            adopted.changes.map(\.description)
                == ["persistence.persistentVolumeClaim.registry.size: (not set) → 100Gi"])
        // Declaring it is what the live state needs: nothing is left to change.
    }

    @Test func saysSoWhenNoValueLeadsThere() async throws {
        let adopted = await DriftAdoption.adopt(try drifted().items, values: values, schema: .null) { _ in
            render(values)
        }
        #expect(adopted.items.first?.valuePath == nil)
        #expect(adopted.values == values)
    }

    private func schema() throws -> Value {
        func leaf(_ size: String) -> Value { ["properties": ["size": ["type": "string", "default": .string(size)]]] }
        let claims: Value = [
            "properties": ["registry": leaf("60Gi"), "jobservice": leaf("1Gi"), "database": leaf("60Gi")]
        ]
        return ["properties": ["persistence": ["properties": ["persistentVolumeClaim": claims]]]]
    }
}
