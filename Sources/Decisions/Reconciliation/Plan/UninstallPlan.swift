package import FleetModel
package import ResourceModel

/// What an uninstall does to each live object of the app.
///
/// `keep` leaves the namespace, every claim and volume, and each definition of a kind of which others made objects,
/// with their labels, and the app's record, so that a later install finds and adopts them; everything else goes in
/// kapp's delete order. `delete` removes all of it and waits.
package struct UninstallPlan: Hashable, Sendable {
    package var changes: [ResourceChange]
    /// Objects that stay.
    package var kept: [Value]
    /// True when the app's record goes as well, at the very end: nothing carries its label any more.
    package var deletesRecord: Bool

    /// `customs` are objects of the app's own kinds that others made: they go with the definition of their kind.
    package init(live: [Value], policy: DataPolicy, customs: [Value] = []) {
        let used = Set(customs.map(\.groupKind))
        var changes: [ResourceChange] = []
        var kept: [Value] = []
        for object in live.sorted(by: { $0.identity < $1.identity }) {
            let isUsed = object.definedKind.map(used.contains) ?? false
            let holdsData = object.isClaim || object.isVolume || object.isNamespaceObject || isUsed
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
        deletesRecord = policy == .delete || kept.isEmpty
    }

    /// Says which definitions stay and for whose objects; nil when none does.
    package static func note(kept: [Value], customs: [Value]) -> String? {
        let lines = kept.compactMap { object -> String? in
            guard let kind = object.definedKind else { return nil }
            let of = customs.filter { $0.groupKind == kind }.sorted { $0.identity < $1.identity }
            let names = of.prefix(mostNames).map { custom in
                custom.objectNamespace.isEmpty ? custom.objectName : "\(custom.objectNamespace)/\(custom.objectName)"
            }
            let more = of.count > mostNames ? " and \(of.count - mostNames) more" : ""
            return "\(object.kappDescription) is kept: others made \(of.count) \(kind.kind): "
                + names.joined(separator: ", ") + more
        }
        return lines.isEmpty ? nil : lines.joined(separator: "; ")
    }

    private static let mostNames = 3
}
