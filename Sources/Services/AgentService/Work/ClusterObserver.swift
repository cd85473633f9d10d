internal import FleetModel
internal import FleetRuntime
internal import KubernetesClient
internal import Reconciliation
internal import ResourceModel
import Synchronization

/// Watches what belongs to one install: Kubernetes Events and pods of its namespace for the feed, the app's objects for
/// edits by others.
final class ClusterObserver: Sendable {
    private static let eventKind = GroupVersionKind(group: "", version: "v1", kind: "Event")
    private static let podKind = GroupVersionKind(group: "", version: "v1", kind: "Pod")

    private struct State {
        var isSettled = false
        /// What was last told of an object's drift; an object that is as applied is not in it.
        var told: [ObjectIdentity: String] = [:]
        /// What changed while the agent was changing objects itself: looked at once that is over. True = was deleted.
        var suspects: [ObjectIdentity: (object: Value, wasDeleted: Bool)] = [:]
        /// The app's objects as a watch last told of them, to see what a later list does not hold any more.
        var known: [GroupKind: [ObjectIdentity: Value]] = [:]
    }

    /// Objects kept to be looked at later; more than that are found by the next sync.
    private static let mostSuspects = 500
    /// Objects of one kind that are remembered between two lists; further ones the next sync finds.
    private static let mostKnown = 2_000

    private let context: AgentContext
    private let service: ServiceID
    private let inputs: AsyncStream<InstallInput>.Continuation
    private let state = Mutex(State())

    init(context: AgentContext, service: ServiceID, inputs: AsyncStream<InstallInput>.Continuation) {
        self.context = context
        self.service = service
        self.inputs = inputs
    }

    /// False while the agent itself is changing objects: what is seen then is its own work.
    var isSettled: Bool {
        get { state.withLock { $0.isSettled } }
        set {
            state.withLock { state in
                if !newValue, state.isSettled { state.told = [:] }
                state.isSettled = newValue
            }
        }
    }

    // MARK: - Events and pods

    func watchEvents(_ namespace: String) async throws {
        try await watch(Self.eventKind, namespace, prefix: "\(service)/event/") { event in
            let involved = event["involvedObject"] ?? .object([:])
            let count = event[at: "series", "count"]?.intValue ?? event["count"]?.intValue ?? 1
            let kind = involved["kind"]?.stringValue ?? ""
            return (
                value: String(count),
                body: .kubernetesEvent(
                    type: event["type"]?.stringValue ?? "Normal", reason: event["reason"]?.stringValue ?? "",
                    object: "\(kind)/\(involved["name"]?.stringValue ?? "")",
                    message: event["message"]?.stringValue ?? event["note"]?.stringValue ?? "",
                    count: Int(clamping: max(1, count)))
            )
        }
    }

    func watchPods(_ namespace: String) async throws {
        try await watch(Self.podKind, namespace, prefix: "\(service)/pod/") { pod in
            let phase = PodPhase.text(pod)
            return (value: phase, body: .objectPhase(object: "pod/\(pod.objectName)", phase: phase))
        }
    }

    /// Follows a kind of the namespace and reports each object once per value (contract C3: nothing twice, also after
    /// a restart, because the mark is written with the report).
    private func watch(
        _ kind: GroupVersionKind, _ namespace: String, prefix: String,
        describe: @escaping @Sendable (Value) -> (value: String, body: AgentReport.Body)
    ) async throws {
        var failure: JournalError?
        await context.client.watch(WatchTarget(kind: kind, namespace: namespace)) { event -> Bool in
            do throws(JournalError) {
                switch event {
                case .listed(let items):
                    let present = Set(items.map { prefix + $0.uid })
                    try await tell(Self.byTime(items), prefix: prefix, present: present, describe)
                case .added(let object), .modified(let object):
                    try await tell([object], prefix: prefix, present: nil, describe)
                case .deleted(let object): try await forget(prefix + object.uid)
                case .interrupted: break
                }
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
    }

    private func tell(
        _ objects: [Value], prefix: String, present: Set<String>?,
        _ describe: @escaping @Sendable (Value) -> (value: String, body: AgentReport.Body)
    ) async throws(JournalError) {
        let (service, limit) = (service, context.limits.seenMarks)
        try await context.commit { draft in
            let generation = draft.state.installs[service]?.spec.generation ?? 0
            var marks = draft.state.seen.count
            for object in objects where !object.uid.isEmpty {
                let (value, body) = describe(object)
                let key = prefix + object.uid
                guard draft.state.seen[key] != value else { continue }
                // Past the bound an object is told without a mark: it may then be told again after a restart.
                let isMarked = draft.state.seen[key] != nil || marks < limit
                if isMarked, draft.state.seen[key] == nil { marks += 1 }
                draft.report(
                    body, service: service, generation: generation,
                    seen: isMarked ? SeenMark(key: key, value: value) : nil)
            }
            guard let present else { return }
            let gone = draft.state.seen.keys.filter { $0.hasPrefix(prefix) && !present.contains($0) }.sorted()
            if !gone.isEmpty { draft.add(.forgotten(gone)) }
        }
    }

    private func forget(_ key: String) async throws(JournalError) {
        try await context.commit { draft in
            if draft.state.seen[key] != nil { draft.add(.forgotten([key])) }
        }
    }

    private static func byTime(_ items: [Value]) -> [Value] {
        func time(_ object: Value) -> String {
            for key in ["lastTimestamp", "eventTime", "firstTimestamp"] {
                if let text = object[key]?.stringValue { return text }
            }
            return object.metadata["creationTimestamp"]?.stringValue ?? ""
        }
        return items.sorted { (time($0), $0.objectName) < (time($1), $1.objectName) }
    }

    // MARK: - Drift

    func watchKind(_ kind: GroupKind, label: String, config: KappConfig) async {
        let resource: APIResource
        do throws(KubernetesError) {
            guard let found = try await context.client.preferredResource(group: kind.group, kind: kind.kind) else {
                return
            }
            resource = found
        } catch {
            return
        }
        guard resource.verbs.isEmpty || resource.verbs.contains("watch") else { return }
        let target = WatchTarget(
            kind: resource.groupVersionKind, options: ListOptions(labelSelector: label))
        await context.client.watch(target) { event -> Void in
            switch event {
            case .listed(let items):
                // What went while nothing was watched is in no event.
                for gone in self.missing(from: items, of: kind) { await self.seen(gone, wasDeleted: true, config) }
                for item in items { await self.seen(item, wasDeleted: false, config) }
            case .added(let object), .modified(let object):
                self.note(object, of: kind)
                await self.seen(object, wasDeleted: false, config)
            case .deleted(let object):
                self.state.withLock { _ = $0.known[kind]?.removeValue(forKey: object.identity) }
                await self.seen(object, wasDeleted: true, config)
            case .interrupted: break
            }
        }
    }

    private func note(_ object: Value, of kind: GroupKind) {
        guard !ResourceLabeler.isTransient(object) else { return }
        state.withLock { state in
            guard state.known[kind]?.count ?? 0 < Self.mostKnown else { return }
            state.known[kind, default: [:]][object.identity] = Self.slim(object)
        }
    }

    /// What was there when the kind was last seen and is not in the new list.
    private func missing(from items: [Value], of kind: GroupKind) -> [Value] {
        let before = state.withLock { $0.known.removeValue(forKey: kind) } ?? [:]
        for item in items { note(item, of: kind) }
        let present = Set(items.map(\.identity))
        return before.filter { !present.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value)
    }

    private func seen(_ object: Value, wasDeleted: Bool, _ config: KappConfig) async {
        let mayLook = state.withLock { state in
            if state.isSettled { return true }
            if state.suspects.count < Self.mostSuspects || state.suspects[object.identity] != nil {
                state.suspects[object.identity] = (Self.slim(object), wasDeleted)
            }
            return false
        }
        guard mayLook else { return }
        if wasDeleted { await lookForDeleted(object) } else { await look(at: object, config) }
    }

    /// Enough of an object to find it again.
    private static func slim(_ object: Value) -> Value {
        var slim: Value = ["apiVersion": .string(object.apiVersion), "kind": .string(object.kind)]
        for key in ["name", "namespace"] { slim[at: "metadata", key] = object.metadata[key] }
        if let identity = object.metadata["annotations"]?[KappKey.identity] {
            slim[at: "metadata", "annotations", KappKey.identity] = identity
        }
        return slim
    }

    /// Looks at what others may have changed while the agent was at work.
    func lookAtSuspects(_ config: KappConfig) async {
        let suspects = state.withLock { state in
            defer { state.suspects = [:] }
            return state.suspects
        }
        for (_, suspect) in suspects.sorted(by: { $0.key < $1.key }) {
            if suspect.wasDeleted {
                await lookForDeleted(suspect.object)
            } else {
                await look(at: suspect.object, config)
            }
        }
    }

    /// An object that is not as it was applied is read once more, so that a late event of our own work is no drift.
    private func look(at seen: Value, _ config: KappConfig) async {
        guard Self.differs(seen, config) else {
            state.withLock { $0.told[seen.identity] = nil }
            return
        }
        guard let live = try? await context.cluster.find(seen), isSettled, Self.differs(live, config) else { return }
        let items = Drift.items(live: [live], config: config)
        guard !items.isEmpty else { return }
        tell(live, items.map { "\($0.field): \($0.declared) → \($0.live)" }.joined(separator: ", "))
    }

    private static func differs(_ live: Value, _ config: KappConfig) -> Bool {
        !live.isBeingDeleted && !ResourceLabeler.isTransient(live)
            && SmartDiff(config: config).trustedLastApplied(of: live) == nil
    }

    private func lookForDeleted(_ object: Value) async {
        guard !ResourceLabeler.isTransient(object) else { return }
        do throws(KubernetesError) {
            guard try await context.cluster.find(object) == nil, isSettled else { return }
            tell(object, "deleted")
        } catch {
            return
        }
    }

    private func tell(_ object: Value, _ summary: String) {
        let isNews = state.withLock { state in
            if state.told[object.identity] == summary { return false }
            state.told[object.identity] = summary
            return true
        }
        if isNews { inputs.yield(.drift(resource: object.kappDescription, summary: summary)) }
    }
}
