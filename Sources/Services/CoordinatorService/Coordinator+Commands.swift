internal import Logging
internal import Synchronization
internal import Crypto
internal import FleetControl
package import FleetModel
internal import FleetRuntime
internal import Metrics
internal import ResourceModel

extension Coordinator {
    /// How often a command is prepared again when the fleet changed under it.
    private static let attempts = 4

    package func submit(
        _ command: FleetCommand, id: CommandID, by principal: Principal
    ) async throws(FleetError) -> CommandReply {
        Counter(label: MetricName.commands).increment()
        do throws(FleetError) {
            var attempt = 1
            while true {
                do throws(FleetError) {
                    return try await submitOnce(command, id: id, by: principal)
                } catch  where error.code == .conflict && attempt < Self.attempts && failure.withLock({ $0 == nil }) {
                    attempt += 1
                }
            }
        } catch {
            Counter(label: MetricName.refusals).increment()
            log.info(
                "command refused",
                metadata: [LogKey.command: "\(id)", LogKey.error: "\(error.code)"])
            throw error
        }
    }

    private func submitOnce(
        _ command: FleetCommand, id: CommandID, by principal: Principal
    ) async throws(FleetError) -> CommandReply {
        guard (1...128).contains(id.rawValue.utf8.count) else {
            throw FleetError(.invalidArgument, "a command id has 1 to 128 bytes")
        }
        let fingerprint = try fingerprint(command)
        let state = published.withLock { $0.state }
        if let reply = try state.remembered(id, fingerprint: fingerprint) {
            return withJoinFile(reply, command, id)
        }
        let resolved = try state.resolved(command)
        var context = CommandContext(id: id, by: principal, at: time.now, fingerprint: fingerprint)
        try await prepare(resolved, state, &context)
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
        return withJoinFile(reply, command, id)
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
        case .registerService(let documents, _), .addVersion(let documents, _):
            context.packages = try await facts(documents)
        case .addSupervisor(let supervisor, _, _, _):
            context.joinToken = ContentDigest(sha256Of: Array(joinToken(supervisor, context.id).utf8))
        case .install(let request): try await prepare(.install, request, state, &context)
        case .upgrade(let request): try await prepare(.upgrade, request, state, &context)
        case .reconfigure(let request): try await prepare(.reconfigure, request, state, &context)
        case .adoptDrift(let key, let changes):
            var request = FleetState.reconfiguration(adopting: key)
            request.set = changes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            try await prepare(.reconfigure, request, state, &context)
        case .activateService, .deactivateService, .activateVersion, .deactivateVersion, .deleteVersion,
            .deleteService, .removeSupervisor, .uninstall:
            break
        }
    }

    private func prepare(
        _ operation: FleetTask.Operation, _ request: InstallRequest, _ state: FleetState,
        _ context: inout CommandContext
    ) async throws(FleetError) {
        let prepared = try await layeredValues(operation, request, state)
        try await precheck(operation, request, prepared.selections, state)
        context.values = prepared.values
        context.warnings += prepared.warnings
    }

    /// Facts of a registration's packages; their documents are stored.
    private func facts(_ documents: [SourceDocument]) async throws(FleetError) -> [PackageFacts] {
        let registration = try PackageRegistration(documents)
        var all: [PackageFacts] = []
        for package in registration.packages {
            var facts = PackageFacts(
                service: ServiceID(package.refName), version: package.versionText,
                package: try await store(YAMLWriter.text(package.document)),
                displayName: registration.metadata?.displayName ?? "",
                shortDescription: registration.metadata?.shortDescription ?? "",
                bundleImage: package.fetch.imageReference, hasSchema: package.valuesSchema != nil)
            if case .image = package.fetch { facts.fetchesPlainImage = true }
            if let bundle = try await configuration.pinBundle(facts) {
                facts.bundleTree = bundle.digest
                if configuration.sharesBundles { facts.bundleContent = try await share(bundle, facts) }
            }
            all.append(facts)
        }
        return all.sorted { left, right in
            guard let older = PackageVersion(tolerant: left.version),
                let newer = PackageVersion(tolerant: right.version)
            else { return left.version < right.version }
            return older < newer
        }
    }

    // MARK: Join files

    /// Derived from the secret and the command: a retry prints the same token, and none is ever stored.
    private func joinToken(_ supervisor: SupervisorID, _ id: CommandID) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("join\0\(supervisor)\0\(id)".utf8), using: SymmetricKey(data: configuration.tokenSecret))
        return code.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    private func withJoinFile(_ reply: CommandReply, _ command: FleetCommand, _ id: CommandID) -> CommandReply {
        guard case .addSupervisor(let name, _, _, _) = command else { return reply }
        var reply = reply
        let token = joinToken(name, id)
        guard let supervisor = published.withLock({ $0.state.supervisors[name] }),
            supervisor.joinTokenDigest == ContentDigest(sha256Of: Array(token.utf8)),
            let expires = supervisor.joinTokenExpires
        else {
            reply.warnings.append("the join file of this command is void: \(name) was added again or removed")
            return reply
        }
        reply.joinFile = JoinFile(
            supervisor: name, moid: supervisor.moid, coordinator: configuration.address,
            enrolment: configuration.enrolmentAddress, coordinatorKey: configuration.publicKey, token: token,
            expires: expires)
        return reply
    }
}
