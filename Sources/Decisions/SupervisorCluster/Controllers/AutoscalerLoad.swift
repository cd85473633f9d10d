internal import ResourceModel

/// What the pods of a scale target use, from annotations of the target: containers do not run.
///
/// `simulator.flotilla/cpu: 800m` and `simulator.flotilla/memory: 2Gi` are what all its ready pods use together, so
/// more pods mean less use of each, and an autoscaler settles. Texts are those of kube-controller-manager.
struct AutoscalerLoad {
    static let annotationPrefix = "simulator.flotilla/"
    /// `--horizontal-pod-autoscaler-tolerance`.
    private static let tolerance = 0.1

    struct Failure: Error {
        var reason: String
        /// What the error of all metrics puts before `text`.
        var prefix: String
        var text: String
    }

    struct Answer {
        var replicas: Int
        var name: String
        /// An item of `status.currentMetrics`.
        var status: Value
    }

    private let target: Value
    private let pods: [Value]
    private let ready: [Value]
    private let profile: ServerProfile

    init(target: Value, pods: [Value], profile: ServerProfile) {
        self.target = target
        self.pods = pods
        ready = pods.filter(\.isPodReady)
        self.profile = profile
    }

    func replicas(_ metric: Value, current: Int, namespace: String) throws(Failure) -> Answer {
        let type = metric.textAt("type")
        let unserved = "no custom metrics API (custom.metrics.k8s.io) registered"
        switch type {
        case "Resource": return try resource(metric["resource"] ?? [:], current)
        case "ContainerResource":
            let name = metric.textAt("containerResource", "name")
            throw Failure(
                reason: "FailedGetContainerResourceMetric", prefix: "failed to get \(name) container metric value",
                text: "failed to get \(name) utilization: \(Self.unserved(name))")
        case "Pods":
            throw Failure(
                reason: "FailedGetPodsMetric", prefix: "failed to get pods metric value",
                text: "unable to get metric \(metric.textAt("pods", "metric", "name")): \(unserved)")
        case "Object":
            let object = metric[at: "object", "describedObject"] ?? [:]
            throw Failure(
                reason: "FailedGetObjectMetric", prefix: "failed to get object metric value",
                text: "unable to get metric \(metric.textAt("object", "metric", "name")): "
                    + "\(object.textAt("kind")) on \(namespace) \(object.textAt("name"))/\(unserved)")
        case "External":
            let name = metric.textAt("external", "metric", "name")
            throw Failure(
                reason: "FailedGetExternalMetric", prefix: "failed to get \(name) external metric value",
                text: "unable to get external metric \(namespace)/\(name)/nil: unable to fetch metrics from external "
                    + "metrics API: the server could not find the requested resource (get \(name).external.metrics."
                    + "k8s.io)")
        default:
            throw Failure(
                reason: "InvalidMetricSourceType", prefix: "invalid metric source",
                text: "unknown metric source type \"\(type)\"")
        }
    }

    private static func unserved(_ name: String) -> String {
        "unable to get metrics for resource \(name): unable to fetch metrics from resource metrics API: the server "
            + "could not find the requested resource (get pods.metrics.k8s.io)"
    }

    private func resource(_ metric: Value, _ current: Int) throws(Failure) -> Answer {
        let name = metric.textAt("name")
        let average = metric[at: "target", "averageValue"]
        let isShare = average == nil
        func failure(_ why: String) -> Failure {
            Failure(
                reason: "FailedGetResourceMetric", prefix: "failed to get \(name) resource metric value",
                text: "failed to get \(name) \(isShare ? "utilization" : "usage"): \(why)")
        }
        guard let used = target.objectAnnotations[Self.annotationPrefix + name].flatMap(Quantity.init) else {
            throw failure(Self.unserved(name))
        }
        guard !pods.isEmpty else { throw failure("no pods returned by selector while calculating replica count") }
        guard !ready.isEmpty else {
            throw failure(
                "unable to get metrics for resource \(name): no metrics returned from resource metrics API")
        }
        let total = Double(used.nanos)
        let each = Quantity(nanos: used.nanos / Int128(ready.count), format: used.format)
        if let average {
            let wanted = Double(Quantity(average.scalarText ?? "")?.nanos ?? 0)
            guard wanted > 0 else { throw failure("target is zero") }
            return Answer(
                replicas: count(ratio: total / Double(ready.count) / wanted, current) { _ in total / wanted },
                name: "\(name) resource", status: Self.status(name, ["averageValue": .string(each.description)]))
        }
        let requested = try requests(name, failure)
        let goal = Double(max(1, metric.intAt("target", "averageUtilization") ?? 80))
        let share = (total / (requested / Double(pods.count) * Double(ready.count)) * 100).rounded(.down)
        let replicas = count(ratio: share / goal, current) { $0 * Double(ready.count) }
        return Answer(
            replicas: replicas, name: "\(name) resource utilization (percentage of request)",
            status: Self.status(
                name,
                ["averageUtilization": .int(Int64(min(share, 1e9))), "averageValue": .string(each.description)]))
    }

    /// All pods' requests; one container without any makes the share of all unknown.
    private func requests(_ name: String, _ failure: (String) -> Failure) throws(Failure) -> Double {
        var sum: Int128 = 0
        for pod in pods {
            for container in pod.itemsAt("spec", "containers") {
                guard
                    let request = (container[at: "resources", "requests", name]?.scalarText).flatMap(Quantity.init)
                else {
                    let place =
                        profile == .kubernetes125
                        ? "" : " in container \(container.textAt("name")) of Pod \(pod.objectName)"
                    throw failure("missing request for \(name)\(place)")
                }
                sum += request.nanos
            }
        }
        guard sum > 0 else { throw failure("no metrics returned matched known pods") }
        return Double(sum)
    }

    /// Replicas for a ratio of use to target; pods that are not ready yet count as using nothing when it grows.
    private func count(ratio: Double, _ current: Int, _ replicas: (Double) -> Double) -> Int {
        if abs(1 - ratio) <= Self.tolerance { return current }
        if ratio > 1, ready.count < pods.count {
            let lower = ratio * Double(ready.count) / Double(pods.count)
            if lower <= 1 + Self.tolerance { return current }
            return max(current, Self.whole((lower * Double(pods.count)).rounded(.up)))
        }
        let wanted = Self.whole(replicas(ratio).rounded(.up))
        return ratio < 1 ? min(current, wanted) : max(current, wanted)
    }

    private static func whole(_ number: Double) -> Int { Int(min(max(0, number), 1e6)) }

    private static func status(_ name: String, _ current: Value) -> Value {
        ["type": "Resource", "resource": ["name": .string(name), "current": current]]
    }
}
