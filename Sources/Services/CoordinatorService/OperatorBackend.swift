package import FleetModel

/// What the coordinator offers to operators, without HTTP. `OperatorHTTP` carries it; tests call it directly.
///
/// Service ids may be given as any unambiguous part (`harbor`): resolved here, refused with the candidates when
/// ambiguous ("Did you mean").
package protocol OperatorBackend: Sendable {
    /// Decides, journals (fsync) and answers. The same `id` again gives the same answer without a second effect.
    /// Refused before anything else when `principal` has no right to it. `reason` is a remark for the audit.
    func submit(_ command: FleetCommand, id: CommandID, by principal: Principal, reason: String?)
        async throws(FleetError) -> CommandReply

    /// The operator behind a bearer token or a client certificate (SHA-256 of its DER form).
    func authenticate(token: String, from: String) async throws(FleetError) -> Principal
    func authenticate(certificate: ContentDigest, from: String) async throws(FleetError) -> Principal
    /// Refuses what the principal has no right to, now: streams ask again after every event.
    func authorize(_ privilege: Privilege, on supervisors: [SupervisorID], to action: String, by principal: Principal)
        async throws(FleetError)
    /// Someone was kept out: goes to the audit and the feed, attempts of the same kind counted together.
    func noteRefusal(_ error: FleetError, name: String, from: String, action: String) async
    /// By name; digests of tokens are left out.
    func operators() async -> [FleetOperator]
    /// Newest first, at most `limit` (≤ 10,000).
    func audit(_ filter: AuditFilter, limit: Int) async throws(FleetError) -> [AuditEntry]

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
