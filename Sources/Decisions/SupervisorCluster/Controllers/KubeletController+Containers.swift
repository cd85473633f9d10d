internal import FleetModel
internal import ResourceModel

/// The life of one container.
extension KubeletController {
    /// Moves a container as far as it comes now; returns when it moves again by itself.
    mutating func advance(
        _ container: inout ContainerRuntime, of pod: Value, _ runtime: PodRuntime,
        _ store: inout some ControllerStore, _ settings: ControllerSettings, isInit: Bool
    ) -> Timestamp? {
        let now = store.now
        // A life has few stages; the bound only guards against a setting that makes them all take no time.
        for _ in 0..<12 {
            switch container.state {
            case .idle:
                beginPull(&container, of: pod, runtime, &store)
            case .pulling(let since):
                let end = since.advanced(by: settings.imagePull)
                guard end <= now else { return end }
                endPull(&container, of: pod, runtime, &store, settings)
            case .pullFailed(let retry, let backingOff):
                guard let next = pullBackOff(&container, of: pod, retry, backingOff, &store) else { continue }
                return next
            case .misconfigured(_, let retry):
                guard retry <= now else { return retry }
                create(&container, of: pod, &store)
            case .starting(let since):
                let end = since.advanced(by: settings.containerStart)
                guard end <= now else { return end }
                record(pod, "Normal", "Started", "Started container \(container.name)", &store)
                container.state = .running(since: now)
            case .running(let since):
                let next = run(&container, of: pod, since, &store, settings, isInit: isInit)
                if container.isRunning { return next }
            case .backOff(let retry, _):
                guard retry <= now else { return retry }
                container.state = .idle
            case .exited:
                return nil
            }
        }
        return now.advanced(byMilliseconds: 1000)
    }

    private mutating func beginPull(
        _ container: inout ContainerRuntime, of pod: Value, _ runtime: PodRuntime,
        _ store: inout some ControllerStore
    ) {
        if !container.alwaysPulls || container.restarts > 0,
            images[runtime.node]?.contains(container.image) == true
        {
            record(
                pod, "Normal", "Pulled", "Container image \"\(container.image)\" already present on machine", &store)
            create(&container, of: pod, &store)
            return
        }
        record(pod, "Normal", "Pulling", "Pulling image \"\(container.image)\"", &store)
        container.state = .pulling(since: store.now)
    }

    private mutating func endPull(
        _ container: inout ContainerRuntime, of pod: Value, _ runtime: PodRuntime,
        _ store: inout some ControllerStore, _ settings: ControllerSettings
    ) {
        let image = container.image
        if settings.faults.imagePullFailures.contains(where: { $0 == "*" || !$0.isEmpty && image.contains($0) }) {
            container.pullAttempts += 1
            record(
                pod, "Warning", "Failed",
                "Failed to pull image \"\(image)\": rpc error: code = NotFound desc = failed to pull and unpack image "
                    + "\"\(image)\": not found", &store)
            record(pod, "Warning", "Failed", "Error: ErrImagePull", &store)
            let wait = PodRuntime.backOff(container.pullAttempts - 1)
            container.state = .pullFailed(
                retry: store.now.advanced(byMilliseconds: Int64(wait) * 1000), backingOff: false)
            container.repeatAt = store.now.advanced(byMilliseconds: 1000)
            return
        }
        container.pullAttempts = 0
        images[runtime.node, default: []].insert(image)
        let time = PodRuntime.text(settings.imagePull)
        // 1.25 does not tell the size.
        let size = store.profile == .kubernetes132 ? " Image size: \(Self.imageSize(image)) bytes." : ""
        record(
            pod, "Normal", "Pulled",
            "Successfully pulled image \"\(image)\" in \(time) (\(time) including waiting)"
                + (size.isEmpty ? "" : "." + size), &store)
        create(&container, of: pod, &store)
    }

    /// A size that belongs to the name: 20 MB to 220 MB.
    static func imageSize(_ image: String) -> Int {
        20_000_000 + image.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFF_FFFF } % 200_000_000
    }

    /// nil when the pull begins again.
    private func pullBackOff(
        _ container: inout ContainerRuntime, of pod: Value, _ retry: Timestamp, _ backingOff: Bool,
        _ store: inout some ControllerStore
    ) -> Timestamp? {
        let now = store.now
        if retry <= now {
            record(pod, "Normal", "Pulling", "Pulling image \"\(container.image)\"", &store)
            container.state = .pulling(since: now)
            return nil
        }
        if let next = container.repeatAt, next <= now {
            record(pod, "Normal", "BackOff", "Back-off pulling image \"\(container.image)\"", &store)
            record(pod, "Warning", "Failed", "Error: ImagePullBackOff", &store)
            container.state = .pullFailed(retry: retry, backingOff: true)
            container.repeatAt = now.advanced(byMilliseconds: 15_000)
        }
        return store.earliest(retry, container.repeatAt)
    }

    private func create(
        _ container: inout ContainerRuntime, of pod: Value, _ store: inout some ControllerStore
    ) {
        if let problem = configurationProblem(container.spec, namespace: pod.objectNamespace, &store) {
            record(pod, "Warning", "Failed", "Error: \(problem)", &store)
            container.state = .misconfigured(
                message: problem, retry: store.now.advanced(byMilliseconds: 5000))
            return
        }
        let colon = store.profile == .kubernetes132 ? ":" : ""
        record(pod, "Normal", "Created", "Created container\(colon) \(container.name)", &store)
        container.state = .starting(since: store.now)
    }

    /// Runs on, or ends the container; returns when something happens next, nil when nothing will.
    private func run(
        _ container: inout ContainerRuntime, of pod: Value, _ since: Timestamp, _ store: inout some ControllerStore,
        _ settings: ControllerSettings, isInit: Bool
    ) -> Timestamp? {
        let now = store.now
        let restart = pod.textAt("spec", "restartPolicy")
        let isService = restart.isEmpty || restart == "Always"
        if ControllerFaults.has(settings.faults.crashingPods, pod), !isInit {
            let end = since.advanced(byMilliseconds: 1000)
            guard end <= now else { return end }
            fail(&container, of: pod, since, restart, &store)
            return nil
        }
        let isSidecar = isInit && container.spec.textAt("restartPolicy") == "Always"
        if (isInit || !isService), !isSidecar {
            let end = since.advanced(by: isInit ? settings.initContainerRun : settings.jobRun)
            guard end <= now else { return end }
            container.state = .exited(code: 0, since: since, at: now)
            return nil
        }
        let ready = Self.readyTime(container, of: pod, settings)
        if let ready, ready > now { return ready }
        if ready == nil {
            if let next = container.repeatAt, next > now { return next }
            record(
                pod, "Warning", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", &store)
            container.repeatAt = now.advanced(byMilliseconds: 10_000)
            return container.repeatAt
        }
        return nil
    }

    private func fail(
        _ container: inout ContainerRuntime, of pod: Value, _ since: Timestamp, _ restart: String,
        _ store: inout some ControllerStore
    ) {
        let now = store.now
        container.lastState = Self.terminated(code: 1, since: since, at: now)
        if restart == "Never" {
            container.state = .exited(code: 1, since: since, at: now)
            return
        }
        let wait = PodRuntime.backOff(container.restarts)
        container.restarts += 1
        container.state = .backOff(retry: now.advanced(byMilliseconds: Int64(wait) * 1000), wait: wait)
        let subject = " \(container.name) in pod \(pod.objectName)_\(pod.objectNamespace)(\(pod.uid))"
        record(
            pod, "Warning", "BackOff",
            "Back-off restarting failed container" + (store.profile == .kubernetes132 ? subject : ""), &store)
    }

    /// When a running container is ready; nil = never (a fault).
    static func readyTime(_ container: ContainerRuntime, of pod: Value, _ settings: ControllerSettings) -> Timestamp? {
        guard case .running(let since) = container.state else { return nil }
        if ControllerFaults.has(settings.faults.unreadyPods, pod) { return nil }
        var ready = since
        if container.spec["readinessProbe"] != nil || container.spec["startupProbe"] != nil {
            ready = ready.advanced(by: settings.readinessDelay)
        }
        for slow in settings.faults.slowPods where ControllerFaults.has([slow.pattern], pod) {
            ready = ready.advanced(by: slow.delay)
        }
        return ready
    }
}
