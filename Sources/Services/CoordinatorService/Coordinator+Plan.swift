internal import Synchronization
internal import FleetControl
package import FleetModel

extension Coordinator {
    /// Asks each target's agent what the request would do. A refusal of one Supervisor is its view's `refusal`; a
    /// refusal of the request as a whole is thrown.
    package func plan(_ request: PlanRequest) async throws(FleetError) -> [PlanView] {
        let state = published.withLock { $0.state }
        let service = try state.resolve(request.service)
        let questions: [AgentInquiry]
        switch request {
        case .install(let request): questions = try await planned(.install, request, state)
        case .upgrade(let request): questions = try await planned(.upgrade, request, state)
        case .reconfigure(let request): questions = try await planned(.reconfigure, request, state)
        case .uninstall(let request):
            questions = try state.uninstallTargets(try state.resolved(request)).map {
                AgentInquiry(supervisor: $0, ask: .inventory(service))
            }
        }
        let timeout = configuration.planTimeout
        return await views(questions, parallel: configuration.planParallel, timeout: { timeout }).map { view in
            var view = view
            let key = InstallKey(service: service, supervisor: view.supervisor)
            view.currentVersion = state.install(key)?.status.currentVersion
            view.fingerprint = Self.fingerprint(view)
            return view
        }
    }

    /// Asks at most `parallel` agents at once; answers in the order of the questions, what went wrong as refusals.
    func views(
        _ questions: [AgentInquiry], parallel: Int, timeout: @escaping @Sendable () -> Duration
    ) async -> [PlanView] {
        await withTaskGroup(of: (Int, PlanView).self) { group in
            var views: [Int: PlanView] = [:]
            var next = 0
            while next < questions.count || views.count < questions.count {
                if next < questions.count, next - views.count < parallel {
                    let (index, question) = (next, questions[next])
                    group.addTask { (index, await self.view(question, timeout: timeout())) }
                    next += 1
                } else if let (index, view) = await group.next() {
                    views[index] = view
                }
            }
            return questions.indices.compactMap { views[$0] }
        }
    }

    /// One question per target. Supervisors that were named are planned one by one, so that a rule broken on one of
    /// them is that one's refusal.
    private func planned(
        _ operation: FleetTask.Operation, _ request: InstallRequest, _ state: FleetState
    ) async throws(FleetError) -> [AgentInquiry] {
        var request = try state.resolved(request)
        guard case .named(let names) = request.targets, names.count > 1 else {
            let layered = try await layeredValues(operation, request, state)
            let asked = layered.selections.map {
                AgentInquiry(supervisor: $0.key, ask: .plan(request.service, $0.value), version: $0.value.version)
            }
            let refused = layered.refusals.map {
                AgentInquiry(supervisor: $0.key, version: request.version, refusal: $0.value)
            }
            return (asked + refused).sorted { $0.supervisor < $1.supervisor }
        }
        var questions: [AgentInquiry] = []
        for name in names {
            request.targets = .named([name])
            do throws(FleetError) {
                let layered = try await layeredValues(operation, request, state)
                if let refusal = layered.refusal { throw refusal }
                guard let selection = layered.selections[name] else { continue }
                questions.append(
                    AgentInquiry(supervisor: name, ask: .plan(request.service, selection), version: selection.version))
            } catch {
                questions.append(AgentInquiry(supervisor: name, version: request.version, refusal: error))
            }
        }
        return questions
    }

    private func view(_ question: AgentInquiry, timeout: Duration) async -> PlanView {
        let supervisor = question.supervisor
        var view = PlanView(
            supervisor: supervisor, targetVersion: question.version, refusal: question.refusal)
        guard let ask = question.ask else { return view }
        do throws(FleetError) {
            switch try await self.ask(ask, of: supervisor, timeout: timeout) {
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
