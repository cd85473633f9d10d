package import FleetModel
package import ResourceModel

/// What an uninstall does to each live object of the app.
///
/// `keep` leaves the namespace, every claim and volume with their labels, and the app's record, so that a later
/// install finds and adopts them; everything else goes in kapp's delete order. `delete` removes all of it and waits.
package struct UninstallPlan: Hashable, Sendable {
    package var changes: [ResourceChange]
    /// Objects that stay.
    package var kept: [Value]
    /// True when the app's record goes as well, at the very end.
    package var deletesRecord: Bool

    package init(live: [Value], policy: DataPolicy) {
        var changes: [ResourceChange] = []
        var kept: [Value] = []
        for object in live.sorted(by: { $0.identity < $1.identity }) {
            let holdsData = object.isClaim || object.isVolume || object.isNamespaceObject
            if policy == .keep && holdsData || Sabotage.isActive(.leaveObjects) && object.kind == "Deployment" {
                kept.append(object)
            } else if !ResourceLabeler.isTransient(object) || object.hasAnnotation(KappKey.ownedForDeletion) {
                changes.append(ChangeSet.deletion(of: object))
            } else {
                // A controller's object: its owner's deletion takes it along; only waited for.
                changes.append(ResourceChange(.noop, waiting: .delete, existing: object))
            }
        }
        self.changes = changes
        self.kept = kept
        deletesRecord = policy == .delete || kept.allSatisfy(\.isNamespaceObject)
    }
}
