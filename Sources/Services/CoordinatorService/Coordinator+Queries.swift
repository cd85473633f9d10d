internal import Synchronization
internal import AgentLink
internal import FleetControl
package import FleetModel
internal import FleetRuntime

extension Coordinator {
    package func services() async -> [ServiceView] {
        let state = published.withLock { $0.state }
        let installs = Dictionary(grouping: state.installs, by: \.key.service)
        let waiting = Dictionary(grouping: state.waitingChanges, by: \.key.service)
        return state.services.values.sorted { $0.id < $1.id }.map { service in
            ServiceView(
                service: service, installs: (installs[service.id] ?? []).map(state.view),
                waiting: waiting[service.id] ?? [])
        }
    }

    package func service(_ name: String) async throws(FleetError) -> ServiceView {
        let state = published.withLock { $0.state }
        let id = try state.resolve(ServiceID(name))
        guard let service = state.services[id] else {
            throw FleetError(.notFound, "no service \"\(name)\" is registered", next: "flotilla service list")
        }
        return ServiceView(
            service: service, installs: state.installs.filter { $0.key.service == id }.map(state.view),
            waiting: state.waitingChanges.filter { $0.key.service == id })
    }

    package func supervisors() async -> [SupervisorView] {
        let state = published.withLock { $0.state }
        let installs = Dictionary(grouping: state.installs, by: \.key.supervisor)
        let waiting = Dictionary(grouping: state.waitingChanges, by: \.key.supervisor)
        let heard = sessions.withLock { $0.known.mapValues(\.lastHeard) }
        return state.supervisors.values.filter { $0.enrolment != .removed }.sorted { $0.id < $1.id }.map {
            view($0, state, installs[$0.id] ?? [], waiting[$0.id] ?? [], heard[$0.id] ?? nil)
        }
    }

    package func supervisor(_ id: SupervisorID) async throws(FleetError) -> SupervisorView {
        let state = published.withLock { $0.state }
        let supervisor = try state.resolve(id)
        let heard = sessions.withLock { $0.known[id]?.lastHeard }
        return view(
            supervisor, state, state.installs.filter { $0.key.supervisor == id },
            state.waitingChanges.filter { $0.key.supervisor == id }, heard)
    }

    private func view(
        _ supervisor: Supervisor, _ state: FleetState, _ installs: [ServiceInstall], _ waiting: [WaitingChange],
        _ heard: Timestamp?
    ) -> SupervisorView {
        SupervisorView(
            supervisor: supervisor, connected: state.isConnected(supervisor.id),
            lastHeard: heard ?? state.heard[supervisor.id],
            installs: installs.map(state.view), waiting: waiting)
    }

    package func tasks(limit: Int) async -> [FleetTask] {
        let state = published.withLock { $0.state }
        return state.taskOrder.suffix(min(max(0, limit), 1_000)).reversed().compactMap { state.tasks[$0] }
    }

    package func task(_ id: TaskID) async throws(FleetError) -> FleetTask {
        if let task = published.withLock({ $0.state.tasks[id] }) { return task }
        throw FleetError(
            .notFound, "no task \(id)", reason: "finished tasks are kept up to a limit", next: "flotilla task list")
    }

    package func status() async -> CoordinatorStatus {
        let (state, first) = published.withLock { ($0.state, $0.firstPosition) }
        let members = state.supervisors.values.filter { $0.enrolment == .enrolled }
        let connected = members.count { state.isConnected($0.id) }
        var checks: [CoordinatorStatus.Check] = []
        if let error = failure.withLock({ $0 }) {
            checks.append(
                .init(name: CoordinatorStatus.journalCheck, ok: false, detail: error.description, next: error.next))
        } else {
            checks.append(
                .init(
                    name: CoordinatorStatus.journalCheck, ok: true, detail: "durable up to position \(state.position)"))
        }
        let away = members.filter { !state.isConnected($0.id) }.map(\.id.rawValue).sorted()
        checks.append(
            .init(
                name: "agents", ok: away.isEmpty,
                detail: away.isEmpty ? "\(connected) connected" : "away: \(away.prefix(20).joined(separator: ", "))",
                next: away.isEmpty ? "" : "look at the agent's log on \(away[0])"))
        let invited = state.supervisors.values.filter { $0.enrolment == .invited }.map(\.id.rawValue).sorted()
        if !invited.isEmpty {
            checks.append(
                .init(
                    name: "enrolment", ok: true,
                    detail: "waiting for the agent of \(invited.prefix(20).joined(separator: ", "))"))
        }
        let elsewhere = sessions.withLock { $0.newerElsewhere.keys.sorted() }
        if !elsewhere.isEmpty {
            checks.append(
                .init(
                    name: "copy", ok: false,
                    detail: "the journal is an older copy of the one that served "
                        + "\(elsewhere.prefix(20).map(\.rawValue).joined(separator: ", "))",
                    next: "end the other coordinator, or accept the restored copy: stop this one, "
                        + "flotilla doctor --data-dir DIR --accept-restore, start it again"))
        }
        let pending = state.supervisors.values.filter { $0.enrolment == .pending }.map(\.id.rawValue).sorted()
        if !pending.isEmpty {
            checks.append(
                .init(
                    name: "acceptance", ok: false,
                    detail: "agents that wait to be accepted: \(pending.prefix(20).joined(separator: ", "))",
                    next: "flotilla supervisor accept \(pending[0])"))
        }
        let failing = state.installs.filter { $0.status.state == .error }
        checks.append(
            .init(
                name: "installs", ok: failing.isEmpty,
                detail: failing.isEmpty
                    ? "\(state.installs.count) installs, none in ERROR"
                    : "ERROR: \(failing.prefix(20).map(\.key.description).joined(separator: ", "))",
                next: failing.first.map { "flotilla why \($0.key)" } ?? ""))
        return CoordinatorStatus(
            version: configuration.version, startedAt: startedAt, journalPosition: state.position,
            firstPosition: first, supervisors: members.count, connected: connected, checks: checks)
    }

    /// The published state in the form of its snapshot, for checkers; nil when it cannot be written.
    package func stateBytes() -> [UInt8]? { try? published.withLock { $0.state }.snapshotBytes() }

    // MARK: Questions

    package func ask(
        _ question: AgentQuestion, of supervisor: SupervisorID, timeout: Duration
    ) async throws(FleetError) -> AgentAnswer {
        let state = published.withLock { $0.state }
        let known = try state.resolve(supervisor)
        guard state.isConnected(known.id) else { throw away(known.id) }
        let question = try resolved(question, state)
        let answer = await withCheckedContinuation { (continuation: CheckedContinuation<AgentAnswer, Never>) in
            let at = time.now
            let actions = sessions.withLock { sessions -> [CoordinatorSession.Action]? in
                guard sessions.known[supervisor] != nil else { return nil }
                let id = sessions.nextQuestion(supervisor, continuation)
                return sessions.with(supervisor) { $0.ask(id: id, question, deadline: timeout, at: at) }
            }
            guard let actions else {
                continuation.resume(returning: .failed(away(supervisor)))
                return
            }
            run(actions, for: supervisor, at: at)
        }
        if case .failed(let error) = answer { throw error }
        return answer
    }

    private func resolved(_ question: AgentQuestion, _ state: FleetState) throws(FleetError) -> AgentQuestion {
        switch question {
        case .plan(let service, let selection): .plan(try state.resolve(service), selection)
        case .inventory(let service): .inventory(try state.resolve(service))
        case .why(let service): .why(try state.resolve(service))
        case .drift(let service): .drift(try state.resolve(service))
        }
    }

    func away(_ supervisor: SupervisorID) -> FleetError {
        FleetError(
            .unavailable, "the agent of \(supervisor) is away", reason: "the question needs its answer",
            next: "flotilla supervisor show \(supervisor)")
    }
}
