internal import FleetModel
internal import FleetRuntime
internal import KubernetesClient
internal import Logging
internal import Packaging
internal import Reconciliation
internal import ResourceModel

/// Runs one install: feeds its machine and does what the machine says, one input at a time.
struct InstallLoop {
    private let context: AgentContext
    private let service: ServiceID
    private let stream: AsyncStream<InstallInput>
    private let inputs: AsyncStream<InstallInput>.Continuation
    private let effects: InstallEffects
    private let scope = CancelScope()
    private let observer: ClusterObserver
    private let logger: Logger

    private var machine: InstallReconcile
    private var files: PackageFiles?
    private var package: PackageDocument?
    private var config = KappConfig.standard
    private var record: AppRecord?
    private var watched: Set<GroupKind> = []
    private var watchesNamespace = false
    private var isForgotten = false

    init(
        context: AgentContext, service: ServiceID, install: AgentState.Install,
        stream: AsyncStream<InstallInput>, inputs: AsyncStream<InstallInput>.Continuation
    ) {
        self.context = context
        self.service = service
        self.stream = stream
        self.inputs = inputs
        logger = context.logger.with(LogKey.service, service)
        effects = InstallEffects(context: context, service: service, inputs: inputs)
        observer = ClusterObserver(context: context, service: service, inputs: inputs)
        machine = InstallReconcile(
            key: context.key(service), restoring: install.spec,
            outcomeReported: install.finalGeneration >= install.spec.generation,
            currentVersion: install.currentVersion, settings: context.settings)
    }

    /// Until the uninstall is complete or the task is cancelled.
    consuming func run() async throws {
        var loop = self
        try await withThrowingDiscardingTaskGroup { group in
            try await loop.perform(loop.machine.resume(now: loop.context.time.now), &group)
            for await input in loop.stream {
                // What is cut short by the end of the process is no outcome.
                if Task.isCancelled { break }
                if Sabotage.isActive(.stopWithoutCoordinator), await !loop.context.link.isLive { continue }
                if case .templated(loop.machine.attempt, .success(let prepared)) = input {
                    try await loop.warn(of: prepared.unresolvedImages)
                }
                let actions = loop.take(input)
                if loop.machine.isRunning { loop.observer.isSettled = false }
                // After a restart there may be no further outcome: what the record names is followed from here on, so
                // that nothing changes unseen between this reading and the end of the attempt.
                if case .loaded = input { loop.observeKinds(&group) }
                try await loop.perform(actions, &group)
                if loop.isForgotten { break }
                loop.settle(&group)
            }
            group.cancelAll()
        }
    }

    /// After every input: whether what is seen from now on is others' doing.
    private func settle(_ group: inout ThrowingDiscardingTaskGroup<any Error>) {
        guard !machine.isRunning else { return }
        observer.isSettled = true
        guard case .succeeded = machine.state else { return }
        group.addTask { [observer, config] in await observer.lookAtSuspects(config) }
    }

    /// Once for each generation and set of images, also across restarts.
    private func warn(of unresolved: [String]) async throws(JournalError) {
        let warning = ImageLockStep.warning(unresolved)
        let (service, key) = (service, "\(service)/images")
        try await context.commit { draft in
            let generation = draft.state.installs[service]?.spec.generation ?? 0
            guard let warning else {
                if draft.state.seen[key] != nil { draft.add(.forgotten([key])) }
                return
            }
            let value = "\(generation) \(warning)"
            guard draft.state.seen[key] != value else { return }
            draft.report(
                .note(reason: "ImagesUnresolved", message: warning), service: service, generation: generation,
                seen: SeenMark(key: key, value: value))
        }
    }

    private mutating func take(_ input: InstallInput) -> [ReconcileAction] {
        let now = context.time.now
        switch input {
        case .desired(let spec): return machine.desired(spec, now: now)
        case .timer(let kind, let id): return machine.timerFired(kind, id: id, now: now)
        case .fetched(let attempt, let result):
            if case .success(let fetched) = result {
                files = fetched
                package = fetched.package
            }
            return machine.fetched(attempt: attempt, result.map { _ in }, now: now)
        case .templated(let attempt, let result):
            files = nil
            if case .success(let prepared) = result { config = prepared.manifests.config }
            return machine.templated(attempt: attempt, result.map(\.manifests), now: now)
        case .loaded(let attempt, let record, let live):
            self.record = record
            return machine.loaded(
                attempt: attempt, record: record, live: live, suffix: context.entropy.next(), now: now)
        case .refused(let attempt, let error): return machine.refused(attempt: attempt, error)
        case .applied(let attempt, let index, let result):
            return machine.applied(attempt: attempt, index: index, result, now: now)
        case .polled(let attempt, let seen): return machine.polled(attempt: attempt, seen, now: now)
        case .broke(let attempt, let failure): return machine.broke(attempt: attempt, failure, now: now)
        case .drift(let resource, let summary):
            return machine.driftSeen(resource: resource, summary: summary, now: now)
        }
    }

    private mutating func perform(
        _ actions: [ReconcileAction], _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws {
        var rest = actions[...]
        while let action = rest.popFirst() {
            if let instead = try await perform(action, &group) { rest = instead[...] }
        }
    }

    /// Actions that replace those still to be done, when the machine had to be told of a failure in between.
    private mutating func perform(
        _ action: ReconcileAction, _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws -> [ReconcileAction]? {
        let effects = effects
        switch action {
        case .fetch(let attempt, let selection):
            config = .standard
            observeNamespace(selection.namespace, &group)
            start(.attempt(attempt), &group) { await effects.fetch(attempt, selection) }
        case .template(let attempt, let selection):
            guard let files else { return nil }
            start(.attempt(attempt), &group) {
                await effects.inTurn { await effects.template(attempt, selection, files) }
            }
        case .load(let attempt, let declared):
            let install = await context.store.state.installs[service]
            var isInstall = false
            var namespace = context.namespace(service, install)
            if case .present(let selection)? = machine.spec?.intent {
                isInstall = true
                namespace = selection.namespace
            }
            observeNamespace(namespace, &group)
            start(.attempt(attempt), &group) { [namespace, isInstall, package] in
                await effects.inTurn {
                    await effects.load(
                        attempt, declared: declared, namespace: namespace, isInstall: isInstall, package: package)
                }
            }
        case .saveRecord(let record, let names):
            self.record = record
            return try await write { () async throws(KubernetesError) in
                try await effects.save(record, dropping: names)
            }
        case .deleteRecord(let record):
            guard let spec = machine.spec else { return nil }
            let instead = try await write { () async throws(KubernetesError) in
                try await effects.finishUninstall(record, spec: spec)
            }
            return instead ?? machine.recordDeleted(attempt: machine.attempt)
        case .apply(let attempt, let items):
            start(.attempt(attempt), &group) { [config] in
                await effects.inTurn { await effects.apply(attempt, items, config: config) }
            }
        case .poll(let attempt, let items):
            let label = record?.label ?? ""
            start(.attempt(attempt), &group) { await effects.poll(attempt, items, label: label) }
        case .setTimer(let kind, let id, let after):
            let (time, inputs) = (context.time, inputs)
            scope.stop(.timer("\(kind)"))
            start(.timer("\(kind)"), &group) {
                do { try await time.sleep(for: after) } catch { return }
                inputs.yield(.timer(kind, id: id))
            }
        case .cancel(let attempt): await scope.cancel(.attempt(attempt))
        case .report(let generation, let body):
            try await context.report(body, service: service, generation: generation, summary: summary(body))
            if case .outcome(let outcome) = body {
                try Failpoint.reconcileOutcome.failStorage()
                logger.info(
                    "install finished",
                    metadata: ["\(LogKey.generation)": "\(generation)", "verdict": "\(outcome.verdict.rawValue)"])
                observeKinds(&group)
            }
        case .forget: try await forget()
        }
        return nil
    }

    private mutating func forget() async throws {
        try Failpoint.reconcileForget.failStorage()
        try await context.forget(service)
        isForgotten = true
    }

    /// Writes or removes the app's record; on failure the actions that replace those still to be done.
    private mutating func write(
        _ body: () async throws(KubernetesError) -> Void
    ) async throws -> [ReconcileAction]? {
        do throws(KubernetesError) {
            try await body()
            return nil
        } catch {
            try Task.checkCancellation()
            return failed(error)
        }
    }

    private mutating func failed(_ error: KubernetesError) -> [ReconcileAction]? {
        logger.warning("the app's record could not be written", metadata: ["\(LogKey.error)": "\(error.description)"])
        let instead = machine.broke(
            attempt: machine.attempt, InstallEffects.failure(error), now: context.time.now)
        return instead.isEmpty ? nil : instead
    }

    private func start(
        _ key: CancelScope.Key, _ group: inout ThrowingDiscardingTaskGroup<any Error>,
        _ body: @escaping @Sendable () async -> Void
    ) {
        let ticket = scope.register(key)
        group.addTask { [scope] in await scope.run(ticket, body) }
    }

    /// What the agent must still know after a restart, with the outcome it belongs to.
    private func summary(_ body: AgentReport.Body) -> AppliedSummary? {
        guard case .outcome(let outcome) = body, case .present(let selection)? = machine.spec?.intent,
            let record, outcome.verdict != .superseded
        else { return nil }
        return AppliedSummary(
            generation: machine.spec?.generation ?? 0, version: selection.version, namespace: selection.namespace,
            label: record.labelValue,
            kinds: record.usedGKs.sorted().map { AppliedSummary.UsedKind(group: $0.group, kind: $0.kind) },
            objectCount: outcome.objectCount, succeeded: outcome.verdict == .succeeded, message: outcome.message,
            at: context.time.now)
    }

    private mutating func observeNamespace(
        _ namespace: String, _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) {
        guard !watchesNamespace else { return }
        watchesNamespace = true
        let observer = observer
        let (inputs, failure) = (inputs, context.failure)
        group.addTask { try await inputs.endingOnFailure(failure) { try await observer.watchEvents(namespace) } }
        group.addTask { try await inputs.endingOnFailure(failure) { try await observer.watchPods(namespace) } }
    }

    /// Follows every kind the app has, so that an edit is seen at once.
    private mutating func observeKinds(_ group: inout ThrowingDiscardingTaskGroup<any Error>) {
        guard let record, case .present? = machine.spec?.intent else { return }
        let observer = observer
        let (label, config) = (record.label, config)
        for kind in record.usedGKs.sorted() where watched.insert(kind).inserted {
            group.addTask { await observer.watchKind(kind, label: label, config: config) }
        }
    }
}
