import FleetModel
import Reconciliation
import ResourceModel
import Testing

/// What an uninstall that keeps data leaves, so that the next install finds it.
struct UninstallPlanTests {
    /// As applied: with the app's label and kapp's identity.
    private static func applied(_ object: Value) -> Value {
        var object = object
        object[at: "metadata", "labels", KappKey.app] = .string(Samples.label)
        let group = object.groupVersionKind.group
        let name = "\(object.objectNamespace)/\(group)/\(object.kind)/\(object.objectName)"
        object[at: "metadata", "annotations", KappKey.identity] = .string("v1;\(name);\(object.apiVersion)")
        return object
    }

    private static let namespace = applied(Samples.object("v1", "Namespace", Samples.namespace, namespace: ""))
    private static let deployment = applied(
        Samples.object("apps/v1", "Deployment", "velero", namespace: Samples.namespace))
    private static let definition = applied(
        Samples.object(
            "apiextensions.k8s.io/v1", "CustomResourceDefinition", "backups.velero.io", namespace: "",
            ["spec": ["group": "velero.io", "names": ["kind": "Backup"]]]))

    @Test func aNamespaceThatStaysWithItsLabelKeepsTheRecord() {
        let plan = UninstallPlan(live: [Self.namespace, Self.deployment], policy: .keep)
        #expect(plan.kept.map(\.kind) == ["Namespace"])
        #expect(!plan.deletesRecord)
        #expect(UninstallPlan(live: [Self.deployment], policy: .keep).deletesRecord)
        #expect(UninstallPlan(live: [Self.namespace, Self.deployment], policy: .delete).deletesRecord)
    }

    @Test func aDefinitionStaysWhileOthersHaveObjectsOfIt() {
        let live = [Self.namespace, Self.definition]
        let customs = ["b", "a", "c", "d"].map {
            Samples.object("velero.io/v1", "Backup", $0, namespace: $0 == "a" ? "" : "default")
        }
        let plan = UninstallPlan(live: live, policy: .keep, customs: customs)
        #expect(Set(plan.kept.map(\.kind)) == ["Namespace", "CustomResourceDefinition"])
        #expect(
            UninstallPlan.note(kept: plan.kept, customs: customs)
                == "customresourcedefinition/backups.velero.io (apiextensions.k8s.io/v1) cluster is kept: "
                + "others made 4 Backup: a, default/b, default/c and 1 more")
        let unused = UninstallPlan(live: live, policy: .keep)
        #expect(unused.changes.map(\.object.kind) == ["CustomResourceDefinition"])
        #expect(UninstallPlan.note(kept: unused.kept, customs: []) == nil)
        #expect(UninstallPlan(live: live, policy: .delete, customs: customs).kept.isEmpty)
    }

    @Test func keptVersionsAndControllersObjectsAreNoObjectsOfTheirOwn() {
        let versions = (1...5).map { number in
            var object = Samples.object("v1", "ConfigMap", "core-ver-\(number)", namespace: Samples.namespace)
            object[at: "metadata", "annotations", KappKey.versioned] = ""
            return Self.applied(object)
        }
        var claim = Samples.claim("data-database-0", "1Gi")
        claim[at: "metadata", "labels", KappKey.app] = .string(Samples.label)
        #expect(AppliedObjects.count(versions + [claim, Self.deployment, Self.namespace]) == 3)
    }
}
