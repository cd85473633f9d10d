internal import FleetModel

/// How fast the simulated cluster works and what goes wrong in it.
///
/// All durations are in the cluster's own time. They may be changed while the cluster runs; the next step follows them.
package struct ControllerSettings: Sendable, Hashable {
    /// Pulling an image that its node has not got yet.
    package var imagePull: Duration = .milliseconds(1200)
    /// From `Created` to `Started` of a container.
    package var containerStart: Duration = .milliseconds(200)
    /// From `Started` to the first success of a readiness probe; a container without one is ready at once.
    package var readinessDelay: Duration = .seconds(2)
    /// How long an init container runs.
    package var initContainerRun: Duration = .milliseconds(500)
    /// How long a container of a Job (any pod whose restartPolicy is not Always) runs before it ends with 0.
    package var jobRun: Duration = .seconds(3)
    /// How long containers take to stop; never longer than the pod's own grace.
    package var terminationGrace: Duration = .seconds(1)
    /// From a claim's `ExternalProvisioning` to its bound volume.
    package var volumeProvision: Duration = .seconds(1)
    /// From `Resizing` to `FileSystemResizeRequired`: the volume grows in the storage.
    package var resizeController: Duration = .seconds(2)
    /// From `FileSystemResizeRequired` to the end: the file system grows on the node.
    package var resizeNode: Duration = .seconds(2)
    /// From a load balancer Service to its address.
    package var loadBalancer: Duration = .milliseconds(500)
    /// From the creation of a custom object to what its ready rule says, when the rule names no duration of its own.
    package var certificateIssue: Duration = .seconds(1)

    /// How often a horizontal pod autoscaler is looked at (`--horizontal-pod-autoscaler-sync-period`), at least 1 s.
    package var autoscalerPeriod: Duration = .seconds(15)

    /// What custom kinds without a controller of their own turn into.
    package var readyRules: [ReadyRule] = ReadyRule.standard
    package var faults = ControllerFaults()

    package init() {}

    /// Everything happens in the step that finds it: for tests that do not look at time.
    package static var instant: ControllerSettings {
        var settings = ControllerSettings()
        for field in [
            \ControllerSettings.imagePull, \.containerStart, \.readinessDelay, \.initContainerRun, \.jobRun,
            \.terminationGrace, \.volumeProvision, \.resizeController, \.resizeNode, \.loadBalancer,
            \.certificateIssue,
        ] as [WritableKeyPath<ControllerSettings, Duration>] {
            settings[keyPath: field] = .zero
        }
        return settings
    }
}

/// Switches that make parts of the simulated cluster fail.
///
/// Names are `namespace/name` or `name` with `*` for any run of characters.
package struct ControllerFaults: Sendable, Hashable {
    /// Images that contain one of these texts cannot be pulled.
    package var imagePullFailures: [String] = []
    /// Pods that become ready this much later.
    package var slowPods: [PodDelay] = []
    /// Pods whose containers end with exit code 1 shortly after their start.
    package var crashingPods: [String] = []
    /// Pods whose readiness probe never succeeds.
    package var unreadyPods: [String] = []
    /// Pods that stay Terminating.
    package var stuckTerminatingPods: [String] = []
    /// No resizer is deployed: a claim's growth is accepted and never happens.
    package var noResizer = false
    /// The datastore is full: volumes can neither be made nor grown.
    package var storageFull = false
    /// How full volumes are.
    package var volumeUsage: [VolumeUsage] = []
    /// From this percentage on a volume's fullness is reported.
    package var volumeUsageWarning = 80

    package init() {}

    package struct PodDelay: Sendable, Hashable {
        package var pattern: String
        package var delay: Duration
        package init(pattern: String, delay: Duration) {
            self.pattern = pattern
            self.delay = delay
        }
    }

    /// Used bytes as a percentage of the capacity that the claim had when the switch was first seen: a volume that
    /// has grown since is less full.
    package struct VolumeUsage: Sendable, Hashable {
        package var pattern: String
        package var percent: Int
        package init(pattern: String, percent: Int) {
            self.pattern = pattern
            self.percent = percent
        }
    }
}
