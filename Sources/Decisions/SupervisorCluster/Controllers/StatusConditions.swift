internal import FleetModel
internal import ResourceModel

/// Conditions of a status, with Kubernetes' rule for `lastTransitionTime`: it moves only when `status` does.
struct StatusConditions {
    private(set) var list: [Value]

    init(_ list: [Value]) { self.list = list }

    subscript(type: String) -> Value? { list.first { $0.textAt("type") == type } }

    /// Sets a condition; one that says the same (status, reason, message) is left as it is.
    mutating func set(
        _ type: String, _ status: String, reason: String = "", message: String = "", at now: Timestamp,
        extra: [String: Value] = [:]
    ) {
        var condition: Value = .object(extra)
        condition["type"] = .string(type)
        condition["status"] = .string(status)
        if !reason.isEmpty { condition["reason"] = .string(reason) }
        if !message.isEmpty { condition["message"] = .string(message) }
        guard let index = list.firstIndex(where: { $0.textAt("type") == type }) else {
            condition["lastTransitionTime"] = .string(now.seconds)
            list.append(condition)
            return
        }
        let old = list[index]
        let same = old.textAt("status") == status
        condition["lastTransitionTime"] =
            (same ? old["lastTransitionTime"] : nil) ?? .string(now.seconds)
        if same, old.textAt("reason") == reason, old.textAt("message") == message,
            extra.allSatisfy({ old[$0.key] == $0.value || $0.key == "lastUpdateTime" })
        {
            return
        }
        list[index] = condition
    }

    mutating func remove(_ type: String) { list.removeAll { $0.textAt("type") == type } }

    /// Removes and appends, as the deployment controller does: the newest stands last.
    mutating func moveToEnd(_ type: String) {
        guard let index = list.firstIndex(where: { $0.textAt("type") == type }) else { return }
        list.append(list.remove(at: index))
    }

    mutating func keepTransition(_ type: String, _ time: Value) {
        guard let index = list.firstIndex(where: { $0.textAt("type") == type }) else { return }
        list[index]["lastTransitionTime"] = time
    }

    /// Puts the named types first, in this order; the others keep theirs.
    mutating func order(_ types: [String]) {
        func place(_ condition: Value) -> Int { types.firstIndex(of: condition.textAt("type")) ?? types.count }
        let places = list.map(place)
        guard zip(places, places.dropFirst()).contains(where: { $0 > $1 }) else { return }
        list = zip(places, list).enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
            .map(\.element.1)
    }

    var value: Value? { list.isEmpty ? nil : .array(list) }
}
