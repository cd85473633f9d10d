import FleetModel
import ResourceModel
import SupervisorCluster

/// The table of the recorded requests: on what they are replayed, what is not compared, and which are left out.
enum Conformance {
    static let scenarios: [ConformanceScenario] =
        plain + workloads + claims + namespaces + customResources + access + reading + controllers

    /// Who sent a case, where that was not the administrator.
    static let senders: [String: String] = [
        "401": "Bearer wrong", "403-anon": "", "403-create-deploy": "Bearer dev", "403-escalate": "Bearer dev",
        "403-get-cluster": "Bearer dev", "403-list-pods": "Bearer dev", "403-nonresource": "Bearer dev",
        "403-patch-pvc": "Bearer dev",
    ]

    private static let strangers = [
        ".events.PersistentVolumeClaim Normal ExternalProvisioning",
        ".events.PersistentVolumeClaim Normal Provisioning", ".events.Pod Normal SuccessfulAttachVolume",
        ".events.Pod Normal Created", ".events.Pod Normal Pulled",
    ]

    /// Parts of replies that are not compared, and why.
    /// Pulls of `img:bad` fail, as in the recording.
    static var standardControllers: StandardControllers {
        var settings = ControllerSettings()
        settings.faults.imagePullFailures = [":bad"]
        return StandardControllers(settings: settings)
    }

    /// Which call of a controller wrote which field of a status is the controllers' matter.
    private static let controlled: Set<String> = [
        "pod-delete", "delete-foreground", "roll-deploy-1", "roll-deploy-2", "roll-deploy-bad", "sts-orphan-delete",
        "sts-put-retention", "csi-pvc-grow", "csi-pvc-shrink-during-30", "csi-pvc-fs-pending", "csi-pvc-final",
    ]

    private static let differences: [String: [String]] = [
        // The recording's server listened on another port.
        "doc_api": [".serverAddressByClientCIDRs"],
        // Which build it was.
        "doc_version": [".gitCommit", ".goVersion", ".gitTreeState", ".gitVersion", ".buildDate", ".major", ".minor"],
        "table-only-unsupported": [
            ".gitCommit", ".goVersion", ".gitTreeState", ".gitVersion", ".buildDate", ".major", ".minor",
        ],
        // A CRD of the recording, and an API group priority and fairness that 1.25 also served as v1beta1.
        "doc_apis": [
            ".groups[packaging2.example.com]", ".groups[flowcontrol.apiserver.k8s.io]", ".groups[cert-manager.io]",
            ".groups[projectcontour.io]", ".groups[appplatform.vmware.com]", ".groups[iaas.vmware.com]",
            ".groups[topology.tanzu.vmware.com]", ".groups[autoscaling].versions[2]",
            ".groups[storage.k8s.io].versions[1]",
        ],
        // Which other objects and earlier writers the recording's namespaces had; columns and texts are compared.
        "table-cm": [".rows"], "table-ns": [".rows"], "table-crd": [".rows"], "table-events": [".rows"],
        "table-pvc": [".rows"], "table-pvc-one": [".rows[0].object.metadata.managedFields"],
        "table-deploy": [".rows[0].object.metadata.managedFields"],
        // Without the controllers nobody writes the status.
        "sts-put-retention": [".status"],
        // The recording's volumes were made by hand and its kubelet was a program of its own with 1.32's texts.
        "roll-events-v1": strangers, "roll-events-k8sio": strangers,
        "csi-events": [
            ".events.PersistentVolumeClaim Normal FileSystemResizeSuccessful",
            ".events.Pod Normal FileSystemResizeSuccessful", ".events.Pod Normal SuccessfulAttachVolume",
        ],
        // The recording's cluster had no CSI driver that answers.
        "events-t2": [
            ".events.PersistentVolumeClaim Normal Provisioning"
        ],
        // Both clusters' nodes are simulated: their names, addresses and container ids are their own.
        "pod-delete": [
            ".spec.nodeName", ".spec.volumes[1].projected.sources[3]", ".status.hostIP", ".status.podIP",
            ".status.containerStatuses", ".status.conditions",
        ],
        "table-sts": [".rows[0].object.metadata", ".rows[0].cells[1]"],
        // The recording's distribution mounted a ConfigMap of its own.
        "pod-create": [".spec.volumes[1].projected.sources[3]"],
    ]

    static func ignored(_ name: String, _ profile: ServerProfile) -> [String] {
        (differences[name] ?? []) + (controlled.contains(name) ? [".metadata.managedFields"] : [])
    }

    /// Recorded files another test replays, and where.
    static let replayedElsewhere: [String: String] = [
        "watch-raw.raw": "RecordedStreamTests", "watch-bookmarks.raw": "RecordedStreamTests",
        "watch-table.raw": "RecordedStreamTests", "watch-sendinitial.raw": "RecordedStreamTests",
        "429-inflight.http": "RecordedStreamTests", "crd-race.json": "RecordedStreamTests",
        "roll-watch-log.json": "RecordedRolloutTests", "csi-watch-log.json": "ClaimTests",
    ]

    /// What kubectl printed, and the buffers of its `edit`: replayed with the program itself.
    static func isTranscript(_ file: String) -> Bool { file.hasPrefix("kubectl-") || file.hasPrefix("edit-buffer-") }

    /// Why a recorded file is not replayed here; nil when it is.
    static func leftOut(_ file: String, _ profile: ServerProfile) -> String? {
        if profile == .kubernetes125, file == "410-watch-old.json" {
            return "1.25's watch cache still held every revision: the reply is the history of the recording itself"
        }
        return nil
    }
}
