package import ResourceModel

/// Everything one deploy (or delete) would do, before it is ordered.
///
/// Unchanged objects that are also done are left out, as kapp leaves them out of its table and its counts; unchanged
/// ones that are not done yet stay in as `noop` with a wait.
package struct ChangeSet: Hashable, Sendable {
    /// What the driver read from the cluster.
    package struct Live: Hashable, Sendable {
        /// All objects with the app's label, of every kind the record or the manifests name, made by whomever.
        package var labelled: [Value]
        /// Declared objects found by name that were not among the labelled.
        package var byName: [Value]
        /// Label value → app name and namespace, of the app records on the cluster: names the owner in a conflict.
        package var apps: [String: String]
        /// Claims of the app's namespaces, labelled or not: what a deletion may take along without naming it.
        package var claims: [Value]
        /// Objects that others made of kinds which the app's CustomResourceDefinitions define; read for an uninstall.
        package var customs: [Value]

        package init(
            labelled: [Value], byName: [Value] = [], apps: [String: String] = [:], claims: [Value] = [],
            customs: [Value] = []
        ) {
            self.labelled = labelled
            self.byName = byName
            self.apps = apps
            self.claims = claims
            self.customs = customs
        }
    }

    package var changes: [ResourceChange]
    /// Objects declared and found as they should be, not in `changes`.
    package var unchanged: Int

    package init(changes: [ResourceChange], unchanged: Int = 0) {
        self.changes = changes
        self.unchanged = unchanged
    }

    /// Compares declared manifests with the cluster.
    package init(declared: ManifestSet, live: Live, labelValue: String) throws(KappError) {
        let labeler = ResourceLabeler(labelValue: labelValue, config: declared.config)
        let diff = SmartDiff(config: declared.config)
        let waits = WaitRules(config: declared.config)
        try Self.checkOwners(declared.objects, live, labelValue)

        let labelled = declared.objects.map(labeler.labelled)
        let outcome = try VersionedResources(diff: diff).calculate(
            declared: labelled, live: live.labelled + live.byName)
        var existing: [ObjectIdentity: Value] = [:]
        for object in outcome.otherLive { existing[object.identity] = object }

        var changes = outcome.changes
        for object in outcome.others {
            if let change = try Self.change(
                existing: existing.removeValue(forKey: object.identity), new: object, diff: diff, waits: waits)
            {
                changes.append(change)
            }
        }
        let adopted = Set(live.byName.map(\.identity))
        for object in existing.values.sorted(by: { $0.identity < $1.identity })
        where !ResourceLabeler.isTransient(object) && !adopted.contains(object.identity) {
            changes.append(Self.deletion(of: object))
        }
        if !declared.deploy.waits {
            changes.removeAll { $0.operation == .noop }
            for index in changes.indices { changes[index].waiting = .noop }
        }
        self.changes = changes
        unchanged = max(0, declared.objects.count - changes.count { $0.operation != .delete })
    }

    /// Declared objects as an apply would send them now: labelled like the live ones, references to versioned objects
    /// followed (`harbor-core` is live as `harbor-core-ver-3`); versioned objects themselves are left out.
    static func applicable(_ declared: [Value], live: [Value], config: KappConfig) -> [Value] {
        let label = live.lazy.compactMap { $0.objectLabels[KappKey.app] }.first
        let labeler = label.map { ResourceLabeler(labelValue: $0, config: config) }
        let labelled = declared.map { labeler?.labelled($0) ?? $0 }
        let outcome = try? VersionedResources(diff: SmartDiff(config: config)).calculate(declared: labelled, live: live)
        return outcome?.others ?? declared
    }

    private static func change(
        existing: Value?, new: Value, diff: SmartDiff, waits: WaitRules
    ) throws(KappError) -> ResourceChange? {
        if new.hasAnnotation(KappKey.noop) { return nil }
        if new.hasAnnotation(KappKey.exists) {
            return existing == nil ? ResourceChange(.exists, waiting: .reconcile, declared: new) : nil
        }
        guard let existing else { return try creation(of: new, diff: diff) }
        let comparison = diff.compare(existing: existing, new: new)
        let waiting: ResourceChange.Waiting = new.hasAnnotation(KappKey.disableWait) ? .noop : .reconcile
        if comparison.edits.isEmpty {
            let state = waits.state(of: existing)
            guard waiting == .reconcile, !(state.isDone && state.isSuccessful) else { return nil }
            return ResourceChange(.noop, waiting: .reconcile, existing: existing, declared: new)
        }
        return ResourceChange(
            .update, waiting: waiting, strategy: try updateStrategy(new), existing: existing, declared: new,
            desired: comparison.desired.map(ResourceLabeler.identified), edits: comparison.edits,
            diff: diff.lines(from: comparison.base, to: comparison.desired),
            overridesOutsideEdit: !comparison.isTrusted && existing.hasAnnotation(KappKey.originalDiffMD5))
    }

    static func creation(of object: Value, diff: SmartDiff) throws(KappError) -> ResourceChange {
        let strategy: ResourceChange.Strategy
        switch object.objectAnnotations[KappKey.createStrategy] ?? "" {
        case "": strategy = .plain
        case "fallback-on-update": strategy = .fallbackOnUpdate
        case "fallback-on-update-or-noop": strategy = .fallbackOnUpdateOrNoop
        case let other: throw KappError("Unknown create strategy: \(other)")
        }
        return ResourceChange(
            .create, waiting: object.hasAnnotation(KappKey.disableWait) ? .noop : .reconcile, strategy: strategy,
            declared: object, desired: ResourceLabeler.identified(object), diff: diff.lines(from: nil, to: object))
    }

    private static func updateStrategy(_ object: Value) throws(KappError) -> ResourceChange.Strategy {
        switch object.objectAnnotations[KappKey.updateStrategy] ?? "" {
        case "": return .plain
        case "fallback-on-replace": return .fallbackOnReplace
        case "always-replace": return .alwaysReplace
        case "skip": return .skip
        case let other: throw KappError("Unknown update strategy: \(other)")
        }
    }

    /// The deletion of a live object: orphaned when it says so.
    static func deletion(of live: Value) -> ResourceChange {
        let orphan = live.objectAnnotations[KappKey.deleteStrategy] == "orphan"
        return ResourceChange(
            .delete, waiting: live.hasAnnotation(KappKey.disableWait) ? .noop : .delete,
            strategy: orphan ? .orphan : .plain, existing: live)
    }

    private static func checkOwners(_ declared: [Value], _ live: Live, _ label: String) throws(KappError) {
        let wanted = Set(declared.map(\.identity))
        let errors = live.byName.filter { wanted.contains($0.identity) }.compactMap { object -> String? in
            guard let other = object.objectLabels[KappKey.app], other != label else { return nil }
            let owner = live.apps[other].map { "app \($0)" } ?? "app whose record is not on this cluster"
            return "- Resource '\(object.kappDescription)' is already associated with a different \(owner) "
                + "(label '\(KappKey.app)=\(other)')"
        }
        guard errors.isEmpty else { throw KappError("Ownership errors:\n" + errors.joined(separator: "\n")) }
    }

    /// How an owner is written in `Live.apps`: `'harbor.app' namespace: svc-harbor-domain-c8`.
    package static func owner(name: String, namespace: String) -> String { "'\(name)' namespace: \(namespace)" }
}
