internal import Synchronization
internal import FleetControl
package import FleetModel

extension Coordinator {
    /// Asks each target's agent what the request would do. A refusal of one Supervisor is its view's `refusal`; a
    /// refusal of the request as a whole is thrown.
    package func plan(_ request: PlanRequest) async throws(FleetError) -> [PlanView] {
        let state = published.withLock { $0.state }
        let questions: [(SupervisorID, AgentQuestion, String?)]
        switch request {
        case .install(let request): questions = try await planned(.install, request, state)
        case .upgrade(let request): questions = try await planned(.upgrade, request, state)
        case .reconfigure(let request): questions = try await planned(.reconfigure, request, state)
        case .uninstall(let request):
            let request = try state.resolved(request)
            questions = try state.uninstallTargets(request).map { ($0, .inventory(request.service), nil) }
        }
        let service = try state.resolve(request.service)
        return await withTaskGroup(of: (Int, PlanView).self) { group in
            var views: [Int: PlanView] = [:]
            var next = 0
            while next < questions.count || !group.isEmpty {
                if next < questions.count, next - views.count < configuration.planParallel {
                    let index = next
                    let (supervisor, question, version) = questions[index]
                    let current = state.install(InstallKey(service: service, supervisor: supervisor))
                    group.addTask {
                        (
                            index,
                            await self.view(supervisor, question, current: current?.status.currentVersion, to: version)
                        )
                    }
                    next += 1
                } else if let (index, view) = await group.next() {
                    views[index] = view
                }
            }
            return questions.indices.compactMap { views[$0] }
        }
    }

    private func planned(
        _ operation: FleetTask.Operation, _ request: InstallRequest, _ state: FleetState
    ) async throws(FleetError) -> [(SupervisorID, AgentQuestion, String?)] {
        let request = try state.resolved(request)
        let layered = try await layeredValues(operation, request, state)
        return layered.selections.sorted { $0.key < $1.key }.map {
            ($0.key, .plan(request.service, $0.value), $0.value.version)
        }
    }

    private func view(
        _ supervisor: SupervisorID, _ question: AgentQuestion, current: String?, to version: String?
    ) async -> PlanView {
        var view = PlanView(supervisor: supervisor, currentVersion: current, targetVersion: version)
        do throws(FleetError) {
            switch try await ask(question, of: supervisor, timeout: configuration.planTimeout) {
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
