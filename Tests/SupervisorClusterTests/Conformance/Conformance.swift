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

    private static let differences: [String: [String]] = [:]

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
