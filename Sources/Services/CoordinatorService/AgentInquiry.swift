internal import FleetModel

/// What one Supervisor's agent is asked for a plan.
struct AgentInquiry: Sendable {
    var supervisor: SupervisorID
    /// Nil when the coordinator refuses already.
    var ask: AgentQuestion?
    var version: String?
    var refusal: FleetError?
}
