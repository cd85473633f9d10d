package import ResourceModel

/// One field that differs.
package struct FieldEdit: Hashable, Sendable {
    package var path: FieldPath
    /// Nil when the field is absent on that side.
    package var old: Value?
    package var new: Value?

    /// All leaf differences between two values, keys sorted; a list that changed length is compared item by item.
    package static func between(_ old: Value?, _ new: Value?, at path: FieldPath = FieldPath([])) -> [FieldEdit] {
        if old == new { return [] }
        switch (old, new) {
        case (.object(let left)?, .object(let right)?):
            return Set(left.keys).union(right.keys).sorted().flatMap { key in
                between(left[key], right[key], at: path.appending(.key(key)))
            }
        case (.array(let left)?, .array(let right)?):
            return (0..<max(left.count, right.count)).flatMap { index in
                between(
                    left.indices.contains(index) ? left[index] : Optional.none,
                    right.indices.contains(index) ? right[index] : Optional.none,
                    at: path.appending(.index(index)))
            }
        default: return [FieldEdit(path: path, old: old, new: new)]
        }
    }
}

/// kapp's comparison of a live object with the declared one.
///
/// If the live object still differs from what was last applied in exactly the way it did right after applying (same
/// fingerprint), nobody edited it: then last-applied and new are compared, so that server defaults and controllers'
/// writes never show. Any outside edit disarms this trust and the whole live object is compared and pushed back.
package struct SmartDiff: Hashable, Sendable {
    package var config: KappConfig
    package init(config: KappConfig = .standard) { self.config = config }

    package struct Comparison: Hashable, Sendable {
        /// What the new object was compared with: last-applied laid over live when trusted, else live.
        package var base: Value?
        /// The object to send (without identity), rebased on live; nil when the object goes.
        package var desired: Value?
        package var edits: [FieldEdit]
        /// False when the live object was edited by someone else since it was applied, or has no history.
        package var isTrusted: Bool
    }

    package func compare(existing: Value?, new: Value?) -> Comparison {
        guard var base = existing.map(ResourceLabeler.unidentified) else {
            return Comparison(base: nil, desired: new, edits: FieldEdit.between(nil, new), isTrusted: true)
        }
        var isTrusted = false
        if let applied = trustedLastApplied(of: base) ?? new.flatMap({ unrecorded($0, on: base) }) {
            base = rebased(applied, on: base)
            isTrusted = true
        }
        base = withoutHistory(base)
        guard let new else {
            return Comparison(
                base: base, desired: nil, edits: FieldEdit.between(base, nil), isTrusted: isTrusted)
        }
        let desired = rebased(withoutHistory(new), on: base)
        return Comparison(
            base: base, desired: desired, edits: FieldEdit.between(base, desired), isTrusted: isTrusted)
    }

    /// Last-applied, if the live object still matches it as recorded.
    package func trustedLastApplied(of live: Value) -> Value? {
        guard let applied = lastApplied(of: live), let digest = live.objectAnnotations[KappKey.originalDiffMD5],
            fingerprint(saved: live, applied: applied) == digest
        else { return nil }
        return applied
    }

    /// An object too big to record has only its fingerprint: if the new one still gives the same, it is what was
    /// applied and nobody edited it since.
    private func unrecorded(_ new: Value, on live: Value) -> Value? {
        guard !live.hasAnnotation(KappKey.original), let digest = live.objectAnnotations[KappKey.originalDiffMD5],
            fingerprint(saved: live, applied: new) == digest
        else { return Optional.none }
        return withoutHistory(new)
    }

    /// What was last applied according to the live object's own record, trusted or not.
    package func lastApplied(of live: Value) -> Value? {
        live.objectAnnotations[KappKey.original].flatMap { try? JSONReader.read($0) }
    }

    /// The annotations that record what was applied; written after the server answered, because the fingerprint is of
    /// the difference it made (defaults, bookkeeping). Empty when the object opts out; without the object itself, only
    /// its fingerprint, when it is too big for an annotation.
    package func history(saved: Value, applied: Value) -> [String: String] {
        guard !applied.hasAnnotation(KappKey.disableOriginal) else { return [:] }
        let text = JSONWriter.text(withoutHistory(applied))
        var history = [KappKey.originalDiffMD5: fingerprint(saved: saved, applied: applied)]
        // Annotations share one limit; half of it leaves room for the others of a large object.
        if text.utf8.count <= KappKey.annotationLimit / 2 { history[KappKey.original] = text }
        return history
    }

    package func fingerprint(saved: Value, applied: Value) -> String {
        var live = ResourceLabeler.unidentified(saved)
        for rule in config.lastAppliedExclusions where rule.matchers.anyMatches(live) { live.remove(at: rule.path) }
        live = withoutHistory(live)
        let edits = FieldEdit.between(live, rebased(withoutHistory(applied), on: live))
        let lines = edits.map { edit in
            let old = edit.old.map { JSONWriter.text($0) } ?? "-"
            return "\(edit.path) \(old) \(edit.new.map { JSONWriter.text($0) } ?? "-")"
        }
        return FormatDigest.hex(FormatDigest.md5(Array(lines.joined(separator: "\n").utf8)))
    }

    /// Lines for people: YAML diff with Secret values masked.
    package func lines(from old: Value?, to new: Value?) -> [String] {
        let (left, right) = masked(old, new)
        return TextDiff(
            existing: left.map { YAMLWriter.text($0) } ?? "", new: right.map { YAMLWriter.text($0) } ?? ""
        ).printed()
    }

    /// Both objects with masked fields replaced by `<-- value not shown (#n)`; equal values get equal numbers, so that
    /// a change is seen without being told.
    package func masked(_ old: Value?, _ new: Value?) -> (Value?, Value?) {
        var numbers: [Value: Int] = [:]
        func mask(_ object: Value?) -> Value? {
            guard var object else { return nil }
            for rule in config.maskRules where rule.matchers.anyMatches(object) {
                object.update(at: rule.path) { field in
                    guard let fields = field?.objectValue else {
                        if field != nil { field = "<-- value not shown" }
                        return
                    }
                    for key in fields.keys.sorted() {
                        let number = numbers[fields[key]!] ?? numbers.count + 1
                        numbers[fields[key]!] = number
                        field?[key] = .string("<-- value not shown (#\(number))")
                    }
                }
            }
            return object
        }
        let left = mask(old)
        return (left, mask(new))
    }

    private func withoutHistory(_ object: Value) -> Value {
        var result = object
        for rule in config.existingExclusions where rule.matchers.anyMatches(object) { result.remove(at: rule.path) }
        result.remove(at: ["metadata", "annotations", KappKey.original])
        result.remove(at: ["metadata", "annotations", KappKey.originalDiffMD5])
        result.remove(at: ["metadata", "managedFields"])
        if result.metadata["annotations"]?.objectValue?.isEmpty == true {
            result.remove(at: ["metadata", "annotations"])
        }
        return result
    }
}
