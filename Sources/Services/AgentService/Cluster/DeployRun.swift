internal import FleetModel
internal import FleetRuntime
internal import KubernetesClient
internal import Reconciliation
internal import ResourceModel

/// Applies a set of changes in the order of their graph and waits for each, as `kapp deploy` and `kapp delete` do.
///
/// The first error stops everything; what was applied stays applied.
struct DeployRun: Sendable {
    struct Options: Sendable {
        var concurrency = 5
        var interval = Duration.seconds(1)
        /// kapp-controller passes `--apply-timeout=5m`.
        var applyTimeout = 300
        /// kapp's default `--wait-timeout=15m`.
        var waitTimeout = 900
    }

    struct Progress: Sendable {
        var isApplying: Bool
        var done: Int
        var total: Int
        var line: String
    }

    let cluster: AppCluster
    let applier: ChangeApplier
    let config: KappConfig
    let label: String
    let time: TimeSource
    let options: Options
    let report: @Sendable (Progress) async -> Void

    func run(_ changes: [ResourceChange]) async throws(KappError) {
        guard !changes.isEmpty else { return }
        let graph = try ChangeGraph(changes: changes, config: config)
        var started: Set<Int> = []
        var done: Set<Int> = []
        var unblocked: Set<Int> = []
        var waiting: [Int: Value?] = [:]
        var waitedSince = time.now
        let beganAt = time.now
        while done.count < changes.count {
            try Self.checkCancelled()
            let ready = graph.ready(done: done.union(unblocked), started: started)
            if !ready.isEmpty {
                try await apply(ready, changes, &waiting, done: done.count)
                started.formUnion(ready)
                waitedSince = time.now
            }
            let progressed = try await look(changes, &waiting, &done, &unblocked, fresh: Set(ready))
            if done.count == changes.count { break }
            if progressed {
                waitedSince = time.now
                continue
            }
            if ready.isEmpty, waiting.isEmpty {
                throw KappError("Expected changes to become unblocked, but none did")
            }
            let late = time.now.since(waitedSince) >= .seconds(options.waitTimeout)
            if late || time.now.since(beganAt) >= .seconds(options.waitTimeout + options.applyTimeout) {
                throw .timedOut(
                    after: options.waitTimeout, resources: waiting.keys.sorted().map { changes[$0].resource })
            }
            do { try await time.sleep(for: options.interval) } catch { throw Self.stopped }
        }
    }

    static let stopped = KappError("stopped before it was done")

    private static func checkCancelled() throws(KappError) {
        if Task.isCancelled { throw stopped }
    }

    /// Applies a wave, at most `concurrency` at once, in order.
    private func apply(
        _ ready: [Int], _ changes: [ResourceChange], _ waiting: inout [Int: Value?], done: Int
    ) async throws(KappError) {
        typealias Applied = (index: Int, result: Result<Value?, KappError>)
        var queue = ready[...]
        var failure: KappError?
        let applier = applier
        await withTaskGroup(of: Applied.self) { group in
            func startNext() async {
                guard failure == nil, !Task.isCancelled, let index = queue.popFirst() else { return }
                let change = changes[index]
                await report(
                    Progress(isApplying: true, done: done, total: changes.count, line: change.applyLine))
                group.addTask {
                    do throws(KappError) {
                        return (index, .success(try await applier.apply(change)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for _ in 0..<options.concurrency { await startNext() }
            while let applied = await group.next() {
                switch applied.result {
                case .success(let saved): waiting[applied.index] = .some(saved)
                case .failure(let error): failure = failure ?? error
                }
                await startNext()
            }
        }
        if let failure { throw failure }
        try Self.checkCancelled()
    }

    /// Looks at everything that is waited for; true when anything became done or unblocked.
    private func look(
        _ changes: [ResourceChange], _ waiting: inout [Int: Value?], _ done: inout Set<Int>,
        _ unblocked: inout Set<Int>, fresh: Set<Int>
    ) async throws(KappError) -> Bool {
        let rules = WaitRules(config: config)
        let associated = try await associatedObjects(of: waiting.keys.map { changes[$0] }, skip: waiting.isEmpty)
        var progressed = false
        for index in waiting.keys.sorted() {
            let change = changes[index]
            // What was just saved is looked at as saved; only what is not done then is read again.
            var live = waiting[index] ?? nil
            if !fresh.contains(index) || change.operation == .delete { live = try await read(change) }
            let belonging = associated.filter { Self.belongs($0, to: live) }
            let (state, lines) = rules.state(of: change, live: live, associated: belonging)
            if state.hasFailed {
                throw .finishedUnsuccessfully(change.waiting, change.resource, message: state.message)
            }
            if state.isDone {
                waiting[index] = nil
                done.insert(index)
                progressed = true
            } else if state.unblocksChanges, unblocked.insert(index).inserted {
                progressed = true
            }
            if !state.isDone || change.waiting == .reconcile {
                await report(
                    Progress(
                        isApplying: false, done: done.count, total: changes.count,
                        line: lines.joined(separator: "\n")))
            }
        }
        return progressed
    }

    private func read(_ change: ResourceChange) async throws(KappError) -> Value? {
        do {
            return try await cluster.find(change.object)
        } catch {
            throw KappError("waiting on \(change.waiting.rawValue) \(change.resource): \(error.description)")
        }
    }

    private static let workloads: Set<String> = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"]

    /// Pods, ReplicaSets and claims of the workloads that are waited for.
    private func associatedObjects(
        of waited: [ResourceChange], skip: Bool
    ) async throws(KappError) -> [Value] {
        let kinds = Set(waited.filter { $0.waiting == .reconcile }.map(\.object.kind)).intersection(Self.workloads)
        guard !skip, !kinds.isEmpty else { return [] }
        var wanted: Set<GroupKind> = [GroupKind(group: "", kind: "Pod")]
        if kinds.contains("Deployment") { wanted.insert(GroupKind(group: "apps", kind: "ReplicaSet")) }
        if kinds.contains("StatefulSet") { wanted.insert(GroupKind(group: "", kind: "PersistentVolumeClaim")) }
        do {
            return try await cluster.labelled(label, kinds: wanted.sorted())
        } catch {
            throw KappError("Listing associated resources: \(error.description)")
        }
    }

    /// kapp's association label: copied from the workload to everything made from its template.
    private static func belongs(_ object: Value, to live: Value?) -> Bool {
        guard let live, let association = live.objectLabels[KappKey.association] else { return false }
        return object.objectLabels[KappKey.association] == association && object.identity != live.identity
    }
}
