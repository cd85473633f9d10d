internal import ResourceModel

/// The kinds that the controllers work with.
enum ControllerKinds {
    static let pod = GroupVersionKind(group: "", version: "v1", kind: "Pod")
    static let node = GroupVersionKind(group: "", version: "v1", kind: "Node")
    static let service = GroupVersionKind(group: "", version: "v1", kind: "Service")
    static let endpoints = GroupVersionKind(group: "", version: "v1", kind: "Endpoints")
    static let configMap = GroupVersionKind(group: "", version: "v1", kind: "ConfigMap")
    static let secret = GroupVersionKind(group: "", version: "v1", kind: "Secret")
    static let namespace = GroupVersionKind(group: "", version: "v1", kind: "Namespace")
    static let serviceAccount = GroupVersionKind(group: "", version: "v1", kind: "ServiceAccount")
    static let claim = GroupVersionKind(group: "", version: "v1", kind: "PersistentVolumeClaim")
    static let volume = GroupVersionKind(group: "", version: "v1", kind: "PersistentVolume")
    static let storageClass = GroupVersionKind(group: "storage.k8s.io", version: "v1", kind: "StorageClass")
    static let deployment = GroupVersionKind(group: "apps", version: "v1", kind: "Deployment")
    static let replicaSet = GroupVersionKind(group: "apps", version: "v1", kind: "ReplicaSet")
    static let statefulSet = GroupVersionKind(group: "apps", version: "v1", kind: "StatefulSet")
    static let daemonSet = GroupVersionKind(group: "apps", version: "v1", kind: "DaemonSet")
    static let controllerRevision = GroupVersionKind(group: "apps", version: "v1", kind: "ControllerRevision")
    static let job = GroupVersionKind(group: "batch", version: "v1", kind: "Job")
    static let cronJob = GroupVersionKind(group: "batch", version: "v1", kind: "CronJob")
    static let disruptionBudget = GroupVersionKind(group: "policy", version: "v1", kind: "PodDisruptionBudget")
    static let autoscaler = GroupVersionKind(group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler")
    static let endpointSlice = GroupVersionKind(group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice")
}
