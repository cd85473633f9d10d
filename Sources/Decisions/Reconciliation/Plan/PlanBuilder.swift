package import FleetModel
package import ResourceModel

/// What the API server said to a change in a dry run.
package enum ServerVerdict: Hashable, Sendable {
    case accepted
    /// Its own words, `Invalid` and the HTTP code.
    case refused(message: String, reason: String, code: Int)
    /// The change could not be tried (the server was away, the kind is not served yet).
    case notAsked
}

/// Turns changes and the server's verdicts into the plan an operator reads.
package enum PlanBuilder {
    /// `changes` in the order they would be applied; `verdicts` by index, missing ones count as not asked.
    package static func plan(
        changes: [ResourceChange], verdicts: [Int: ServerVerdict], live: [Value], manifests: ContentDigest,
        warnings: [String] = []
    ) -> ResourcePlan {
        let created = changes.filter { $0.operation == .create }
        let planned = changes.enumerated().map { index, change in
            let (consequence, message) = judge(change, verdicts[index] ?? .notAsked, created: created)
            return ResourcePlan.Change(
                operation: change.operation.rawValue, resource: change.resource, consequence: consequence,
                diff: change.diff, message: message)
        }
        let order = ResourcePlan.Consequence.allCases
        func rank(_ consequence: ResourcePlan.Consequence) -> Int { order.firstIndex(of: consequence) ?? 0 }
        // Worst first, otherwise as applied.
        let sorted = planned.enumerated().sorted {
            (-rank($0.element.consequence), $0.offset) < (-rank($1.element.consequence), $1.offset)
        }.map(\.element)
        var notes = warnings
        for change in changes where change.overridesOutsideEdit {
            notes.append(ResourcePlan.outsideEdit(of: change.resource))
        }
        return ResourcePlan(
            consequence: sorted.first?.consequence ?? .noOp, changes: sorted,
            dataLoss: DataGuard.loss(changes, live: live), manifests: manifests, warnings: notes)
    }

    private static func judge(
        _ change: ResourceChange, _ verdict: ServerVerdict, created: [ResourceChange]
    ) -> (ResourcePlan.Consequence, String) {
        if case .refused(let message, let reason, let code) = verdict {
            if code == 404, isMadeByPlan(change, created) {
                return (.inPlace, "not checked by the server: what it needs is made by the same plan")
            }
            let isInvalid = code == 422 || reason == "Invalid"
            if change.strategy == .fallbackOnReplace, isInvalid {
                return (.oneWay, "deleted and created again, because an update is refused: \(message)")
            }
            return (.impossible, reason.isEmpty ? message : "\(message) (reason: \(reason))")
        }
        switch change.operation {
        case .noop, .exists: return (.noOp, "")
        case .create: return (.inPlace, "")
        case .delete: return deletion(change)
        case .update: return update(change)
        }
    }

    private static func deletion(_ change: ResourceChange) -> (ResourcePlan.Consequence, String) {
        if change.strategy == .orphan { return (.inPlace, "taken out of the app; the object stays") }
        let object = change.object
        if object.hasAnnotation(KappKey.versioned) { return (.inPlace, "an old version of a changed object") }
        if object.isClaim { return (.oneWay, "the claim's data is deleted with it") }
        if object.isNamespaceObject { return (.oneWay, "everything in the namespace is deleted with it") }
        if object.isDefinition { return (.oneWay, "all objects of its kind are deleted with it") }
        return (.oneWay, "the object is deleted")
    }

    private static func update(_ change: ResourceChange) -> (ResourcePlan.Consequence, String) {
        if change.strategy == .skip { return (.noOp, "update strategy is skip") }
        if change.strategy == .alwaysReplace { return (.oneWay, "deleted and created again (update strategy)") }
        let object = change.object
        if object.isClaim, let consequence = resize(change) { return consequence }
        if object.isStatefulSet, change.edits.contains(where: { $0.path.starts(with: "spec", "volumeClaimTemplates") })
        {
            return change.strategy == .fallbackOnReplace
                ? (.oneWay, "deleted and created again: claim templates cannot change")
                : (.impossible, "claim templates of a StatefulSet cannot change")
        }
        if ["Deployment", "StatefulSet", "DaemonSet"].contains(object.kind),
            change.edits.contains(where: { $0.path.starts(with: "spec", "template") })
        {
            return (.rolling, "its pods are replaced one after another")
        }
        return (.inPlace, "")
    }

    private static func resize(_ change: ResourceChange) -> (ResourcePlan.Consequence, String)? {
        let storage = FieldPath(keys: ["spec", "resources", "requests", "storage"])
        guard let edit = change.edits.first(where: { $0.path == storage }), let old = edit.old?.scalarText,
            let new = edit.new?.scalarText, let before = QuantitySum.bytes(old), let after = QuantitySum.bytes(new)
        else { return nil }
        if after < before { return (.impossible, "a volume cannot shrink from \(old) to \(new)") }
        return after > before ? (.oneWay, "the volume grows from \(old) to \(new) and cannot shrink again") : nil
    }

    private static func isMadeByPlan(_ change: ResourceChange, _ created: [ResourceChange]) -> Bool {
        let object = change.object
        return created.contains { other in
            if other.object.isNamespaceObject { return other.object.objectName == object.objectNamespace }
            return other.object.isDefinition
                && other.object[at: "spec", "names", "kind"]?.stringValue == object.kind
                && other.object[at: "spec", "group"]?.stringValue == object.groupVersionKind.group
        }
    }
}

extension FieldPath {
    func starts(with keys: String...) -> Bool { Array(steps.prefix(keys.count)) == keys.map { .key($0) } }
}
