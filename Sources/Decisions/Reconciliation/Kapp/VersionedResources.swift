internal import ResourceModel

/// Versioned objects (`kapp.k14s.io/versioned`): a change makes a new `<name>-ver-N`, references follow, old copies
/// are kept, newest `num-versions` (5) of them.
struct VersionedResources {
    struct Outcome {
        var changes: [ResourceChange]
        /// The other declared objects with references rewritten.
        var others: [Value]
        /// Live objects that no versioned group accounts for.
        var otherLive: [Value]
    }

    private struct Key: Hashable {
        var kind: GroupKind
        var namespace: String
        var base: String
    }

    private struct Version {
        var number: Int
        var object: Value
    }

    private let diff: SmartDiff

    init(diff: SmartDiff) { self.diff = diff }

    /// `harbor-core-ver-3` is base `harbor-core`, version 3.
    static func split(_ name: String) -> (base: String, version: Int?) {
        let parts = name.split(separator: "-ver-", omittingEmptySubsequences: false)
        guard parts.count > 1, let number = parts.last.flatMap({ Int($0) }),
            (0..<1_000_000_000).contains(number)
        else { return (name, nil) }
        return (parts.dropLast().joined(separator: "-ver-"), number)
    }

    func calculate(declared: [Value], live: [Value]) throws(KappError) -> Outcome {
        var versioned = declared.filter { $0.hasAnnotation(KappKey.versioned) }
        var others = declared.filter {
            !$0.hasAnnotation(KappKey.versioned) || $0.hasAnnotation(KappKey.versionedKeepOriginal)
        }
        var existing: [Key: [Version]] = [:]
        var otherLive: [Value] = []
        for object in live {
            let (base, number) = Self.split(object.objectName)
            guard !ResourceLabeler.isTransient(object), object.hasAnnotation(KappKey.versioned), let number else {
                otherLive.append(object)
                continue
            }
            let key = Key(kind: object.groupKind, namespace: object.objectNamespace, base: base)
            existing[key, default: []].append(Version(number: number, object: object))
        }
        for key in existing.keys { existing[key]?.sort { $0.number < $1.number } }

        // References among versioned objects change their content, which may change their names: two passes settle
        // it, as in kapp.
        var names = usedNames(versioned, existing)
        versioned = versioned.map { rewritten($0, names) }
        names = usedNames(versioned, existing)
        versioned = versioned.map { rewritten($0, names) }
        others = others.map { rewritten($0, names) }

        var changes: [ResourceChange] = []
        for object in versioned { changes += try self.changes(of: object, among: existing) }
        let declaredKeys = Set(versioned.map(key(of:)))
        for (key, versions) in existing where !declaredKeys.contains(key) {
            changes += versions.map { ChangeSet.deletion(of: $0.object) }
        }
        changes.sort { left, right in
            let (leftRank, rightRank) = (left.operation == .delete ? 1 : 0, right.operation == .delete ? 1 : 0)
            return leftRank != rightRank
                ? leftRank < rightRank : leftRank == 1 && left.object.identity < right.object.identity
        }
        return Outcome(changes: changes, others: others, otherLive: otherLive)
    }

    private func key(of object: Value) -> Key {
        Key(kind: object.groupKind, namespace: object.objectNamespace, base: object.objectName)
    }

    private func candidate(_ object: Value, _ number: Int) -> Value {
        var named = object
        named[at: "metadata", "name"] = .string("\(object.objectName)-ver-\(number)")
        return named
    }

    private func usedNames(_ versioned: [Value], _ existing: [Key: [Version]]) -> [Key: String] {
        var names: [Key: String] = [:]
        for object in versioned {
            let key = key(of: object)
            guard let last = existing[key]?.last else {
                names[key] = "\(object.objectName)-ver-1"
                continue
            }
            let isSame = compared(last, object).edits.isEmpty
            names[key] = "\(object.objectName)-ver-\(isSame ? last.number : last.number + 1)"
        }
        return names
    }

    /// Names are no difference: the new object is compared under the existing one's name.
    private func compared(_ last: Version, _ object: Value) -> SmartDiff.Comparison {
        diff.compare(existing: last.object, new: candidate(object, last.number))
    }

    private func changes(of object: Value, among existing: [Key: [Version]]) throws(KappError) -> [ResourceChange] {
        let versions = existing[key(of: object)] ?? []
        let keep = try numberToKeep(object)
        let surplus = versions.prefix(max(0, versions.count - keep))
        guard let last = versions.last else {
            return [try ChangeSet.creation(of: candidate(object, 1), diff: diff)]
        }
        let comparison = compared(last, object)
        var changes: [ResourceChange] = []
        if !comparison.edits.isEmpty {
            var creation = try ChangeSet.creation(of: candidate(object, last.number + 1), diff: diff)
            creation.diff = diff.lines(from: comparison.base, to: comparison.desired)
            creation.edits = comparison.edits
            changes.append(creation)
        }
        return changes + surplus.map { ChangeSet.deletion(of: $0.object) }
    }

    private func numberToKeep(_ object: Value) throws(KappError) -> Int {
        guard let text = object.objectAnnotations[KappKey.numVersions] else { return 5 }
        guard let number = Int(text) else {
            throw KappError("Expected annotation '\(KappKey.numVersions)' value to be an integer")
        }
        guard number >= 1 else { throw KappError("Expected annotation '\(KappKey.numVersions)' value to be a >= 1") }
        return number
    }

    private func rewritten(_ object: Value, _ names: [Key: String]) -> Value {
        var result = object
        for rule in diff.config.templateRules {
            for reference in rule.references where reference.matchers.anyMatches(object) {
                result.update(at: reference.path) { field in
                    guard let base = field?[reference.nameKey]?.stringValue else { return }
                    for (key, name) in names where key.base == base {
                        guard key.namespace == (field?["namespace"]?.stringValue ?? object.objectNamespace),
                            field?["kind"]?.stringValue ?? key.kind.kind == key.kind.kind,
                            rule.matchers.anyMatches(sample(key))
                        else { continue }
                        field?[reference.nameKey] = .string(name)
                    }
                }
            }
        }
        return rewrittenExplicitly(result, names)
    }

    /// `kapp.k14s.io/versioned-explicit-ref[.x]`: a YAML object reference in an annotation, followed for any kind.
    private func rewrittenExplicitly(_ object: Value, _ names: [Key: String]) -> Value {
        var result = object
        for (annotation, text) in object.objectAnnotations.sorted(by: { $0.key < $1.key })
        where annotation == KappKey.versionedExplicitReference
            || annotation.hasPrefix(KappKey.versionedExplicitReference + ".")
        {
            guard var reference = try? YAMLDocuments.readOne(text), let base = reference["name"]?.stringValue else {
                continue
            }
            let kind = GroupVersionKind(apiVersion: reference.apiVersion, kind: reference.kind)
            let namespace = reference["namespace"]?.stringValue ?? object.objectNamespace
            let key = Key(kind: GroupKind(group: kind.group, kind: kind.kind), namespace: namespace, base: base)
            guard let name = names[key] else { continue }
            reference["name"] = .string(name)
            result[at: "metadata", "annotations", annotation] = .string(YAMLWriter.text(reference))
        }
        return result
    }

    private func sample(_ key: Key) -> Value {
        let version = key.kind.group.isEmpty ? "v1" : "\(key.kind.group)/v1"
        return ["apiVersion": .string(version), "kind": .string(key.kind.kind)]
    }
}
