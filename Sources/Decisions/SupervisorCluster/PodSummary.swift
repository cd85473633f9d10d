internal import FleetModel
internal import ResourceModel

/// READY, STATUS and RESTARTS of a pod as `kubectl get pods` shows them (printers.go `printPod`).
struct PodSummary {
    private(set) var ready = ""
    private(set) var status = ""
    private var restartCount: Int64 = 0
    private var lastRestart: String?

    init(_ pod: Value) {
        var reason = pod[at: "status", "reason"]?.stringValue ?? pod[at: "status", "phase"]?.stringValue ?? ""
        let containers = pod[at: "spec", "containers"]?.arrayValue ?? []
        let statuses = pod[at: "status", "containerStatuses"]?.arrayValue ?? []
        var readyCount = 0
        var initReason: String?
        let initContainers = pod[at: "spec", "initContainers"]?.arrayValue ?? []
        for (index, status) in (pod[at: "status", "initContainerStatuses"]?.arrayValue ?? []).enumerated() {
            note(status)
            if let ended = status[at: "state", "terminated"], ended.objectValue != nil {
                if ended["exitCode"]?.intValue == 0 { continue }
                initReason = "Init:" + (ended["reason"]?.stringValue ?? "ExitCode:\(ended["exitCode"]?.intValue ?? 1)")
            } else if let waiting = status[at: "state", "waiting", "reason"]?.stringValue,
                waiting != "PodInitializing"
            {
                initReason = "Init:\(waiting)"
            } else {
                initReason = "Init:\(index)/\(initContainers.count)"
            }
            break
        }
        if let initReason {
            reason = initReason
        } else {
            restartCount = 0
            var hasRunning = false
            for status in statuses.reversed() {
                note(status)
                if let waiting = status[at: "state", "waiting", "reason"]?.stringValue, !waiting.isEmpty {
                    reason = waiting
                } else if let ended = status[at: "state", "terminated"], ended.objectValue != nil {
                    reason = ended["reason"]?.stringValue ?? "ExitCode:\(ended["exitCode"]?.intValue ?? 0)"
                } else if status["ready"]?.boolValue ?? false, status[at: "state", "running"] != nil {
                    hasRunning = true
                    readyCount += 1
                }
            }
            if reason == "Completed", hasRunning { reason = "Running" }
        }
        if pod.isBeingDeleted { reason = "Terminating" }
        ready = "\(readyCount)/\(containers.count)"
        status = reason
    }

    private mutating func note(_ status: Value) {
        restartCount += status["restartCount"]?.intValue ?? 0
        lastRestart = status[at: "lastState", "terminated", "finishedAt"]?.stringValue ?? lastRestart
    }

    func restarts(_ now: Timestamp) -> String {
        guard restartCount > 0, let lastRestart else { return String(restartCount) }
        return "\(restartCount) (\(Age.text(lastRestart, now)) ago)"
    }
}
