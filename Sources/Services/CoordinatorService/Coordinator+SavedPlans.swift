internal import FleetControl
internal import FleetModel
internal import FleetRuntime

/// Plans that are kept to be applied later.
extension Coordinator {
    /// What tells whether an agent would answer the same again; nil when it gave no plan.
    static func fingerprint(_ view: PlanView) -> ContentDigest? {
        guard view.refusal == nil else { return nil }
        var bytes: [UInt8]?
        if var plan = view.plan {
            plan.warnings = []
            bytes = try? ValueEncoder.bytes(plan)
        } else if let inventory = view.inventory {
            bytes = try? ValueEncoder.bytes(inventory)
        }
        return bytes.map { ContentDigest(sha256Of: $0) }
    }

    func prepareSaving(
        _ request: PlanRequest, _ seen: [PlannedTarget], _ state: FleetState, _ context: inout CommandContext
    ) async throws(FleetError) {
        let supervisors = seen.map(\.supervisor)
        var layered = LayeredValues()
        switch request {
        case .install(let request): layered = try await layers(.install, request, supervisors, state)
        case .upgrade(let request): layered = try await layers(.upgrade, request, supervisors, state)
        case .reconfigure(let request): layered = try await layers(.reconfigure, request, supervisors, state)
        case .uninstall: break
        }
        context.planTargets = seen.map { target in
            let key = InstallKey(service: request.service, supervisor: target.supervisor)
            return SavedPlan.Target(
                supervisor: target.supervisor, generation: state.generation(key),
                selection: layered.selections[target.supervisor], base: layered.values[target.supervisor]?.base,
                fingerprint: target.fingerprint)
        }
        context.warnings += layered.warnings
    }

    private func layers(
        _ operation: FleetTask.Operation, _ request: InstallRequest, _ supervisors: [SupervisorID],
        _ state: FleetState
    ) async throws(FleetError) -> LayeredValues {
        var request = request
        request.targets = .named(supervisors)
        let layered = try await layeredValues(operation, request, state)
        if let refusal = layered.refusal { throw refusal }
        return layered
    }

    /// Asks every agent of the plan again and refuses when one answers otherwise, or cannot be asked.
    func prepareApplying(
        _ id: PlanID, _ state: FleetState, _ context: inout CommandContext
    ) async throws(FleetError) {
        let plan = try state.plan(id)
        if let stale = state.staleness(of: plan) { throw stale }
        let service = plan.request.service
        let inquiries = plan.targets.map { target in
            AgentInquiry(
                supervisor: target.supervisor, ask: target.selection.map { .plan(service, $0) } ?? .inventory(service),
                version: target.selection?.version)
        }
        let timeout = configuration.planTimeout
        let views = await views(inquiries, parallel: configuration.planParallel, timeout: { timeout })
        if let unasked = views.compactMap(\.refusal).first(where: { PrecheckRefusal.unasked.contains($0.code) }) {
            throw FleetError(
                unasked.code, "plan \(id) cannot be compared with what is live: \(unasked.message); nothing was sent",
                reason: unasked.reason, next: "flotilla apply \(id), when the agent is back")
        }
        var reasons: [String] = []
        for (target, view) in zip(plan.targets, views) where Self.fingerprint(view) != target.fingerprint {
            let key = InstallKey(service: service, supervisor: target.supervisor)
            reasons.append("\(key): \(view.refusal?.message ?? "what is live, or what would be changed, differs")")
        }
        guard reasons.isEmpty else { throw FleetState.stale(plan, reasons) }
        try checkConsent(plan, views)
        for target in plan.targets {
            guard let selection = target.selection else { continue }
            context.values[target.supervisor] = .init(
                base: target.base, version: selection.version, values: selection.values)
        }
    }

    /// The same refusals as of the command without a plan.
    private func checkConsent(_ plan: SavedPlan, _ views: [PlanView]) throws(FleetError) {
        let refusal: PrecheckRefusal
        switch plan.request {
        case .install(let request): refusal = PrecheckRefusal(operation: .install, request: request, views: views)
        case .upgrade(let request): refusal = PrecheckRefusal(operation: .upgrade, request: request, views: views)
        case .reconfigure(let request):
            refusal = PrecheckRefusal(operation: .reconfigure, request: request, views: views)
        case .uninstall: return
        }
        if let error = refusal.error { throw error }
    }
}
