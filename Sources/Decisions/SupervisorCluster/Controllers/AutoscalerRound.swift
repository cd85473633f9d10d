internal import FleetModel
internal import ResourceModel

/// One look of the autoscaler at one object: `reconcileAutoscaler` of kube-controller-manager.
struct AutoscalerRound {
    private let scaler: Value
    private let profile: ServerProfile
    private let now: Timestamp
    private(set) var history: AutoscalerHistory
    private var conditions: StatusConditions
    private var status: Value

    private static let component = "horizontal-pod-autoscaler"

    init(_ scaler: Value, history: AutoscalerHistory, profile: ServerProfile, now: Timestamp) {
        self.scaler = scaler
        self.history = history
        self.profile = profile
        self.now = now
        status = scaler["status"] ?? [:]
        conditions = StatusConditions(scaler.itemsAt("status", "conditions"))
    }

    mutating func run(_ store: inout some ControllerStore) {
        let reference = scaler[at: "spec", "scaleTargetRef"] ?? [:]
        let kind = GroupVersionKind(apiVersion: reference.textAt("apiVersion"), kind: reference.textAt("kind"))
        guard
            let target = store.get(kind, namespace: scaler.objectNamespace, name: reference.textAt("name")),
            let current = target.intAt("spec", "replicas")
        else {
            let plural = kind.kind.lowercased() + (kind.group.isEmpty ? "s" : "s.\(kind.group)")
            let why = "\(plural) \"\(reference.textAt("name"))\" not found"
            set(
                "AbleToScale", "False", "FailedGetScale",
                "the HPA controller was unable to get the target's current scale: \(why)")
            warn("FailedGetScale", why, &store)
            write(&store)
            return
        }
        set(
            "AbleToScale", "True", "SucceededGetScale",
            "the HPA controller was able to get the target's current scale")
        if history.recommendations.isEmpty { history.recommend(current, at: now) }
        status["currentReplicas"] = .int(Int64(current))
        guard let (desired, reason) = wanted(target, current, &store) else {
            if status["desiredReplicas"] == nil { status["desiredReplicas"] = 0 }
            write(&store)
            return
        }
        if desired != current {
            var changed = target
            changed[at: "spec", "replicas"] = .int(Int64(desired))
            do {
                _ = try store.update(changed)
            } catch {
                set(
                    "AbleToScale", "False", "FailedUpdateScale",
                    "the HPA controller was unable to update the target scale: \(error)")
                warn("FailedRescale", "New size: \(desired); reason: \(reason); error: \(error)", &store)
                write(&store)
                return
            }
            set(
                "AbleToScale", "True", "SucceededRescale",
                "the HPA controller was able to update the target scale to \(desired)")
            store.recordEvent(
                about: scaler, type: "Normal", reason: "SuccessfulRescale",
                message: "New size: \(desired); reason: \(reason)", component: Self.component)
            history.change(by: desired - current, at: now)
            status["lastScaleTime"] = .string(now.seconds)
        }
        status["desiredReplicas"] = .int(Int64(desired))
        write(&store)
    }

    /// The replicas to have and why; nil when they cannot be worked out.
    private mutating func wanted(
        _ target: Value, _ current: Int, _ store: inout some ControllerStore
    ) -> (Int, String)? {
        let most = scaler.intAt("spec", "maxReplicas") ?? current
        let least = scaler.intAt("spec", "minReplicas") ?? 1
        if current == 0 {
            set(
                "ScalingActive", "False", "ScalingDisabled",
                "scaling is disabled since the replica count of the target is zero")
            return (0, "")
        }
        if current > most { return (most, "Current number of replicas above Spec.MaxReplicas") }
        if current < least { return (least, "Current number of replicas below Spec.MinReplicas") }
        guard let (proposal, metric) = proposal(target, current, &store) else { return nil }
        let limits = AutoscalerLimits(
            behavior: scaler[at: "spec", "behavior"], least: least, most: most, now: now, history: history)
        let outcome = limits.normalized(proposal, current: current)
        history.recommend(proposal, at: now)
        set("AbleToScale", "True", outcome.stability.reason, outcome.stability.message)
        set("ScalingLimited", outcome.isLimited ? "True" : "False", outcome.limit.reason, outcome.limit.message)
        let desired = outcome.replicas
        return (desired, desired > current ? "\(metric) above target" : "All metrics below target")
    }

    /// The highest proposal of all metrics.
    private mutating func proposal(
        _ target: Value, _ current: Int, _ store: inout some ControllerStore
    ) -> (Int, String)? {
        let metrics = scaler.itemsAt("spec", "metrics")
        let pods = store.list(ControllerKinds.pod, namespace: scaler.objectNamespace).filter {
            LabelMatching.matches(target[at: "spec", "selector"], $0.objectLabels) && $0.isPodActive
        }
        let load = AutoscalerLoad(target: target, pods: pods, profile: profile)
        var best: (Int, String)?
        var failures: [AutoscalerLoad.Failure] = []
        var shown: [Value] = []
        for metric in metrics {
            do throws(AutoscalerLoad.Failure) {
                let answer = try load.replicas(metric, current: current, namespace: scaler.objectNamespace)
                shown.append(answer.status)
                if best.map({ answer.replicas > $0.0 }) ?? true { best = (answer.replicas, answer.name) }
            } catch {
                failures.append(error)
                warn(error.reason, error.text, &store)
            }
        }
        status["currentMetrics"] = shown.isEmpty ? nil : .array(shown)
        if let first = failures.first, best == nil || (best?.0 ?? 0) < current {
            set(
                "ScalingActive", "False", first.reason,
                "the HPA was unable to compute the replica count: \(first.text)")
            warn(
                "FailedComputeMetricsReplicas",
                "invalid metrics (\(failures.count) invalid out of \(metrics.count)), first error is: "
                    + "\(first.prefix): \(first.text)", &store)
            return nil
        }
        guard let best else { return nil }
        set(
            "ScalingActive", "True", "ValidMetricFound",
            "the HPA was able to successfully calculate a replica count from \(best.1)")
        return best
    }

    // MARK: Writing

    private mutating func set(_ type: String, _ value: String, _ reason: String, _ message: String) {
        conditions.set(type, value, reason: reason, message: message, at: now)
    }

    private func warn(_ reason: String, _ message: String, _ store: inout some ControllerStore) {
        store.recordEvent(
            about: scaler, type: "Warning", reason: reason, message: message, component: Self.component)
    }

    private mutating func write(_ store: inout some ControllerStore) {
        status["conditions"] = conditions.value
        store.putStatus(status, of: scaler)
    }
}
