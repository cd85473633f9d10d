import FleetModel
import Reconciliation
import ResourceModel
import Testing

/// Taking a service away, with and without its data (contract C5).
struct UninstallTests {
    private var objects: [Value] {
        [
            Samples.object("v1", "Namespace", Samples.namespace, namespace: ""),
            Samples.claim("harbor-registry", "60Gi"),
            Samples.statefulSet("harbor-database", template: "database-data", "1Gi"),
            Samples.object("v1", "ServiceAccount", "sa", namespace: Samples.namespace),
        ]
    }

    private func installed() -> MachineHarness {
        var harness = MachineHarness(objects)
        harness.desire(MachineHarness.spec(1))
        let label = harness.record?.labelValue ?? ""
        var claim = Samples.claim("database-data-harbor-database-0", "1Gi")
        claim[at: "metadata", "labels"] = .object([KappKey.app: .string(label)])
        claim[at: "metadata", "annotations"] = .object([KappKey.ownedForDeletion: ""])
        _ = harness.cluster.put(claim)
        return harness
    }

    private func kinds(_ harness: MachineHarness) -> [String] { harness.cluster.objects.keys.map(\.kind).sorted() }

    @Test func keepsNamespaceClaimsAndRecordAndALaterInstallAdoptsThem() {
        var harness = installed()
        let label = harness.record?.labelValue
        harness.desire(MachineHarness.spec(2, absent: .keep))
        #expect(harness.outcomes == [.succeeded, .succeeded])
        #expect(kinds(harness) == ["Namespace", "PersistentVolumeClaim", "PersistentVolumeClaim"])
        #expect(harness.forgotten)
        #expect(harness.machine.state == .deleted)
        #expect(harness.record?.labelValue == label)
        harness.desire(MachineHarness.spec(3))
        #expect(harness.outcomes.last == .succeeded)
        #expect(kinds(harness).count == 5)
        #expect(harness.record?.labelValue == label)
    }

    @Test func refusesToDeleteDataWithoutConsentByName() {
        var harness = installed()
        harness.desire(MachineHarness.spec(2, absent: .delete))
        #expect(harness.outcomes == [.succeeded, .refused])
        #expect(kinds(harness).count == 5)
        #expect(harness.lastOutcome?.next == "--delete-data --confirm harbor@sv-oslo")
        #expect(harness.lastOutcome?.message.contains("database-data-harbor-database-0 (1Gi)") == true)
        #expect(harness.lastOutcome?.message.contains("2 claims, 61Gi") == true)
        let other = InstallKey(service: Samples.key.service, supervisor: SupervisorID("sv-bergen"))
        harness.desire(MachineHarness.spec(3, absent: .delete, consent: .confirmed(other)))
        #expect(harness.outcomes.last == .refused)
    }

    @Test func deletesEverythingWithConsent() {
        var harness = installed()
        harness.desire(MachineHarness.spec(2, absent: .delete, consent: .confirmed(Samples.key)))
        #expect(harness.outcomes.last == .succeeded)
        #expect(harness.cluster.objects.isEmpty)
        #expect(harness.record == nil)
        #expect(harness.applied.last == "delete namespace/svc-harbor-domain-c8 (v1) cluster")
    }

    @Test func refusesAnUpgradeThatDropsAClaim() {
        var harness = installed()
        harness.manifests.objects.remove(at: 1)
        harness.desire(MachineHarness.spec(2))
        #expect(harness.outcomes.last == .refused)
        #expect(kinds(harness).count == 5)
    }

    @Test func refusesAnUpgradeThatReplacesAStatefulSetWithClaims() {
        var harness = installed()
        harness.manifests.objects[2] = Samples.statefulSet("harbor-database", template: "database-data", "5Gi")
        harness.manifests.objects[2][at: "metadata", "annotations"] = .object([
            KappKey.updateStrategy: "fallback-on-replace"
        ])
        harness.desire(MachineHarness.spec(2))
        #expect(harness.outcomes.last == .refused)
    }

    @Test func refusesWhereARetentionPolicyWouldTakeKeptClaims() {
        var harness = installed()
        harness.cluster.edit("StatefulSet", "harbor-database") {
            $0[at: "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"] = "Delete"
        }
        harness.desire(MachineHarness.spec(2, absent: .keep))
        #expect(harness.outcomes.last == .refused)
        #expect(kinds(harness).count == 5)
    }

    @Test func aTombstoneForWhatIsNotThereSucceeds() {
        var harness = MachineHarness([])
        harness.desire(MachineHarness.spec(1, absent: .keep))
        #expect(harness.outcomes == [.succeeded])
        #expect(harness.forgotten)
    }

    @Test func waitsForFinalizersAndReportsAFailedDeletion() {
        var harness = installed()
        harness.refusals["sa"] = [
            .failed(
                .applying(.delete, "serviceaccount/sa", serverMessage: "no", reason: "Forbidden"), isRetryable: false)
        ]
        harness.desire(MachineHarness.spec(2, absent: .keep))
        #expect(harness.outcomes.last == .failed)
        #expect(harness.machine.condition.kind == .deleteFailed)
        harness.fire(.start)
        #expect(harness.machine.state == .deleted)
        #expect(harness.outcomes.count == 2)
    }

    /// The record, and with the data the namespace, go last: until they are gone the service is not removed.
    @Test func anOutcomeWaitsUntilTheRecordIsGone() {
        var harness = installed()
        harness.deleteFailures = [.init("the server is away", isUnreachable: false)]
        harness.desire(
            MachineHarness.spec(2, absent: .delete, consent: .confirmed(Samples.key)))
        #expect(harness.outcomes == [.succeeded, .failed])
        #expect(!harness.forgotten)
        #expect(harness.record != nil)
        harness.fire(.start)
        #expect(harness.record == nil)
        #expect(harness.forgotten)
        #expect(harness.machine.state == .deleted)
        #expect(harness.conditions.last == "ReconcileSucceeded")
    }
}
