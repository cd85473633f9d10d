package import FleetModel

/// The single condition of an install, in kapp-controller's words; replaced as a whole each time.
package struct InstallCondition: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case reconciling = "Reconciling"
        case reconcileSucceeded = "ReconcileSucceeded"
        case reconcileFailed = "ReconcileFailed"
        case deleting = "Deleting"
        case deleteFailed = "DeleteFailed"
    }

    package var kind: Kind
    /// `Reconcile failed: Deploying: Error (see .status.usefulErrorMessage for details)`.
    package var friendlyDescription: String
    /// The tool's whole text; empty unless it failed.
    package var usefulErrorMessage: String

    /// The stage an error came from, as kapp-controller prefixes it.
    package enum Stage: String, Hashable, Sendable {
        case fetching = "Fetching resources"
        case templating = "Templating dir"
        case preparing = "Preparing kapp"
        case deploying = "Deploying"
        case deleting = "Deleting"
    }

    package static let reconciling = InstallCondition(
        kind: .reconciling, friendlyDescription: "Reconciling", usefulErrorMessage: "")
    package static let succeeded = InstallCondition(
        kind: .reconcileSucceeded, friendlyDescription: "Reconcile succeeded", usefulErrorMessage: "")
    package static let deleting = InstallCondition(
        kind: .deleting, friendlyDescription: "Deleting", usefulErrorMessage: "")

    package static func failed(_ stage: Stage, _ message: String, deleting: Bool) -> InstallCondition {
        let words = deleting ? "Delete failed" : "Reconcile failed"
        return InstallCondition(
            kind: deleting ? .deleteFailed : .reconcileFailed,
            friendlyDescription:
                "\(words): \(stage.rawValue): Error (see .status.usefulErrorMessage for details)",
            usefulErrorMessage: message)
    }

    /// What the vSphere Client shows: `Reason: ReconcileFailed. Message: kapp: Error: …`.
    package var vSphereText: String { "Reason: \(kind.rawValue). Message: \(message)." }
    package var message: String { usefulErrorMessage.isEmpty ? friendlyDescription : usefulErrorMessage }

    package var configStatus: ConfigStatus {
        switch kind {
        case .reconciling: .configuring
        case .reconcileSucceeded: .configured
        case .reconcileFailed, .deleteFailed: .error
        case .deleting: .removing
        }
    }
}
