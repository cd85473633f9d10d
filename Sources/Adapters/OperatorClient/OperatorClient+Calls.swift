package import FleetModel
package import FleetRuntime
internal import NIOHTTP1

/// One method per path of the interface.
extension OperatorClient {
    /// The same `id` again is the same command: safe to repeat after a broken connection.
    package func submit(_ command: FleetCommand, id: CommandID) async throws(FleetError) -> CommandReply {
        try await call(
            .POST, "/v1/commands", body: Self.encode(CommandEnvelope(id: id, command: command, reason: reason)),
            as: CommandReply.self, timeout: .seconds(60))
    }

    package func services() async throws(FleetError) -> [ServiceView] {
        try await call(.GET, "/v1/services", as: ItemList<ServiceView>.self).items
    }

    /// By id or any unambiguous part of it.
    package func service(_ name: String) async throws(FleetError) -> ServiceView {
        try await call(.GET, "/v1/services/\(try Self.segment(name))", as: ServiceView.self)
    }

    package func supervisors() async throws(FleetError) -> [SupervisorView] {
        try await call(.GET, "/v1/supervisors", as: ItemList<SupervisorView>.self).items
    }

    package func supervisor(_ id: SupervisorID) async throws(FleetError) -> SupervisorView {
        try await call(.GET, "/v1/supervisors/\(try Self.segment(id.rawValue))", as: SupervisorView.self)
    }

    package func tasks(limit: Int) async throws(FleetError) -> [FleetTask] {
        try await call(.GET, "/v1/tasks?limit=\(limit)", as: ItemList<FleetTask>.self).items
    }

    /// Nil when the task still is as `known` names it after `wait` seconds.
    package func task(
        _ id: TaskID, unless known: String? = nil, wait: Int = 0
    ) async throws(FleetError) -> Tagged<FleetTask>? {
        try await read("/v1/tasks/\(try Self.segment(id.rawValue))", as: FleetTask.self, unless: known, wait: wait)
    }

    package func values(of key: InstallKey) async throws(FleetError) -> String {
        let path = "\(try Self.segment(key.supervisor.rawValue))/\(try Self.segment(key.service.rawValue))"
        return try await call(.GET, "/v1/installs/\(path)/values", as: ValuesDocument.self).values
    }

    package func plan(_ request: PlanRequest) async throws(FleetError) -> [PlanView] {
        try await call(
            .POST, "/v1/plan", body: Self.encode(request), as: ItemList<PlanView>.self, timeout: .seconds(90)
        ).items
    }

    /// An answer `failed` is thrown.
    package func ask(
        _ question: AgentQuestion, of supervisor: SupervisorID, timeout seconds: Int = 60
    ) async throws(FleetError) -> AgentAnswer {
        let answer = try await call(
            .POST, "/v1/ask/\(try Self.segment(supervisor.rawValue))?timeout=\(seconds)", body: Self.encode(question),
            as: AgentAnswer.self, timeout: .seconds(seconds + 10))
        if case .failed(let error) = answer { throw error }
        return answer
    }

    package func events(
        after position: UInt64, filter: EventFilter, limit: Int
    ) async throws(FleetError) -> EventPage {
        let query = "after=\(position)&limit=\(limit)" + Self.query(of: filter)
        return try await call(.GET, "/v1/events?\(query)", as: EventPage.self)
    }

    package func status() async throws(FleetError) -> CoordinatorStatus {
        try await call(.GET, "/v1/status", as: CoordinatorStatus.self)
    }

    package func operators() async throws(FleetError) -> [FleetOperator] {
        try await call(.GET, "/v1/operators", as: ItemList<FleetOperator>.self).items
    }

    /// Newest first.
    package func audit(_ filter: AuditFilter, limit: Int) async throws(FleetError) -> [AuditEntry] {
        var query = "limit=\(limit)"
        if let by = filter.by { query += "&by=\(Self.escaped(by))" }
        if let since = filter.since { query += "&since=\(Self.escaped(since.description))" }
        if let action = filter.action { query += "&action=\(Self.escaped(action))" }
        return try await call(.GET, "/v1/audit?\(query)", as: ItemList<AuditEntry>.self).items
    }

    static func query(of filter: EventFilter) -> String {
        var parts: [String] = []
        if let supervisor = filter.supervisor { parts.append("supervisor=\(escaped(supervisor.rawValue))") }
        if let service = filter.service { parts.append("service=\(escaped(service.rawValue))") }
        if let task = filter.task { parts.append("task=\(escaped(task.rawValue))") }
        if let since = filter.since { parts.append("since=\(escaped(since.description))") }
        return parts.map { "&" + $0 }.joined()
    }
}
