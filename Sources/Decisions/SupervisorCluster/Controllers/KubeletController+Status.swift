internal import FleetModel
internal import ResourceModel

/// The status of a pod as its node reports it.
extension KubeletController {
    func writeStatus(
        _ pod: Value, _ runtime: PodRuntime, _ store: inout some ControllerStore, _ settings: ControllerSettings
    ) -> Value {
        let now = store.now
        var status: Value = ["startTime": .string(runtime.startedAt.seconds)]
        let old = pod["status"] ?? [:]
        status["qosClass"] = old["qosClass"] ?? .string(Self.qosClass(pod))
        let ready = runtime.containers.map {
            Self.readyTime($0, of: pod, settings).map { $0 <= now } ?? false
        }
        let phase = Self.phase(pod, runtime)
        status["phase"] = .string(phase)
        if !runtime.hostAddress.isEmpty {
            status["hostIP"] = .string(runtime.hostAddress)
            if store.profile == .kubernetes132 {
                status["hostIPs"] = .array([["ip": .string(runtime.hostAddress)]])
            }
        }
        if !runtime.address.isEmpty {
            status["podIP"] = .string(runtime.address)
            status["podIPs"] = .array([["ip": .string(runtime.address)]])
        }
        if !runtime.inits.isEmpty {
            status["initContainerStatuses"] = .array(
                runtime.inits.map { container in
                    let isSidecar = container.spec.textAt("restartPolicy") == "Always"
                    return Self.containerStatus(
                        container, pod, ready: container.hasSucceeded || (isSidecar && container.isRunning),
                        waiting: "PodInitializing")
                })
        }
        if let looking = pod[at: "spec", "ephemeralContainers"]?.arrayValue, !looking.isEmpty {
            status["ephemeralContainerStatuses"] = .array(looking.map { Self.ephemeralStatus($0, of: old, at: now) })
        }
        status["containerStatuses"] = .array(
            zip(runtime.containers, ready).map { container, isReady in
                Self.containerStatus(
                    container, pod, ready: isReady,
                    waiting: runtime.inits.isEmpty ? "ContainerCreating" : "PodInitializing")
            })
        status["conditions"] = conditions(
            pod, runtime, phase: phase, ready: ready, at: now, profile: store.profile)
        return store.putStatus(status, of: pod)
    }

    /// The kubelet lists its conditions in this order.
    private static let conditionOrder = [
        "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled",
    ]

    private func conditions(
        _ pod: Value, _ runtime: PodRuntime, phase: String, ready: [Bool], at now: Timestamp, profile: ServerProfile
    ) -> Value? {
        var conditions = StatusConditions(pod.itemsAt("status", "conditions"))
        func set(_ type: String, _ holds: Bool, _ reason: String = "", _ message: String = "") {
            conditions.set(
                type, holds ? "True" : "False", reason: holds && reason != "PodCompleted" ? "" : reason,
                message: holds ? "" : message, at: now, extra: ["lastProbeTime": .null])
        }
        if profile == .kubernetes132 { set("PodReadyToStartContainers", runtime.isMounted) }
        let waitingInits = runtime.inits.filter { !$0.hasSucceeded }.map(\.name)
        let finished = phase == "Succeeded"
        set(
            "Initialized", runtime.isInitialized,
            runtime.isInitialized && finished ? "PodCompleted" : "ContainersNotInitialized",
            "containers with incomplete status: [\(waitingInits.joined(separator: " "))]")
        let unready = zip(runtime.containers, ready).filter { !$0.1 }.map(\.0.name)
        let isReady = unready.isEmpty && runtime.isInitialized && !finished
        let reason = finished ? "PodCompleted" : "ContainersNotReady"
        let message =
            finished ? "" : "containers with unready status: [\(unready.joined(separator: " "))]"
        set("Ready", isReady, reason, message)
        set("ContainersReady", isReady, reason, message)
        set("PodScheduled", true)
        conditions.order(Self.conditionOrder)
        return conditions.value
    }

    /// kubelet_pods.go getPhase.
    static func phase(_ pod: Value, _ runtime: PodRuntime) -> String {
        guard runtime.isInitialized else {
            let restart = pod.textAt("spec", "restartPolicy")
            return restart == "Never" && runtime.inits.contains(where: \.hasFailed) ? "Failed" : "Pending"
        }
        var isWaiting = false
        for container in runtime.containers {
            switch container.state {
            case .running, .exited, .backOff: break
            case .idle, .pulling, .pullFailed, .misconfigured, .starting:
                if container.lastState == nil { isWaiting = true }
            }
        }
        if isWaiting { return "Pending" }
        guard runtime.containers.allSatisfy(\.isExited) else { return "Running" }
        return runtime.containers.allSatisfy(\.hasSucceeded) ? "Succeeded" : "Failed"
    }

    private static func qosClass(_ pod: Value) -> String {
        let containers = pod.itemsAt("spec", "containers") + pod.itemsAt("spec", "initContainers")
        let resources = containers.map { $0["resources"] ?? [:] }
        if resources.allSatisfy({ $0.fieldsAt("requests").isEmpty && $0.fieldsAt("limits").isEmpty }) {
            return "BestEffort"
        }
        let guaranteed = resources.allSatisfy { resource in
            let limits = resource.fieldsAt("limits")
            let requests = resource.fieldsAt("requests")
            return ["cpu", "memory"].allSatisfy {
                limits[$0] != nil && (requests[$0] == nil || requests[$0] == limits[$0])
            }
        }
        return guaranteed ? "Guaranteed" : "Burstable"
    }

    static func terminated(code: Int, since: Timestamp, at: Timestamp) -> Value {
        [
            "terminated": [
                "exitCode": .int(Int64(code)), "reason": code == 0 ? "Completed" : "Error",
                "startedAt": .string(since.seconds), "finishedAt": .string(at.seconds),
            ]
        ]
    }

    private static func containerStatus(
        _ container: ContainerRuntime, _ pod: Value, ready: Bool, waiting: String
    ) -> Value {
        var status: Value = [
            "name": .string(container.name), "image": .string(container.image), "ready": .bool(ready),
            "restartCount": .int(Int64(container.restarts)), "lastState": container.lastState ?? [:],
            "started": .bool(container.isRunning), "imageID": "",
        ]
        func wait(_ reason: String, _ message: String = "") -> Value {
            var state: Value = ["reason": .string(reason)]
            if !message.isEmpty { state["message"] = .string(message) }
            return ["waiting": state]
        }
        switch container.state {
        case .idle, .pulling, .starting:
            status["state"] = wait(waiting)
        case .pullFailed(_, let backingOff):
            status["state"] =
                backingOff
                ? wait("ImagePullBackOff", "Back-off pulling image \"\(container.image)\"")
                : wait(
                    "ErrImagePull",
                    "rpc error: code = NotFound desc = failed to pull and unpack image \"\(container.image)\": "
                        + "not found")
        case .misconfigured(let message, _):
            status["state"] = wait("CreateContainerConfigError", message)
        case .backOff(_, let seconds):
            status["state"] = wait(
                "CrashLoopBackOff",
                "back-off \(PodRuntime.text(seconds: seconds)) restarting failed container=\(container.name) "
                    + "pod=\(pod.objectName)_\(pod.objectNamespace)(\(pod.uid))")
        case .running(let since):
            status["state"] = ["running": ["startedAt": .string(since.seconds)]]
        case .exited(let code, let since, let at):
            status["state"] = terminated(code: code, since: since, at: at)
        }
        if container.isRunning || container.isExited || container.lastState != nil {
            status["imageID"] = .string("\(container.image)@simulated")
            status["containerID"] = .string("containerd://\(pod.uid)-\(container.name)-\(container.restarts)")
        }
        return status
    }

    /// A container for a look inside runs from when its node first sees it.
    private static func ephemeralStatus(_ container: Value, of status: Value, at now: Timestamp) -> Value {
        let known = status.itemsAt("ephemeralContainerStatuses").first { $0["name"] == container["name"] }
        return known ?? [
            "name": container["name"] ?? "", "image": container["image"] ?? "", "imageID": "", "ready": false,
            "restartCount": 0, "lastState": .object([:]), "state": ["running": ["startedAt": .string(now.seconds)]],
        ]
    }
}
