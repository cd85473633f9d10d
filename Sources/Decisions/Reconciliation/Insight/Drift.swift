package import FleetModel
package import ResourceModel

/// How live objects were changed since they were last applied, against what is wanted now.
///
/// A field drifted when it is neither as last applied nor as wanted now: what somebody has set to the wanted value by
/// hand is no drift any more. Only fields that were declared count: what the server or a controller adds is no drift.
/// kapp pushes all of it back at the next reconcile; `DriftAdoption` declares it instead.
package enum Drift {
    /// More than a person reads; the rest is left out.
    package static let maximumItems = 500

    /// `live` are the app's labelled objects; `declared` the manifests wanted now, which need not have been applied;
    /// without them the comparison is with what was last applied. `includingRefused`: the apply of `declared` is over,
    /// so what is wanted and was not taken over counts as well.
    package static func items(
        live: [Value], declared: [Value] = [], includingRefused: Bool = false, config: KappConfig = .standard
    ) -> [DriftItem] {
        let diff = SmartDiff(config: config)
        let applicable = ChangeSet.applicable(declared, live: live, config: config)
        let wanted = Dictionary(applicable.map { ($0.identity, $0) }) { first, _ in first }
        var items: [DriftItem] = []
        for object in live.sorted(by: { $0.identity < $1.identity }) where !ResourceLabeler.isTransient(object) {
            let edits = edits(of: object, wanted[object.identity], includingRefused, diff)
            for edit in edits where isDeclared(edit.path) {
                items.append(
                    DriftItem(
                        resource: object.kappDescription, field: edit.path.description,
                        declared: text(edit.old, object, edit.path), live: text(edit.new, object, edit.path),
                        manager: manager(of: edit.path, in: object)))
            }
        }
        let present = Set(live.map(\.identity))
        for object in declared where !object.hasAnnotation(KappKey.versioned) && !present.contains(object.identity) {
            items.append(
                DriftItem(resource: object.kappDescription, field: "", declared: "present", live: "absent"))
        }
        return Array(items.prefix(maximumItems))
    }

    /// Fields from what they should be to what they are.
    private static func edits(
        of object: Value, _ wanted: Value?, _ includingRefused: Bool, _ diff: SmartDiff
    ) -> [FieldEdit] {
        guard let applied = diff.lastApplied(of: object) else { return [] }
        let expected = diff.rebased(applied, on: object)
        // An object that is as it was saved has no edits, whatever the server made of what was sent.
        let isEdited = diff.trustedLastApplied(of: object) == nil
        let edits = isEdited ? changed(expected, object, FieldPath([])) : []
        guard let wanted else { return edits }
        var paths = Set(edits.map(\.path))
        let rebased = diff.rebased(wanted, on: object)
        if includingRefused { paths.formUnion(changed(rebased, expected, FieldPath([])).map(\.path)) }
        if paths.isEmpty { return [] }
        return changed(rebased, object, FieldPath([])).filter { paths.contains($0.path) }
    }

    private static func text(_ value: Value?, _ object: Value, _ path: FieldPath) -> String {
        guard let value else { return "(not set)" }
        if object.kind == "Secret", path.starts(with: "data") || path.starts(with: "stringData") {
            return "<-- value not shown"
        }
        return value.scalarText ?? JSONWriter.text(value)
    }

    private static func isDeclared(_ path: FieldPath) -> Bool {
        guard path.starts(with: "metadata") else { return !path.starts(with: "status") }
        return path.starts(with: "metadata", "labels") || path.starts(with: "metadata", "annotations")
    }

    /// Leaves of `expected` whose counterpart differs.
    private static func changed(_ expected: Value, _ live: Value?, _ path: FieldPath) -> [FieldEdit] {
        if expected == live { return [] }
        switch (expected, live) {
        case (.object(let fields), .object(let other)?):
            return fields.sorted { $0.key < $1.key }.flatMap {
                changed($0.value, other[$0.key], path.appending(.key($0.key)))
            }
        case (.array(let items), .array(let others)?) where items.count == others.count:
            return items.indices.flatMap { changed(items[$0], others[$0], path.appending(.index($0))) }
        case (.null, nil), (.object([:]), nil), (.array([]), nil): return []
        default:
            return isSameQuantity(expected, live, path) ? [] : [FieldEdit(path: path, old: expected, new: live)]
        }
    }

    /// The server rewrites quantities (`1000m` → `1`); that is no drift.
    private static func isSameQuantity(_ left: Value, _ right: Value?, _ path: FieldPath) -> Bool {
        guard path.steps.contains(.key("resources")) || path.steps.contains(.key("limits")),
            let first = left.scalarText, let second = right?.scalarText
        else { return false }
        guard let one = Quantity(first), let other = Quantity(second) else { return false }
        return one == other
    }

    /// The manager that owns the field, the latest one when several do; from `managedFields`.
    static func manager(of path: FieldPath, in object: Value) -> String? {
        let keys = path.steps.compactMap { step -> String? in
            if case .key(let key) = step { "f:\(key)" } else { nil }
        }
        let owners = (object.metadata["managedFields"]?.arrayValue ?? []).filter { entry in
            guard var fields = entry["fieldsV1"] else { return false }
            for key in keys {
                guard let next = fields[key] else {
                    // Lists have key entries (`k:{…}`) in between: as deep as plain keys go is near enough.
                    return (fields.objectValue ?? [:]).keys.contains { $0.hasPrefix("k:") || $0.hasPrefix("v:") }
                }
                fields = next
            }
            return true
        }
        return owners.max { ($0["time"]?.stringValue ?? "") < ($1["time"]?.stringValue ?? "") }?["manager"]?
            .stringValue
    }
}
