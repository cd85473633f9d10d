package import FleetModel

/// What the coordinator offers to operators, without HTTP. `OperatorHTTP` carries it; tests call it directly.
///
/// Service ids may be given as any unambiguous part (`harbor`): resolved here, refused with the candidates when
/// ambiguous ("Did you mean").
package protocol OperatorBackend: Sendable {
    /// Decides, journals (fsync) and answers. The same `id` again gives the same answer without a second effect.
    func submit(_ command: FleetCommand, id: CommandID, by principal: Principal) async throws(FleetError)
        -> CommandReply

    func services() async -> [ServiceView]
    func service(_ name: String) async throws(FleetError) -> ServiceView
    func supervisors() async -> [SupervisorView]
    func supervisor(_ id: SupervisorID) async throws(FleetError) -> SupervisorView
    /// Newest first, at most `limit` (≤ 1,000).
    func tasks(limit: Int) async -> [FleetTask]
    func task(_ id: TaskID) async throws(FleetError) -> FleetTask
    /// The complete values YAML in force for an install: user's values carried forward.
    func values(of key: InstallKey) async throws(FleetError) -> String

    /// What a request would do on each of its Supervisors; asks the agents (deadline 60 s), changes nothing.
    func plan(_ request: PlanRequest) async throws(FleetError) -> [PlanView]
    func ask(_ question: AgentQuestion, of supervisor: SupervisorID, timeout: Duration) async throws(FleetError)
        -> AgentAnswer

    /// Stored events after `position`, oldest first, at most `limit`; an explicit `Gap` event stands for trimmed ones.
    func events(after position: UInt64, filter: EventFilter, limit: Int) async throws(FleetError) -> [FleetEvent]
    /// Position of the newest event.
    func lastEventPosition() async -> UInt64
    /// Waits until an event after `position` may exist, or `timeout` has passed.
    func waitForEvents(after position: UInt64, timeout: Duration) async

    func status() async -> CoordinatorStatus
}
