internal import FleetModel
internal import ResourceModel

/// What a node knows of one container.
struct ContainerRuntime: Sendable {
    enum State: Sendable, Hashable {
        /// Not looked at yet. Can become pulling, starting.
        case idle
        /// Can become starting, pullFailed.
        case pulling(since: Timestamp)
        /// `ErrImagePull`, then, from `backingOff` on, `ImagePullBackOff`; becomes pulling at `retry`.
        case pullFailed(retry: Timestamp, backingOff: Bool)
        /// A ConfigMap or Secret that the environment names is missing; becomes starting at `retry`.
        case misconfigured(message: String, retry: Timestamp)
        /// Created; becomes running.
        case starting(since: Timestamp)
        /// Can become exited.
        case running(since: Timestamp)
        /// Ended with 1 and is started again at `retry` (`CrashLoopBackOff`); becomes starting.
        case backOff(retry: Timestamp, wait: Int)
        /// Ended for good.
        case exited(code: Int, since: Timestamp, at: Timestamp)
    }

    var spec: Value
    var state = State.idle
    var restarts = 0
    var pullAttempts = 0
    /// The last end, as `lastState` shows it.
    var lastState: Value?
    /// When the next BackOff or Unhealthy event is written again.
    var repeatAt: Timestamp?

    init(spec: Value) { self.spec = spec }

    var name: String { spec.textAt("name") }
    var image: String { spec.textAt("image") }

    var isRunning: Bool {
        if case .running = state { true } else { false }
    }
    var isExited: Bool {
        if case .exited = state { true } else { false }
    }
    var hasSucceeded: Bool {
        if case .exited(code: 0, _, _) = state { true } else { false }
    }
    var hasFailed: Bool { isExited && !hasSucceeded }

    /// `Always` when the tag is `latest` or absent, else `IfNotPresent`.
    var alwaysPulls: Bool {
        let policy = spec.textAt("imagePullPolicy")
        if !policy.isEmpty { return policy == "Always" }
        guard !image.contains("@") else { return false }
        let tag = image.split(separator: "/").last?.split(separator: ":").dropFirst().first
        return tag == nil || tag == "latest"
    }
}
