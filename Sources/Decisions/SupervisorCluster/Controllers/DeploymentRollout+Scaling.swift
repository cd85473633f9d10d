internal import ResourceModel

/// A Deployment that is scaled: every active ReplicaSet gets its share (sync.go scale, deployment_util.go
/// GetProportion).
extension DeploymentRollout {
    /// Its size changed since an active ReplicaSet was last written.
    var isScaled: Bool {
        replicaSets.contains { set in
            Self.specCount(set) > 0
                && set.objectAnnotations[Self.desiredKey].map { Int($0) != wanted } ?? false
        }
    }

    /// Scales; the rollout itself goes on with the next look.
    mutating func scaleAll(_ store: inout some ControllerStore) {
        let active = replicaSets.filter { Self.specCount($0) > 0 }
        if active.count <= 1, let only = active.first ?? newSet {
            if Self.specCount(only) != wanted { scale(only, to: wanted, &store) } else { annotate(only, &store) }
            return
        }
        guard isRolling else { return }
        let allowed = wanted > 0 ? wanted + fence.surge : 0
        let total = active.reduce(0) { $0 + Self.specCount($1) }
        let change = allowed - total
        // Up: the largest and newest first; down: the largest and oldest first.
        let sorted = active.enumerated().sorted { left, right in
            let sizes = (Self.specCount(left.element), Self.specCount(right.element))
            if sizes.0 != sizes.1 { return sizes.0 > sizes.1 }
            return change > 0 ? left.offset > right.offset : left.offset < right.offset
        }.map(\.element)
        var sizes = sorted.map(Self.specCount)
        var given = 0
        for (index, set) in sorted.enumerated() where change != 0 {
            let most =
                Int(set.objectAnnotations[Self.maxKey] ?? "") ?? (deployment.intAt("status", "replicas") ?? total)
            guard most > 0 else { continue }
            let exact = Double(sizes[index]) * Double(allowed) / Double(most)
            let share = Int(exact.rounded()) - sizes[index]
            let rest = change - given
            let step = change > 0 ? min(max(0, share), rest) : max(min(0, share), rest)
            sizes[index] += step
            given += step
        }
        if let first = sizes.indices.first { sizes[first] = max(0, sizes[first] + change - given) }
        for (index, set) in sorted.enumerated() {
            if sizes[index] != Self.specCount(set) {
                scale(set, to: sizes[index], &store)
            } else {
                annotate(set, &store)
            }
        }
    }
}
