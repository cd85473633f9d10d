package import FleetModel

/// Plans that are kept to be applied later (architecture.md §4): they name the journal's position, the live
/// resourceVersions and the rendered manifests, and are refused when any of what they rest on differs.
extension FleetState {
    /// The wanted generation that a plan for an install rests on.
    package func generation(_ key: InstallKey) -> UInt64? { entries[key]?.install.spec.generation }

    package func plan(_ id: PlanID) throws(FleetError) -> SavedPlan {
        if let plan = plans[id] { return plan }
        throw FleetError(
            .notFound, "no saved plan \(id)",
            reason: "a plan is kept until it is carried out, and the newest \(FleetLimits.standard.savedPlans) are",
            next: "flotilla plan … --save")
    }

    func decideSavePlan(_ request: PlanRequest, _ context: CommandContext) throws(FleetError) -> Decision {
        guard !context.planTargets.isEmpty else {
            throw FleetError(.invalidArgument, "a plan without a Supervisor cannot be saved")
        }
        let id = PlanID("p-\(lastPlanNumber + 1)")
        let plan = SavedPlan(
            id: id, at: context.at, by: context.by.name, position: position,
            request: request.bound(to: context.planTargets.map(\.supervisor)), targets: context.planTargets)
        if let stale = staleness(of: plan) { throw stale }
        var reply = CommandReply(position: position, lines: ["plan \(id)  \(plan.request.command.action)"])
        reply.plan = id
        return Decision(records: [.planSaved(plan)], reply: reply)
    }

    func decideApplyPlan(_ id: PlanID, _ context: CommandContext) throws(FleetError) -> Decision {
        let plan = try plan(id)
        if let stale = staleness(of: plan) { throw stale }
        return switch plan.request {
        case .install(let request): try decideInstall(.install, request, context)
        case .upgrade(let request): try decideInstall(.upgrade, request, context)
        case .reconfigure(let request): try decideInstall(.reconfigure, request, context)
        case .uninstall(let request): try decideUninstall(request, context)
        }
    }

    /// Why the coordinator's own state no longer is what the plan was made on; nil when it is.
    package func staleness(of plan: SavedPlan) -> FleetError? {
        var reasons: [String] = []
        let service = plan.request.service
        for target in plan.targets {
            let key = InstallKey(service: service, supervisor: target.supervisor)
            let now = generation(key)
            if now != target.generation {
                func text(_ generation: UInt64?) -> String { generation.map { "generation \($0)" } ?? "no install" }
                reasons.append("\(key): \(text(now)) now, \(text(target.generation)) when the plan was made")
            }
        }
        if reasons.isEmpty { reasons = changedSelections(plan) }
        return reasons.isEmpty ? nil : Self.stale(plan, reasons)
    }

    package static func stale(_ plan: SavedPlan, _ reasons: [String]) -> FleetError {
        FleetError(
            .conflict, "plan \(plan.id) is stale; nothing was sent", reason: reasons.joined(separator: "\n"),
            next: "make a new plan: flotilla plan … --save")
    }

    private func changedSelections(_ plan: SavedPlan) -> [String] {
        let (operation, request): (FleetTask.Operation, InstallRequest)
        switch plan.request {
        case .install(let found): (operation, request) = (.install, found)
        case .upgrade(let found): (operation, request) = (.upgrade, found)
        case .reconfigure(let found): (operation, request) = (.reconfigure, found)
        case .uninstall: return []
        }
        let preparation: InstallPreparation
        do throws(FleetError) {
            preparation = try prepare(operation, request)
        } catch {
            return [error.message]
        }
        var reasons: [String] = []
        for saved in plan.targets {
            let key = InstallKey(service: preparation.service, supervisor: saved.supervisor)
            guard let target = preparation.targets.first(where: { $0.supervisor == saved.supervisor }) else {
                reasons.append("\(key): nothing to do any more")
                continue
            }
            if target.version.version != saved.selection?.version || target.version.package != saved.selection?.package
            {
                reasons.append("\(key): \(target.version.version) would be set now, not what was planned")
            }
            if target.base != saved.base { reasons.append("\(key): the values in force changed") }
        }
        return reasons
    }

    mutating func foldPlan(_ plan: SavedPlan) {
        lastPlanNumber += 1
        if plans.updateValue(plan, forKey: plan.id) == nil { planOrder.append(plan.id) }
        while planOrder.count > FleetLimits.standard.savedPlans { plans[planOrder.removeFirst()] = nil }
    }

    mutating func forget(_ plan: PlanID) {
        guard plans.removeValue(forKey: plan) != nil else { return }
        planOrder.removeAll { $0 == plan }
    }

    /// What a command does, in one line for the audit.
    func action(of command: FleetCommand, packages: [PackageFacts]) -> String {
        if let first = packages.first, case .registerService = command {
            return "register \(first.service) \(Self.versions(packages)) (\(command.documentNames))"
        }
        if let first = packages.first, case .addVersion = command {
            return "add version \(first.service) \(Self.versions(packages)) (\(command.documentNames))"
        }
        guard let id = command.appliedPlan, let plan = plans[id] else { return command.action }
        return "\(command.action): \(plan.request.command.action)"
    }

    private static func versions(_ packages: [PackageFacts]) -> String {
        packages.map(\.version).joined(separator: ", ")
    }
}

extension FleetCommand {
    package var appliedPlan: PlanID? {
        if case .applyPlan(let id) = self { id } else { nil }
    }
}
