internal import FleetModel
internal import ResourceModel

/// How far and how fast replicas may change: windows, scale rates and the autoscaler's own bounds.
struct AutoscalerLimits {
    struct Note: Hashable {
        var reason: String
        var message: String
    }

    struct Outcome {
        var replicas: Int
        /// Of the condition `AbleToScale`.
        var stability: Note
        /// Of the condition `ScalingLimited`.
        var limit: Note
        var isLimited: Bool
    }

    /// Nil: an older autoscaler's rules, twice as many at once and five minutes before fewer.
    var behavior: Value?
    var least: Int
    var most: Int
    var now: Timestamp
    var history: AutoscalerHistory

    /// `--horizontal-pod-autoscaler-downscale-stabilization`, seconds.
    private static let downWindow = 300

    private static let steady = Note(reason: "ReadyForNewScale", message: "recommended size matches current size")
    private static let fewer = Note(
        reason: "ScaleDownStabilized",
        message: "recent recommendations were higher than current one, applying the highest recent recommendation")
    private static let slower = Note(
        reason: "ScaleUpStabilized",
        message: "recent recommendations were lower than current one, applying the lowest recent recommendation")
    private static let within = Note(
        reason: "DesiredWithinRange", message: "the desired count is within the acceptable range")
    private static let tooMany = Note(
        reason: "TooManyReplicas", message: "the desired replica count is more than the maximum replica count")
    private static let tooFew = Note(
        reason: "TooFewReplicas", message: "the desired replica count is less than the minimum replica count")
    private static let upLimit = Note(
        reason: "ScaleUpLimit",
        message: "the desired replica count is increasing faster than the maximum scale rate")
    private static let downLimit = Note(
        reason: "ScaleDownLimit",
        message: "the desired replica count is decreasing faster than the maximum scale rate")

    func normalized(_ proposal: Int, current: Int) -> Outcome {
        let (stable, stability) = stabilized(proposal, current)
        let (replicas, limit) = bounded(stable, current)
        return Outcome(replicas: replicas, stability: stability, limit: limit, isLimited: replicas != stable)
    }

    // MARK: Windows

    private func stabilized(_ proposal: Int, _ current: Int) -> (Int, Note) {
        guard behavior != nil else {
            let highest = history.recommended(within: Self.downWindow, before: now).reduce(proposal, max)
            return highest == proposal ? (proposal, Self.steady) : (highest, Self.fewer)
        }
        let up = window("scaleUp", 0)
        let down = window("scaleDown", Self.downWindow)
        let lowest = history.recommended(within: up, before: now).reduce(proposal, min)
        let highest = history.recommended(within: down, before: now).reduce(proposal, max)
        let stable = min(max(current, lowest), highest)
        if stable == proposal { return (stable, Self.steady) }
        return (stable, proposal >= current ? Self.slower : Self.fewer)
    }

    private func window(_ direction: String, _ standard: Int) -> Int {
        min(3600, max(0, behavior?.intAt(direction, "stabilizationWindowSeconds") ?? standard))
    }

    // MARK: Bounds and rates

    private func bounded(_ wanted: Int, _ current: Int) -> (Int, Note) {
        guard behavior != nil else {
            let rate = max(2 * current, 4)
            if wanted < least { return (least, Self.tooFew) }
            if wanted > min(most, rate) { return most > rate ? (rate, Self.upLimit) : (most, Self.tooMany) }
            return (wanted, Self.within)
        }
        if wanted > current {
            let rate = max(current, growth(current))
            if wanted > min(most, rate) { return most > rate ? (rate, Self.upLimit) : (most, Self.tooMany) }
        } else if wanted < current {
            let rate = min(current, shrinkage(current))
            if wanted < max(least, rate) { return least < rate ? (rate, Self.downLimit) : (least, Self.tooFew) }
        }
        return (wanted, Self.within)
    }

    private func policies(_ direction: String, _ standard: [Value]) -> [Value] {
        let given = behavior?.itemsAt(direction, "policies") ?? []
        return given.isEmpty ? standard : given
    }

    private func growth(_ current: Int) -> Int {
        let choice = behavior?.textAt("scaleUp", "selectPolicy") ?? ""
        if choice == "Disabled" { return current }
        let limits = policies(
            "scaleUp",
            [
                ["type": "Pods", "value": 4, "periodSeconds": 15],
                ["type": "Percent", "value": 100, "periodSeconds": 15],
            ]
        ).map { policy in
            let (added, removed) = history.changed(within: policy.intAt("periodSeconds") ?? 15, before: now)
            let start = current - added + removed
            let value = policy.intAt("value") ?? 0
            guard policy.textAt("type") == "Percent" else { return start + value }
            return Int((Double(start) * (1 + Double(value) / 100)).rounded(.up))
        }
        return (choice == "Min" ? limits.min() : limits.max()) ?? current
    }

    private func shrinkage(_ current: Int) -> Int {
        let choice = behavior?.textAt("scaleDown", "selectPolicy") ?? ""
        if choice == "Disabled" { return current }
        let limits = policies("scaleDown", [["type": "Percent", "value": 100, "periodSeconds": 15]]).map { policy in
            let (added, removed) = history.changed(within: policy.intAt("periodSeconds") ?? 15, before: now)
            let start = current - added + removed
            let value = policy.intAt("value") ?? 0
            guard policy.textAt("type") == "Percent" else { return start - value }
            return Int(Double(start) * (1 - Double(min(100, value)) / 100))
        }
        return (choice == "Min" ? limits.max() : limits.min()) ?? current
    }
}
