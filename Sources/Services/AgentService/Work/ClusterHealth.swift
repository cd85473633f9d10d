internal import FleetModel
internal import FleetRuntime
internal import KubernetesClient
internal import ResourceModel
internal import Synchronization

/// What kind of cluster this is, and whether it answers.
struct ClusterHealth: Sendable {
    struct Facts: Hashable, Sendable {
        var version: String
        var nodes: Int
        var supervisor = SupervisorFacts()
    }

    /// What was seen last, and when: what a cluster is changes seldom, and asking takes several requests.
    private final class Seen: Sendable {
        private let last = Mutex<(facts: Facts, at: Timestamp)?>(nil)

        func keep(_ facts: Facts, at: Timestamp) { last.withLock { $0 = (facts, at) } }

        func recent(_ now: Timestamp, within age: Duration) -> Facts? {
            last.withLock { last in
                guard let last, last.at <= now, now < last.at.advanced(by: age) else { return nil }
                return last.facts
            }
        }
    }

    private static let nodeKind = GroupVersionKind(group: "", version: "v1", kind: "Node")
    private static let firstLookLimit = Duration.seconds(3)

    let client: KubernetesClient
    let time: TimeSource
    let limits: AgentLimits
    /// What the settings say of the Supervisor; wins over what the cluster tells.
    let configured: SupervisorFacts
    private let seen = Seen()

    init(client: KubernetesClient, time: TimeSource, limits: AgentLimits, configured: SupervisorFacts) {
        self.client = client
        self.time = time
        self.limits = limits
        self.configured = configured
    }

    /// What is known, when it was seen within the time between two looks; else what is seen now.
    func facts() async throws(KubernetesError) -> Facts {
        if let recent = seen.recent(time.now, within: limits.healthInterval) { return recent }
        return try await look()
    }

    /// Before the first greeting; nil when the cluster does not answer at once.
    func firstLook() async -> Facts? {
        await withTaskGroup(of: Facts?.self) { group in
            group.addTask { try? await look() }
            group.addTask {
                try? await time.sleep(for: Self.firstLookLimit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    func look() async throws(KubernetesError) -> Facts {
        let version = try await client.serverVersion()
        var nodes: [Value] = []
        do throws(KubernetesError) {
            nodes = try await client.list(Self.nodeKind).items
        } catch {
            // A service account that may not list nodes still manages its services.
            if error.isUnreachable || error.isCancelled { throw error }
        }
        let supervisor = try await SupervisorDiscovery(client: client, nodes: nodes).facts(configured)
        let facts = Facts(version: version, nodes: nodes.count, supervisor: supervisor)
        seen.keep(facts, at: time.now)
        return facts
    }

    /// Reports what changed: the version, the number of nodes, the API's absence and its return.
    func run(_ context: AgentContext, known: Facts?) async throws {
        var isAway = false
        if let known { try await tell(known, context) }
        while !Task.isCancelled {
            let result = await looked()
            switch result {
            case .success(let facts):
                try await tell(facts, context)
                if isAway { try await note("KubernetesReachable", "", context) }
                isAway = false
            case .failure(let error):
                if error.isCancelled || Task.isCancelled { return }
                if !isAway { try await note("KubernetesUnreachable", error.description, context) }
                isAway = true
            }
            do { try await time.sleep(for: limits.healthInterval) } catch { return }
        }
    }

    private func looked() async -> Result<Facts, KubernetesError> {
        do throws(KubernetesError) {
            return .success(try await look())
        } catch {
            return .failure(error)
        }
    }

    private func tell(_ facts: Facts, _ context: AgentContext) async throws(JournalError) {
        try await context.commit { draft in
            let key = "supervisor/info"
            let supervisor = facts.supervisor.isEmpty ? nil : facts.supervisor
            let value = "\(facts.version) \(facts.nodes)" + (supervisor?.mark ?? "")
            guard draft.state.seen[key] != value else { return }
            draft.report(
                .supervisorInfo(kubernetesVersion: facts.version, nodes: facts.nodes, facts: supervisor), service: nil,
                generation: 0, seen: SeenMark(key: key, value: value))
        }
    }

    private func note(_ reason: String, _ message: String, _ context: AgentContext) async throws(JournalError) {
        try await context.commit { draft in
            draft.report(.note(reason: reason, message: message), service: nil, generation: 0)
        }
    }
}

extension SupervisorFacts {
    /// Differs when any fact does: what was told last is kept as this text.
    fileprivate var mark: String {
        let names = (capabilities ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return " \(generation ?? 0) \(version ?? "-") \(capabilities == nil ? "-" : names.joined(separator: ","))"
    }
}
