package import FleetModel

/// What a task will want of one Supervisor once its turn comes; fixed when the command is accepted.
package struct TargetPlan: Hashable, Codable, Sendable {
    package var supervisor: SupervisorID
    package var intent: InstallSpec.Intent
    package var dataConsent: DataConsent

    package init(supervisor: SupervisorID, intent: InstallSpec.Intent, dataConsent: DataConsent) {
        self.supervisor = supervisor
        self.intent = intent
        self.dataConsent = dataConsent
    }
}
