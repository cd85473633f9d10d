internal import Logging
internal import Synchronization
internal import Crypto
internal import FleetControl
package import FleetModel
internal import FleetRuntime
internal import Metrics

extension Coordinator {
    /// How often a command is prepared again when the fleet changed under it.
    private static let attempts = 4

    package func submit(
        _ command: FleetCommand, id: CommandID, by principal: Principal, reason: String?
    ) async throws(FleetError) -> CommandReply {
        Counter(label: MetricName.commands).increment()
        do throws(FleetError) {
            var attempt = 1
            while true {
                do throws(FleetError) {
                    return try await submitOnce(command, id: id, by: principal, reason: reason)
                } catch
                    where error.code == .conflict && attempt < Self.attempts && command.appliedPlan == nil
                    && failure.withLock({ $0 == nil })
                {
                    attempt += 1
                }
            }
        } catch {
            Counter(label: MetricName.refusals).increment()
            if error.code == .unauthorized || error.code == .unauthenticated {
                await noteRefusal(error, name: principal.name, from: principal.from, action: command.action)
            }
            log.info(
                "command refused",
                metadata: [LogKey.command: "\(id)", LogKey.error: "\(error.code)"])
            throw error
        }
    }

    private func submitOnce(
        _ command: FleetCommand, id: CommandID, by principal: Principal, reason: String?
    ) async throws(FleetError) -> CommandReply {
        guard (1...128).contains(id.rawValue.utf8.count) else {
            throw FleetError(.invalidArgument, "a command id has 1 to 128 bytes")
        }
        if Failpoint.coordinatorCommand.fails() { throw Self.failure(at: .coordinatorCommand) }
        let fingerprint = try fingerprint(command)
        let state = published.withLock { $0.state }
        var context = CommandContext(id: id, by: principal, at: time.now, fingerprint: fingerprint)
        context.reason = reason.flatMap { $0.isEmpty ? nil : $0 }
        if let reply = try state.answered(command, context) { return withSecret(reply, command, id) }
        let resolved = try state.resolved(command)
        try state.authorize(resolved, by: principal, at: context.at)
        try await prepare(resolved, state, &context)
        if Failpoint.coordinatorPrepared.fails() { throw Self.failure(at: .coordinatorPrepared) }
        let prepared = context
        let replied = SharedReply()
        let decided = try await perform { state, at throws(FleetError) in
            var context = prepared
            context.at = at
            let decision = try state.decide(resolved, context)
            replied.set(decision.reply)
            return decision.records
        }
        var reply = replied.value
        reply.position = decided.records.isEmpty ? max(reply.position, 0) : decided.position
        return withSecret(reply, command, id)
    }

    /// Hands one decision to the sequencer and waits until its records are on disk.
    func perform(
        _ decide: @escaping @Sendable (FleetState, Timestamp) throws(FleetError) -> [FleetRecord]
    ) async throws(FleetError) -> Work.Decided {
        let result: Result<Work.Decided, FleetError> = await withCheckedContinuation { continuation in
            let taken = work.push(Work(decide: decide, done: { continuation.resume(returning: $0) }))
            guard !taken else { return }
            let error =
                failure.withLock { $0 }
                ?? FleetError(
                    .limitExceeded, "the coordinator is busy or stopping",
                    reason: "the limit waitingWork is \(configuration.waitingWork)", next: "run the command again")
            continuation.resume(returning: .failure(error))
        }
        return try result.get()
    }

    /// What a caller hears when a failpoint stops a command that changed nothing yet.
    private static func failure(at point: Failpoint) -> FleetError {
        FleetError(.unavailable, "the command was not taken", reason: point.text, next: "run the command again")
    }

    /// The digest of a command's canonical bytes.
    private func fingerprint(_ command: FleetCommand) throws(FleetError) -> ContentDigest {
        do {
            return ContentDigest(sha256Of: try ValueEncoder.bytes(command))
        } catch {
            throw FleetError(.internalError, "the command cannot be encoded", reason: "\(error)")
        }
    }

    /// Parses, checks and stores what the decision names by digest.
    private func prepare(
        _ command: FleetCommand, _ state: FleetState, _ context: inout CommandContext
    ) async throws(FleetError) {
        switch command {
        case .registerService(let documents, _, let options), .addVersion(let documents, _, let options):
            try await register(documents, options ?? RegistrationOptions(), state, &context)
        case .addSupervisor(let supervisor, _, _, _, _):
            context.joinToken = ContentDigest(sha256Of: Array(joinToken(supervisor, context.id).utf8))
        case .rotateKey: context.keyGrace = configuration.keyTimes.grace
        case .createToken(let id, _):
            context.accessToken = ContentDigest(sha256Of: Array(accessToken(id, context.id).utf8))
        case .install(let request): try await prepare(.install, request, state, &context)
        case .upgrade(let request): try await prepare(.upgrade, request, state, &context)
        case .reconfigure(let request): try await prepare(.reconfigure, request, state, &context)
        case .adoptDrift(let key, let changes):
            var request = FleetState.reconfiguration(adopting: key)
            request.set = changes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            try await prepare(.reconfigure, request, state, &context)
        case .savePlan(let request, let seen): try await prepareSaving(request, seen, state, &context)
        case .applyPlan(let id): try await prepareApplying(id, state, &context)
        case .activateService, .deactivateService, .activateVersion, .deactivateVersion, .deleteVersion,
            .deleteService, .removeSupervisor, .acceptSupervisor, .rejectSupervisor, .uninstall, .setOperator,
            .lockOperator, .removeOperator, .revokeToken:
            break
        }
    }

    private func prepare(
        _ operation: FleetTask.Operation, _ request: InstallRequest, _ state: FleetState,
        _ context: inout CommandContext
    ) async throws(FleetError) {
        let prepared = try await layeredValues(operation, request, state)
        if let refusal = prepared.refusal { throw refusal }
        try await precheck(operation, request, prepared.selections, state)
        context.values = prepared.values
        context.warnings += prepared.warnings
    }
}
