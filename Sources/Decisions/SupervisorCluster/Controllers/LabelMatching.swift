internal import ResourceModel

/// Label selectors as workloads, services and affinities carry them.
enum LabelMatching {
    /// A `metav1.LabelSelector`: an empty selector matches everything, an absent one nothing.
    static func matches(_ selector: Value?, _ labels: [String: String]) -> Bool {
        guard let selector, !selector.isNull else { return false }
        for (key, value) in selector.stringMap("matchLabels") where labels[key] != value { return false }
        return selector.itemsAt("matchExpressions").allSatisfy { expression($0, labels) }
    }

    /// `{key, operator, values}`; node selector terms use the same form with `Gt` and `Lt` besides.
    static func expression(_ expression: Value, _ labels: [String: String]) -> Bool {
        let found = labels[expression.textAt("key")]
        let values = expression.itemsAt("values").compactMap(\.stringValue)
        switch expression.textAt("operator") {
        case "In": return found.map(values.contains) ?? false
        case "NotIn": return found.map { !values.contains($0) } ?? true
        case "Exists": return found != nil
        case "DoesNotExist": return found == nil
        case "Gt": return compare(found, values) { $0 > $1 }
        case "Lt": return compare(found, values) { $0 < $1 }
        default: return false
        }
    }

    private static func compare(_ found: String?, _ values: [String], _ holds: (Int, Int) -> Bool) -> Bool {
        guard let left = found.flatMap({ Int($0) }), let right = values.first.flatMap({ Int($0) }) else { return false }
        return holds(left, right)
    }
}
