internal import FleetModel
internal import ResourceModel

/// What a node knows of one pod.
struct PodRuntime: Sendable {
    /// The pod's resourceVersion at the last look.
    var seen = ""
    /// When to look again though the pod did not change.
    var due: Timestamp?
    let startedAt: Timestamp
    let node: String
    var hostAddress = ""
    var address = ""
    var mountAttempts = 0
    var mountRetry: Timestamp?
    var isMounted = false
    var inits: [ContainerRuntime]
    var containers: [ContainerRuntime]
    /// When all volumes were there and all init containers had ended.
    var isInitialized = false
    var stopsAt: Timestamp?

    init(pod: Value, now: Timestamp) {
        startedAt = now
        node = pod.textAt("spec", "nodeName")
        inits = pod.itemsAt("spec", "initContainers").map(ContainerRuntime.init)
        containers = pod.itemsAt("spec", "containers").map(ContainerRuntime.init)
    }

    /// Takes over a pod that ran before this memory began: its containers go on running.
    init(adopting pod: Value, now: Timestamp) {
        let start = Timestamp(rfc3339: pod.textAt("status", "startTime")) ?? now
        startedAt = start
        node = pod.textAt("spec", "nodeName")
        inits = pod.itemsAt("spec", "initContainers").map(ContainerRuntime.init)
        containers = pod.itemsAt("spec", "containers").map(ContainerRuntime.init)
        hostAddress = pod.textAt("status", "hostIP")
        address = pod.textAt("status", "podIP")
        seen = ""
        let statuses = pod.itemsAt("status", "containerStatuses")
        guard statuses.contains(where: { $0[at: "state", "running"] != nil }) else { return }
        isMounted = true
        isInitialized = true
        for index in inits.indices { inits[index].state = .exited(code: 0, since: start, at: start) }
        for index in containers.indices {
            let status = statuses.first { $0.textAt("name") == containers[index].name }
            let running = Timestamp(rfc3339: status?.textAt("state", "running", "startedAt") ?? "")
            containers[index].restarts = status?.intAt("restartCount") ?? 0
            if let running { containers[index].state = .running(since: running) }
        }
    }

    /// `CrashLoopBackOff` doubles from 10 s to 5 min, as image pulls do.
    static func backOff(_ attempt: Int) -> Int { min(300, 10 << min(max(0, attempt), 5)) }

    /// Go's duration text: `10s`, `1m20s`, `5m0s`.
    static func text(seconds: Int) -> String {
        seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m\(seconds % 60)s"
    }

    static func text(_ duration: Duration) -> String {
        let parts = duration.components
        let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
        if milliseconds < 1000 { return "\(milliseconds)ms" }
        let rest = milliseconds % 1000
        guard rest > 0 else { return "\(milliseconds / 1000)s" }
        var digits = String(rest + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(milliseconds / 1000).\(digits)s"
    }
}
