internal import FleetModel
internal import FleetRuntime
internal import KubernetesClient
internal import Packaging
internal import Reconciliation
internal import ResourceModel

/// The work an install's machine asks for; each piece answers with one input.
struct InstallEffects: Sendable {
    typealias Failure = InstallReconcile.Failure

    let context: AgentContext
    let service: ServiceID
    let inputs: AsyncStream<InstallInput>.Continuation

    /// Work of many installs at once is bounded; waiting for objects to become ready holds no turn.
    func inTurn(_ body: () async -> Void) async { await context.turns.run(body) }

    func fetch(_ attempt: UInt64, _ selection: PackageSelection) async {
        do throws(Failure) {
            if Failpoint.reconcileFetch.fails() { throw Self.failed(.reconcileFetch) }
            inputs.yield(.fetched(attempt, .success(try await context.fetcher.fetch(selection, service: service))))
        } catch {
            inputs.yield(.fetched(attempt, .failure(error)))
        }
    }

    func template(_ attempt: UInt64, _ selection: PackageSelection, _ files: PackageFiles) async {
        do throws(Failure) {
            if Failpoint.reconcileTemplate.fails() { throw Self.failed(.reconcileTemplate) }
            let prepared = try await prepare(files, values: PackageRenderer.values(files.values), selection.namespace)
            inputs.yield(.templated(attempt, .success(prepared)))
        } catch {
            inputs.yield(.templated(attempt, .failure(error)))
        }
    }

    /// Renders and prepares; asks the server about the scope of every kind that is used.
    func prepare(_ files: PackageFiles, values: Value, _ namespace: String) async throws(Failure) -> PreparedPackage {
        let rendered = try await render(files, values: values, namespace)
        return PreparedPackage(
            manifests: try await manifests(rendered.documents, namespace, files.package.deploy),
            unresolvedImages: rendered.unresolvedImages)
    }

    /// Off the concurrency pool, with the Supervisor's properties that the package asks for.
    private func render(
        _ files: PackageFiles, values: Value, _ namespace: String
    ) async throws(Failure) -> RenderedPackage {
        let properties: [String: Value]
        do throws(KubernetesError) {
            properties = try await context.properties.values(for: files.schema, client: context.client)
        } catch {
            throw Self.failure(error)
        }
        let service = service
        let result: Result<RenderedPackage, Failure>
        do throws(FleetError) {
            result = try await context.compute.run {
                Result { () throws(Failure) -> RenderedPackage in
                    var rendered = try PackageRenderer.render(
                        files, values: values, namespace: namespace, properties: properties)
                    rendered.documents = rendered.documents.map {
                        ServiceNamespace.owned($0, namespace: namespace, by: service)
                    }
                    return rendered
                }
            }
        } catch {
            let text = [error.message, error.reason].filter { !$0.isEmpty }.joined(separator: ": ")
            throw Failure(text, isUnreachable: true)
        }
        return try result.get()
    }

    private func manifests(
        _ documents: [Value], _ namespace: String, _ deploy: DeployOptions
    ) async throws(Failure) -> ManifestSet {
        var scopes: [GroupVersionKind: Bool] = [:]
        for kind in Set(documents.flatMap(Self.kinds)).sorted() {
            do throws(KubernetesError) {
                scopes[kind] = try await context.client.resource(for: kind).isNamespaced
            } catch  where error.isNoKindMatch {
                continue
            } catch {
                throw Self.failure(error)
            }
        }
        do throws(KappError) {
            return try ManifestSet(documents: documents, defaultNamespace: namespace, deploy: deploy) { scopes[$0] }
        } catch {
            throw Failure(error.multiline)
        }
    }

    private static func kinds(_ document: Value) -> [GroupVersionKind] {
        if document.kind.hasSuffix("List"), let items = document["items"]?.arrayValue {
            return items.map(\.groupVersionKind)
        }
        return document.isNull ? [] : [document.groupVersionKind]
    }

    func load(
        _ attempt: UInt64, declared: [Value], namespace: String, isInstall: Bool, package: PackageDocument?
    ) async {
        do {
            try Failpoint.reconcileLoad.failRequest()
            if isInstall {
                if let package {
                    _ = try await CompatibilityGate(context: context).check(
                        package, service: service, namespace: namespace)
                }
                try await ServiceNamespace(name: namespace, service: service, client: context.client).ensure()
            }
            let (record, live) = try await read(declared: declared, namespace: namespace)
            inputs.yield(.loaded(attempt, record, live))
        } catch let error as FleetError {
            inputs.yield(.refused(attempt, error))
        } catch let error as KubernetesError {
            inputs.yield(.broke(attempt, Self.failure(error)))
        } catch {
            inputs.yield(.broke(attempt, Failure(String(describing: error))))
        }
    }

    /// The app's record (a new one when there is none) and what is live.
    func read(
        declared: [Value], namespace: String
    ) async throws(KubernetesError) -> (AppRecord, ChangeSet.Live) {
        let cluster = context.cluster
        let record =
            try await cluster.record(of: service, namespace: namespace)
            ?? AppRecord(
                name: AppCluster.recordName(service), namespace: namespace, createdAt: context.time.now,
                suffix: context.entropy.next())
        var live = try await cluster.live(declared: declared, record: record)
        // Claims without the app's label hold data as well: the guard must see them.
        let known = Set((live.labelled + live.byName).map(\.identity))
        live.byName += try await context.client.list(AppCluster.claimKind, namespace: namespace).items
            .filter { !known.contains($0.identity) }
        if declared.isEmpty { live.customs = try await cluster.customs(live.labelled, label: record.labelValue) }
        return (record, live)
    }

    func apply(_ attempt: UInt64, _ items: [ReconcileAction.Item], config: KappConfig) async {
        let applier = ChangeApplier(
            client: context.client, time: context.time, diff: SmartDiff(config: config))
        var queue = items[...]
        let inputs = inputs
        await withTaskGroup(of: Void.self) { group in
            func startNext() {
                guard !Task.isCancelled, let item = queue.popFirst() else { return }
                group.addTask {
                    if Failpoint.reconcileApply.fails() {
                        inputs.yield(.broke(attempt, Self.failed(.reconcileApply)))
                        return
                    }
                    let result = await applier.apply(item.change)
                    if Failpoint.reconcileApplied.fails() {
                        inputs.yield(.broke(attempt, Self.failed(.reconcileApplied)))
                        return
                    }
                    if Task.isCancelled { return }
                    inputs.yield(.applied(attempt, item.index, result))
                }
            }
            for _ in 0..<context.limits.applyConcurrency { startNext() }
            while await group.next() != nil { startNext() }
        }
    }

    private static let workloads: Set<String> = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"]

    func poll(_ attempt: UInt64, _ items: [ReconcileAction.Item], label: String) async {
        do throws(KubernetesError) {
            try Failpoint.reconcilePoll.failRequest()
            let associated = try await associated(items, label: label)
            var seen: [InstallReconcile.Observation] = []
            for item in items {
                let live = try await context.cluster.find(item.change.object)
                if live == nil, item.change.waiting == .reconcile {
                    inputs.yield(.broke(attempt, Self.vanished(item.change)))
                    return
                }
                let association = live?.objectLabels[KappKey.association]
                let belonging = associated.filter {
                    association != nil && $0.objectLabels[KappKey.association] == association
                        && $0.identity != live?.identity
                }
                seen.append(InstallReconcile.Observation(index: item.index, live: live, associated: belonging))
            }
            inputs.yield(.polled(attempt, seen))
        } catch {
            inputs.yield(.broke(attempt, Self.failure(error)))
        }
    }

    /// kapp's words for an object that is not there while it is waited for.
    private static func vanished(_ change: ResourceChange) -> Failure {
        let resource = change.resource
        return Failure(
            "waiting on reconcile \(resource): Errored: Getting resource \(resource): API server says: "
                + "\(change.object.kind.lowercased())s \"\(change.object.objectName)\" not found (reason: NotFound)")
    }

    /// What workloads made, found by the association label they copy.
    private func associated(
        _ items: [ReconcileAction.Item], label: String
    ) async throws(KubernetesError) -> [Value] {
        let kinds = Set(items.filter { $0.change.waiting == .reconcile }.map(\.change.object.kind))
            .intersection(Self.workloads)
        guard !kinds.isEmpty, !label.isEmpty else { return [] }
        var wanted: Set<GroupKind> = [GroupKind(group: "", kind: "Pod")]
        if kinds.contains("Deployment") { wanted.insert(GroupKind(group: "apps", kind: "ReplicaSet")) }
        if kinds.contains("StatefulSet") { wanted.insert(GroupKind(group: "", kind: "PersistentVolumeClaim")) }
        return try await context.cluster.labelled(label, kinds: wanted.sorted())
    }

    func save(_ record: AppRecord, dropping names: [String]) async throws(KubernetesError) {
        try Failpoint.reconcileSaveRecord.failRequest()
        try await context.cluster.write(record)
        for name in names { try await context.cluster.deleteConfigMap(name, namespace: record.namespace) }
    }

    private static let namespaceChecks = 60

    /// The end of an uninstall: the record goes; with the data goes the namespace.
    func finishUninstall(_ record: AppRecord, spec: InstallSpec) async throws(KubernetesError) {
        try Failpoint.reconcileDeleteRecord.failRequest()
        try await context.cluster.deleteRecord(record)
        guard case .absent(.delete) = spec.intent, spec.dataConsent.allows(context.key(service)),
            let namespace = try await context.client.find(
                AppCluster.namespaceKind, namespace: nil, name: record.namespace),
            namespace.objectLabels[ServiceNamespace.serviceLabel] == ServiceNamespace.labelValue(service)
        else { return }
        do throws(KubernetesError) {
            try await context.client.delete(AppCluster.namespaceKind, namespace: nil, name: record.namespace)
        } catch  where error.isNotFound {
            return
        }
        for _ in 0..<Self.namespaceChecks {
            let left = try await context.client.find(
                AppCluster.namespaceKind, namespace: nil, name: record.namespace)
            guard let left, left.uid == namespace.uid else { return }
            try await context.client.pause(context.limits.waitInterval)
        }
    }

    private static func failed(_ point: Failpoint) -> Failure { failure(.unreachable(at: point)) }

    static func failure(_ error: KubernetesError) -> Failure {
        Failure(
            error.description,
            isUnreachable: error.isUnreachable || error.status == 429 || (500...599).contains(error.status))
    }
}
