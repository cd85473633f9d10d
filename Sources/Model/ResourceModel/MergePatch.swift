/// RFC 7386 JSON merge patch.
package enum MergePatch {
    /// The object with the patch laid over it; null removes a key, a list replaces a list.
    package static func apply(_ patch: Value, to target: Value) -> Value {
        guard case .object(let changes) = patch else { return patch }
        var fields = target.objectValue ?? [:]
        for (key, change) in changes {
            if change.isNull {
                fields[key] = nil
            } else {
                fields[key] = apply(change, to: fields[key] ?? .null)
            }
        }
        return .object(fields)
    }

    /// The smallest merge patch that turns `before` into `after`.
    package static func difference(from before: Value, to after: Value) -> Value {
        guard let old = before.objectValue, let new = after.objectValue else { return after }
        var patch: [String: Value] = [:]
        for key in old.keys where new[key] == nil { patch[key] = .null }
        for (key, value) in new where old[key] != value {
            patch[key] =
                old[key].map { $0.objectValue != nil && value.objectValue != nil } ?? false
                ? difference(from: old[key] ?? .null, to: value) : value
        }
        return .object(patch)
    }
}
