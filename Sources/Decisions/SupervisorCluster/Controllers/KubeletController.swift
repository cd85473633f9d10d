package import FleetModel
package import ResourceModel

/// The nodes of the cluster: runs the containers of every pod that has a node, and ends those that are deleted.
///
/// One pod's containers are started side by side where a real kubelet pulls one image after the other; init containers
/// run in order. Status and events are those of `pkg/kubelet`; the texts that differ between 1.25 and 1.32 follow the
/// store's profile.
package struct KubeletController: Controller {
    private var runtimes: [String: PodRuntime] = [:]
    /// Images that each node has pulled.
    var images: [String: Set<String>] = [:]
    private var lastSettings: ControllerSettings?

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] { [ControllerKinds.pod] }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] { [ControllerKinds.pod] }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let pods = store.list(ControllerKinds.pod, namespace: nil)
        let changed = lastSettings != nil && lastSettings != settings
        lastSettings = settings
        var due: Timestamp?
        let now = store.now
        for pod in pods {
            let isAssigned = pod[at: "spec", "nodeName"]?.stringValue?.isEmpty == false
            guard isAssigned else {
                if pod.isBeingDeleted { finalize(pod, &store) }
                continue
            }
            let uid = pod.uid
            if !changed, let known = runtimes[uid], known.seen == pod.resourceVersion,
                known.due.map({ $0 > now }) ?? true
            {
                due = store.earliest(due, known.due)
                continue
            }
            var runtime = runtimes[uid] ?? begin(pod, &store)
            let after = look(at: pod, &runtime, &store, settings)
            guard let after else {
                runtimes[uid] = nil
                continue
            }
            runtime.seen = after.resourceVersion
            runtimes[uid] = runtime
            due = store.earliest(due, runtime.due)
        }
        if runtimes.count > pods.count {
            let alive = Set(pods.map(\.uid))
            runtimes = runtimes.filter { alive.contains($0.key) }
        }
        return due
    }

    private func begin(_ pod: Value, _ store: inout some ControllerStore) -> PodRuntime {
        if pod.textAt("status", "phase") == "Running" { return PodRuntime(adopting: pod, now: store.now) }
        var runtime = PodRuntime(pod: pod, now: store.now)
        let node = store.get(ControllerKinds.node, namespace: "", name: runtime.node)
        runtime.hostAddress =
            node?.itemsAt("status", "addresses").first { $0.textAt("type") == "InternalIP" }?
            .textAt("address") ?? ""
        return runtime
    }

    /// Brings one pod forward; returns it as stored, or nil when it is gone.
    private mutating func look(
        at pod: Value, _ runtime: inout PodRuntime, _ store: inout some ControllerStore,
        _ settings: ControllerSettings
    ) -> Value? {
        runtime.due = nil
        if pod.isBeingDeleted {
            if stop(pod, &runtime, &store, settings) { return nil }
            return pod
        }
        if pod.isPodFinished { return pod }
        if !runtime.isMounted {
            guard mount(pod, &runtime, &store) else { return writeStatus(pod, runtime, &store, settings) }
        }
        if runtime.address.isEmpty {
            runtime.address =
                pod.flagAt("spec", "hostNetwork") ? runtime.hostAddress : store.allocateAddress(.pod)
        }
        if !runtime.isInitialized { initialize(pod, &runtime, &store, settings) }
        if runtime.isInitialized {
            for index in runtime.containers.indices {
                refresh(pod, &runtime.containers[index], &store, index: index)
                let due = advance(&runtime.containers[index], of: pod, runtime, &store, settings, isInit: false)
                runtime.due = store.earliest(runtime.due, due)
            }
        }
        return writeStatus(pod, runtime, &store, settings)
    }

    /// A changed image of a running pod restarts its container.
    private func refresh(
        _ pod: Value, _ container: inout ContainerRuntime, _ store: inout some ControllerStore, index: Int
    ) {
        guard let spec = pod[at: "spec", "containers"]?[index], spec.textAt("image") != container.image else { return }
        container.spec = spec
        if case .running(let since) = container.state {
            container.lastState = Self.terminated(code: 0, since: since, at: store.now)
            record(
                pod, "Normal", "Killing", "Container \(container.name) definition changed, will be restarted", &store)
            container.restarts += 1
        }
        container.state = .idle
    }

    private mutating func initialize(
        _ pod: Value, _ runtime: inout PodRuntime, _ store: inout some ControllerStore,
        _ settings: ControllerSettings
    ) {
        for index in runtime.inits.indices {
            let due = advance(&runtime.inits[index], of: pod, runtime, &store, settings, isInit: true)
            runtime.due = store.earliest(runtime.due, due)
            let isSidecar = runtime.inits[index].spec.textAt("restartPolicy") == "Always"
            guard runtime.inits[index].hasSucceeded || (isSidecar && runtime.inits[index].isRunning) else { return }
        }
        runtime.isInitialized = true
    }

    /// Tells the containers to stop and removes the pod when they have; true when it is gone.
    private func stop(
        _ pod: Value, _ runtime: inout PodRuntime, _ store: inout some ControllerStore,
        _ settings: ControllerSettings
    ) -> Bool {
        if ControllerFaults.has(settings.faults.stuckTerminatingPods, pod) { return false }
        if runtime.stopsAt == nil {
            for container in runtime.containers + runtime.inits where container.isRunning {
                record(pod, "Normal", "Killing", "Stopping container \(container.name)", &store)
            }
            let grace = pod.intAt("metadata", "deletionGracePeriodSeconds") ?? 30
            let wait = (runtime.containers + runtime.inits).contains(where: \.isRunning)
            runtime.stopsAt = store.now.advanced(
                by: wait ? min(settings.terminationGrace, .seconds(max(0, grace))) : .zero)
        }
        guard let stops = runtime.stopsAt, stops <= store.now else {
            runtime.due = runtime.stopsAt
            return false
        }
        return finalize(pod, &store)
    }

    @discardableResult
    private func finalize(_ pod: Value, _ store: inout some ControllerStore) -> Bool {
        let done: Void? = try? store.finalize(
            ControllerKinds.pod, namespace: pod.objectNamespace, name: pod.objectName)
        return done != nil
    }

    func record(
        _ pod: Value, _ type: String, _ reason: String, _ message: String, _ store: inout some ControllerStore
    ) {
        store.recordEvent(about: pod, type: type, reason: reason, message: message, component: "kubelet")
    }
}

extension ControllerFaults {
    static func has(_ patterns: [String], _ object: Value) -> Bool {
        !patterns.isEmpty
            && NamePattern.anyMatches(patterns, namespace: object.objectNamespace, name: object.objectName)
    }
}
