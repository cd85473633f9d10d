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

    /// Parts of replies that are not compared, and why.
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
            ".groups[projectcontour.io]",
        ],
        // The recording's distribution mounted a ConfigMap of its own.
        "pod-create": [".spec.volumes[1].projected.sources[3]"],
    ]

    static func ignored(_ name: String, _ profile: ServerProfile) -> [String] { differences[name] ?? [] }

    /// Recorded files another test replays, and where.
    static let replayedElsewhere: [String: String] = [:]

    /// Why a recorded file is not replayed here; nil when it is.
    static func leftOut(_ file: String) -> String? {
        if let reason = reasons[file] { return reason }
        if file.hasPrefix("kubectl-") {
            return "what kubectl printed; the program itself is tested in SupervisorHTTPTests and ClientsTests"
        }
        return nil
    }

    private static let reasons: [String: String] = [
        "edit-buffer-1.yaml": "the buffer kubectl edit opened; no request",
        "edit-buffer-2.yaml": "the buffer kubectl edit opened; no request",
    ]
}
