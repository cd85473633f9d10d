internal import FleetModel
internal import FleetRuntime
internal import KubernetesClient
internal import Packaging
internal import Reconciliation
internal import ResourceModel

/// Answers questions about one Supervisor's installs; nothing is changed by it.
struct Answers: Sendable {
    private static let eventKind = GroupVersionKind(group: "", version: "v1", kind: "Event")

    let context: AgentContext

    func answer(_ question: AgentQuestion, within deadline: Duration) async -> AgentAnswer {
        let time = context.time
        return await withTaskGroup(of: AgentAnswer?.self) { group in
            group.addTask { await answer(question) }
            group.addTask {
                try? await time.sleep(for: deadline)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
                ?? .failed(
                    FleetError(
                        .timedOut, "\(context.supervisor) did not find the answer in time",
                        reason: "the deadline was \(deadline.components.seconds) s"))
        }
    }

    private func answer(_ question: AgentQuestion) async -> AgentAnswer {
        do {
            switch question {
            case .plan(let service, let selection): return .plan(try await plan(service, selection))
            case .inventory(let service): return .inventory(try await inventory(service))
            case .why(let service): return .why(try await why(service))
            case .drift(let service): return .drift(try await drift(service))
            }
        } catch let error as FleetError {
            return .failed(error)
        } catch let error as KubernetesError {
            return .failed(error.fleetError("the Kubernetes API of \(context.supervisor)"))
        } catch let error as KappError {
            return .failed(
                FleetError(.refused, "the plan cannot be made", reason: error.multiline, next: "flotilla doctor"))
        } catch let error as InstallReconcile.Failure {
            return .failed(
                FleetError(
                    error.isUnreachable ? .unavailable : .refused, "the package cannot be rendered",
                    reason: error.text, next: "correct the values: flotilla reconfigure … -f FILE"))
        } catch {
            return .failed(FleetError(.internalError, String(describing: error)))
        }
    }

    private func effects(_ service: ServiceID) -> InstallEffects {
        InstallEffects(context: context, service: service, inputs: AsyncStream.makeStream().continuation)
    }

    // MARK: - Plan

    private func plan(_ service: ServiceID, _ selection: PackageSelection) async throws -> ResourcePlan {
        let effects = effects(service)
        let files = try await context.fetcher.fetch(selection, service: service)
        let notices = try await CompatibilityGate(context: context).check(
            files.package, service: service, namespace: selection.namespace)
        let prepared = try await effects.prepare(
            files, values: PackageRenderer.values(files.values), selection.namespace)
        let manifests = prepared.manifests
        let (record, live) = try await effects.read(declared: manifests.objects, namespace: selection.namespace)
        let set = try ChangeSet(declared: manifests, live: live, labelValue: record.labelValue)
        let graph = try ChangeGraph(changes: set.changes, config: manifests.config)
        let changes = graph.sections.flatMap { $0 }.map { set.changes[$0] }
        var warnings = notices + [ImageLockStep.warning(prepared.unresolvedImages)].compactMap(\.self)
        // A record of the app is in its namespace.
        var hasNamespace = record.isStored
        if !hasNamespace {
            hasNamespace =
                try await context.client.find(AppCluster.namespaceKind, namespace: nil, name: selection.namespace)
                != nil
        }
        if !hasNamespace {
            warnings.append(
                "namespace \(selection.namespace) is not there yet: the API server cannot check what goes into it")
        }
        let verdicts = await verdicts(
            changes, config: manifests.config, missing: hasNamespace ? nil : selection.namespace)
        var plan = PlanBuilder.plan(
            changes: changes, verdicts: verdicts, live: live.labelled + live.byName,
            manifests: ContentDigest(sha256Of: Array(YAMLWriter.text(documents: manifests.objects).utf8)),
            warnings: warnings)
        plan.live = Self.digest(changes.compactMap(\.existing))
        return plan
    }

    /// What tells whether live objects are still as they were read.
    private static func digest(_ live: [Value]) -> ContentDigest {
        let lines = live.map { "\($0.identity) \($0.uid) \($0.resourceVersion)" }.sorted()
        return ContentDigest(sha256Of: Array(lines.joined(separator: "\n").utf8))
    }

    /// Asks the server about each change, a few at once.
    private func verdicts(
        _ changes: [ResourceChange], config: KappConfig, missing namespace: String?
    ) async -> [Int: ServerVerdict] {
        let applier = ChangeApplier(client: context.client, time: context.time, diff: SmartDiff(config: config))
        var verdicts: [Int: ServerVerdict] = [:]
        var queue = changes.indices.filter { namespace == nil || changes[$0].object.objectNamespace != namespace }[...]
        await withTaskGroup(of: (Int, ServerVerdict).self) { group in
            func startNext() {
                guard let index = queue.popFirst() else { return }
                let change = changes[index]
                group.addTask { (index, await applier.rehearse(change)) }
            }
            for _ in 0..<context.limits.applyConcurrency { startNext() }
            while let (index, verdict) = await group.next() {
                verdicts[index] = verdict
                startNext()
            }
        }
        return verdicts
    }

    // MARK: - Facts

    private func install(_ service: ServiceID) async throws -> AgentState.Install {
        guard let install = await context.store.state.installs[service] else {
            throw FleetError(
                .notFound, "\(context.key(service)) is not installed",
                reason: "its agent knows of no such install",
                next: "flotilla install \(service.shortName) --on \(context.supervisor)")
        }
        return install
    }

    private func inventory(_ service: ServiceID) async throws -> DataInventory {
        let install = await context.store.state.installs[service]
        let (_, live) = try await effects(service).read(
            declared: [], namespace: context.namespace(service, install))
        let volumes = try await context.client.list(AppCluster.volumeKind).items
        return DataInventory(live: live.labelled + live.byName, volumes: volumes)
    }

    private func why(_ service: ServiceID) async throws -> Diagnosis {
        let install = try await install(service)
        let namespace = context.namespace(service, install)
        let condition = Self.condition(install)
        var facts = DiagnosisFacts(
            key: context.key(service), condition: condition, since: install.verdict?.since ?? context.time.now)
        do throws(KubernetesError) {
            facts.live = try await effects(service).read(declared: [], namespace: namespace).1.labelled
            facts.events = try await context.client.list(Self.eventKind, namespace: namespace).items
        } catch {
            // The cluster is away: what is known must do, and the text says it.
            facts.events = []
        }
        if let rendered = try? await rendering(service, install) {
            facts.declared = rendered.objects
            facts.effectiveValues = rendered.effective
        }
        return DiagnosisRules.diagnose(facts)
    }

    private func drift(_ service: ServiceID) async throws -> [DriftItem] {
        let install = try await install(service)
        guard case .present(let selection) = install.spec.intent else { return [] }
        let effects = effects(service)
        let files = try await context.fetcher.fetch(selection, service: service)
        let values = try PackageRenderer.values(files.values)
        let manifests = try await effects.prepare(files, values: values, selection.namespace).manifests
        let (_, live) = try await effects.read(declared: manifests.objects, namespace: selection.namespace)
        let items = Drift.items(
            live: live.labelled, declared: manifests.objects,
            includingRefused: install.finalGeneration >= install.spec.generation, config: manifests.config)
        guard !items.isEmpty else { return [] }
        let adopted = await DriftAdoption.adopt(items, values: values, schema: files.schema) {
            (changed: Value) async throws(InstallReconcile.Failure) -> [Value] in
            try await effects.prepare(files, values: changed, selection.namespace).manifests.objects
        }
        return adopted.items
    }

    private func rendering(
        _ service: ServiceID, _ install: AgentState.Install
    ) async throws -> (objects: [Value], effective: Value) {
        guard case .present(let selection) = install.spec.intent else { return ([], .null) }
        let files = try await context.fetcher.fetch(selection, service: service)
        let values = try PackageRenderer.values(files.values)
        let manifests = try await effects(service).prepare(files, values: values, selection.namespace).manifests
        return (manifests.objects, PlatformValues.effective(values: values, schema: files.schema))
    }

    private static func condition(_ install: AgentState.Install) -> InstallCondition {
        var isUninstall = false
        if case .absent = install.spec.intent { isUninstall = true }
        guard let verdict = install.verdict, install.finalGeneration >= install.spec.generation else {
            return isUninstall ? .deleting : .reconciling
        }
        switch verdict.state {
        case .configured: return .succeeded
        case .configuring: return .reconciling
        case .removing: return .deleting
        case .error: return .failed(isUninstall ? .deleting : .deploying, verdict.message, deleting: isUninstall)
        }
    }
}
