internal import FleetModel

extension FleetState {
    func decideInstall(
        _ operation: FleetTask.Operation, _ request: InstallRequest, _ context: CommandContext
    ) throws(FleetError) -> Decision {
        let preparation = try prepare(operation, request)
        var plans: [TargetPlan] = []
        for target in preparation.targets {
            let key = InstallKey(service: preparation.service, supervisor: target.supervisor)
            guard let prepared = context.values[target.supervisor], prepared.base == target.base,
                prepared.version == target.version.version
            else {
                throw FleetError(
                    .conflict, "\(key) changed while the command was prepared", next: "run the command again")
            }
            let selection = PackageSelection(
                version: target.version.version, package: target.version.package, values: prepared.values,
                bundleImage: target.version.bundleImage, bundleTree: target.version.bundleTree,
                bundleContent: target.version.bundleContent, namespace: target.namespace)
            plans.append(
                TargetPlan(
                    supervisor: target.supervisor, intent: .present(selection),
                    dataConsent: request.dataConsent.contains(key) || Sabotage.isActive(.inventConsent)
                        ? .confirmed(key) : .none))
        }
        var versions = Set(preparation.targets.map(\.version.version))
        let version = versions.popFirst()
        return created(
            preparation.operation, preparation.service, version: versions.isEmpty ? version : nil, plans: plans,
            maxParallel: request.maxParallel, maxFailures: request.maxFailures, reason: request.reason,
            context: context, lines: preparation.skipped)
    }

    func decideUninstall(_ request: UninstallRequest, _ context: CommandContext) throws(FleetError) -> Decision {
        try checkLimits(maxParallel: request.maxParallel, maxFailures: request.maxFailures)
        let service = request.service
        let selected = try select(request.targets, having: service, operation: .uninstall)
        let named = if case .named = request.targets { true } else { false }
        var plans: [TargetPlan] = []
        var skipped: [String] = []
        for supervisor in selected {
            let key = InstallKey(service: service, supervisor: supervisor)
            guard occupies(key) else {
                throw FleetError(
                    .notFound, "\(service) is not installed on \(supervisor)",
                    next: "flotilla service show \(service.shortName)")
            }
            if let task = openTargets[key], case .absent(let policy) = wanted(key), policy == request.data {
                guard !named else {
                    throw FleetError(
                        .notAllowedInCurrentState, "\(key) is already being removed",
                        reason: "task \(task) carries it out", next: "flotilla task follow \(task)")
                }
                skipped.append("\(supervisor)  already being removed by task \(task)")
                continue
            }
            if request.data == .delete, !request.dataConsent.contains(key) {
                throw FleetError(
                    .refused, "deleting the data of \(key) needs your consent by name",
                    reason: "an uninstall keeps claims and volumes unless the install is named",
                    next: "flotilla uninstall \(service.shortName) --on \(supervisor) --delete-data --confirm \(key)")
            }
            plans.append(
                TargetPlan(
                    supervisor: supervisor, intent: .absent(request.data),
                    dataConsent: request.data == .delete ? .confirmed(key) : .none))
        }
        guard !plans.isEmpty else {
            throw FleetError(
                skipped.isEmpty ? .notFound : .notAllowedInCurrentState,
                skipped.isEmpty ? "\(service) is installed nowhere" : "\(service) is already being removed everywhere",
                reason: skipped.joined(separator: "; "), next: "flotilla service show \(service.shortName)")
        }
        return created(
            .uninstall, service, version: nil, plans: plans, maxParallel: request.maxParallel,
            maxFailures: request.maxFailures, reason: "", context: context, lines: skipped)
    }

    private func created(
        _ operation: FleetTask.Operation, _ service: ServiceID, version: String?, plans: [TargetPlan],
        maxParallel: Int, maxFailures: Int, reason: String, context: CommandContext, lines: [String]
    ) -> Decision {
        let id = TaskID("t-\(lastTaskNumber + 1)")
        let task = FleetTask(
            id: id, command: context.id, operation: operation, service: service, version: version,
            createdAt: context.at, maxParallel: maxParallel, maxFailures: maxFailures,
            reason: reason.isEmpty ? context.reason : reason,
            targets: plans.map { TaskTarget(supervisor: $0.supervisor) })
        var records: [FleetRecord] = []
        for plan in plans {
            let key = InstallKey(service: service, supervisor: plan.supervisor)
            guard let older = openTargets[key] else { continue }
            records.append(
                .targetSuperseded(.init(task: older, key: key, message: "task \(id) replaced it")))
        }
        records.append(.taskCreated(.init(task: task, plans: plans)))
        let count = plans.count == 1 ? plans[0].supervisor.rawValue : "\(plans.count) Supervisors"
        return Decision(
            records: records,
            reply: CommandReply(
                position: position, task: id, lines: ["task \(id)  \(task.title) on \(count)"] + lines))
    }
}
