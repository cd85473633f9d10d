internal import Synchronization
internal import FleetControl
package import FleetModel

extension Coordinator {
    /// Asks each target's agent what the request would do. A refusal of one Supervisor is its view's `refusal`; a
    /// refusal of the request as a whole is thrown.
    package func plan(_ request: PlanRequest) async throws(FleetError) -> [PlanView] {
        let state = published.withLock { $0.state }
        let service = try state.resolve(request.service)
        let questions: [Question]
        switch request {
        case .install(let request): questions = try await planned(.install, request, state)
        case .upgrade(let request): questions = try await planned(.upgrade, request, state)
        case .reconfigure(let request): questions = try await planned(.reconfigure, request, state)
        case .uninstall(let request):
            questions = try state.uninstallTargets(try state.resolved(request)).map {
                Question(supervisor: $0, ask: .inventory(service))
            }
        }
        return await withTaskGroup(of: (Int, PlanView).self) { group in
            var views: [Int: PlanView] = [:]
            var next = 0
            while next < questions.count || views.count < questions.count {
                if next < questions.count, next - views.count < configuration.planParallel {
                    let (index, question) = (next, questions[next])
                    let key = InstallKey(service: service, supervisor: question.supervisor)
                    let current = state.install(key)?.status.currentVersion
                    group.addTask { (index, await self.view(question, current: current)) }
                    next += 1
                } else if let (index, view) = await group.next() {
                    views[index] = view
                }
            }
            return questions.indices.compactMap { views[$0] }
        }
    }

    private struct Question: Sendable {
        var supervisor: SupervisorID
        /// Nil when the coordinator refuses already.
        var ask: AgentQuestion?
        var version: String?
        var refusal: FleetError?
    }

    /// One question per target. Supervisors that were named are planned one by one, so that a rule broken on one of
    /// them is that one's refusal.
    private func planned(
        _ operation: FleetTask.Operation, _ request: InstallRequest, _ state: FleetState
    ) async throws(FleetError) -> [Question] {
        var request = try state.resolved(request)
        guard case .named(let names) = request.targets, names.count > 1 else {
            let layered = try await layeredValues(operation, request, state)
            return layered.selections.sorted { $0.key < $1.key }.map {
                Question(supervisor: $0.key, ask: .plan(request.service, $0.value), version: $0.value.version)
            }
        }
        var questions: [Question] = []
        for name in names {
            request.targets = .named([name])
            do throws(FleetError) {
                let selection = try await layeredValues(operation, request, state).selections[name]
                guard let selection else { continue }
                questions.append(
                    Question(supervisor: name, ask: .plan(request.service, selection), version: selection.version))
            } catch {
                questions.append(Question(supervisor: name, version: request.version, refusal: error))
            }
        }
        return questions
    }

    private func view(_ question: Question, current: String?) async -> PlanView {
        let supervisor = question.supervisor
        var view = PlanView(
            supervisor: supervisor, currentVersion: current, targetVersion: question.version,
            refusal: question.refusal)
        guard let ask = question.ask else { return view }
        do throws(FleetError) {
            switch try await self.ask(ask, of: supervisor, timeout: configuration.planTimeout) {
            case .plan(let plan): view.plan = plan
            case .inventory(let inventory): view.inventory = inventory
            case .failed(let error): view.refusal = error
            case .why, .drift:
                view.refusal = FleetError(.internalError, "the agent of \(supervisor) answered another question")
            }
        } catch {
            view.refusal = error
        }
        return view
    }
}

extension PlanRequest {
    var service: ServiceID {
        switch self {
        case .install(let request), .upgrade(let request), .reconfigure(let request): request.service
        case .uninstall(let request): request.service
        }
    }
}
