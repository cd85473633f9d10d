internal import ResourceModel

/// A pod's state in one word, as `kubectl get pods` prints it in the STATUS column.
enum PodPhase {
    static func text(_ pod: Value) -> String {
        if pod.isBeingDeleted { return "Terminating" }
        if let reason = pod[at: "status", "reason"]?.stringValue, !reason.isEmpty { return reason }
        for (index, status) in (pod[at: "status", "initContainerStatuses"]?.arrayValue ?? []).enumerated() {
            if let text = initText(status, index, pod) { return text }
        }
        var text = pod[at: "status", "phase"]?.stringValue ?? "Unknown"
        var isRunning = false
        for status in (pod[at: "status", "containerStatuses"]?.arrayValue ?? []).reversed() {
            if let waiting = status[at: "state", "waiting", "reason"]?.stringValue, !waiting.isEmpty {
                text = waiting
            } else if let ended = status[at: "state", "terminated"], !ended.isNull {
                text = ended["reason"]?.stringValue ?? "ExitCode:\(ended["exitCode"]?.intValue ?? 0)"
            } else if status["ready"]?.boolValue == true, status[at: "state", "running"] != nil {
                isRunning = true
            }
        }
        return text == "Completed" && isRunning ? "Running" : text
    }

    private static func initText(_ status: Value, _ index: Int, _ pod: Value) -> String? {
        if let ended = status[at: "state", "terminated"], !ended.isNull {
            guard ended["exitCode"]?.intValue ?? 0 != 0 else { return nil }
            return "Init:" + (ended["reason"]?.stringValue ?? "Error")
        }
        if let waiting = status[at: "state", "waiting", "reason"]?.stringValue, !waiting.isEmpty,
            waiting != "PodInitializing"
        {
            return "Init:" + waiting
        }
        return "Init:\(index)/\(pod[at: "spec", "initContainers"]?.arrayValue?.count ?? 0)"
    }
}
