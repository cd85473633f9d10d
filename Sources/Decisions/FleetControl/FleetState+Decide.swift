package import FleetModel

extension FleetState {
    /// Decides one command: the records it comes to, or a refusal that names the rule. Changes nothing.
    ///
    /// A command id that was carried out before gives its first answer again and no records; with another command it is
    /// refused. Services in `command` must be named in full (`resolved`).
    package func decide(_ command: FleetCommand, _ context: CommandContext) throws(FleetError) -> Decision {
        if let reply = try answered(command, context) { return Decision(records: [], reply: reply) }
        try authorize(command, by: context.by, at: context.at)
        try Self.checkReason(context.reason)
        var decision: Decision =
            switch command {
            case .registerService(_, let dryRun, _): try decideRegister(context, isNew: true, dryRun: dryRun)
            case .addVersion(_, let dryRun, _): try decideRegister(context, isNew: false, dryRun: dryRun)
            case .activateService(let id): try decideServiceState(id, .activated)
            case .deactivateService(let id): try decideServiceState(id, .deactivated)
            case .activateVersion(let id, let version): try decideVersionState(id, version, .activated)
            case .deactivateVersion(let id, let version): try decideVersionState(id, version, .deactivated)
            case .deleteVersion(let id, let version): try decideDeleteVersion(id, version)
            case .deleteService(let id): try decideDeleteService(id)
            case .addSupervisor(let id, let moid, let labels, let lifetime, let autoAccept):
                try decideAddSupervisor(
                    id, moid: moid, labels: labels, lifetime: lifetime, autoAccept: autoAccept ?? false, context)
            case .removeSupervisor(let id): try decideRemoveSupervisor(id, context)
            case .acceptSupervisor(let id, let fingerprint): try decideAccept(id, fingerprint: fingerprint)
            case .rejectSupervisor(let id): try decideReject(id)
            case .rotateKey(let id): try decideRotateKey(id, context)
            case .install(let request): try decideInstall(.install, request, context)
            case .upgrade(let request): try decideInstall(.upgrade, request, context)
            case .reconfigure(let request): try decideInstall(.reconfigure, request, context)
            case .uninstall(let request): try decideUninstall(request, context)
            case .adoptDrift(let key, _):
                try decideInstall(.reconfigure, Self.reconfiguration(adopting: key), context)
            case .savePlan(let request, _): try decideSavePlan(request, context)
            case .applyPlan(let id): try decideApplyPlan(id, context)
            case .setOperator, .lockOperator, .removeOperator, .createToken, .revokeToken:
                try decideAccess(command, context)
            }
        decision.reply.warnings = context.warnings + decision.reply.warnings
        guard !decision.records.isEmpty else { return decision }
        decision.records.append(
            .commandAccepted(
                .init(
                    id: context.id, by: context.by, fingerprint: context.fingerprint, task: decision.reply.task,
                    lines: decision.reply.lines, warnings: decision.reply.warnings,
                    action: action(of: command, packages: context.packages),
                    reason: context.reason ?? command.remark, plan: command.appliedPlan ?? decision.reply.plan)))
        return decision
    }

    /// The answer already given to this command, if any, for one who may give it.
    package func answered(_ command: FleetCommand, _ context: CommandContext) throws(FleetError) -> CommandReply? {
        guard let reply = try remembered(context.id, fingerprint: context.fingerprint) else { return nil }
        try authorizeRetry(command, by: context.by, at: context.at)
        return reply
    }

    /// The answer already given to this command id, if any. Refuses an id that was used for another command.
    package func remembered(_ id: CommandID, fingerprint: ContentDigest) throws(FleetError) -> CommandReply? {
        guard let known = commands[id], !Sabotage.isActive(.repeatCommands) else { return nil }
        guard known.fingerprint == fingerprint else {
            throw FleetError(
                .conflict, "command id \(id) was already used for another command",
                reason: "a command id names one command for ever; only a retry may carry it again",
                next: "run the command again: it gets a new id")
        }
        return known.reply
    }

    /// `drift adopt` is a reconfigure of one install with the live values set.
    package static func reconfiguration(adopting key: InstallKey) -> InstallRequest {
        InstallRequest(service: key.service, targets: .named([key.supervisor]), reason: "drift adopt")
    }
}
