import AgentLink
import AgentService
import FleetModel
import FleetRuntime
import KubernetesClient
import Logging
import PackageSources
import ResourceModel
import Reconciliation
import SupervisorCluster
import SupervisorHTTP
import Testing

/// One Supervisor, one agent's disk and one coordinator; agent processes come and go.
struct Bench: Sendable {
    static let service = ServiceID("demo.example.com.local")
    static let namespace = "svc-demo-domain-c8"

    let time = TimeSource(clock: ContinuousClock()) { Bench.wall() }
    let cluster: SimulatedSupervisor
    var journal = InMemoryJournal()
    var limits = AgentLimits()
    var properties = SupervisorProperties()
    var facts = SupervisorFacts()
    let contents = InMemoryContentStore()
    let coordinator: ScriptedCoordinator

    private let timing: LinkTiming

    init(timing: LinkTiming = LinkTiming()) {
        let time = time
        self.timing = timing
        cluster = SimulatedSupervisor(
            settings: ClusterSettings(), time: time,
            controllers: StandardControllers(settings: .instant))
        coordinator = ScriptedCoordinator(time: time, timing: timing)
    }

    private static func wall() -> Timestamp {
        Timestamp.zero.advanced(
            by: .seconds(1_700_000_000) + (ContinuousClock.now - start))
    }
    private static let start = ContinuousClock.now

    var key: InstallKey { InstallKey(service: Self.service, supervisor: SupervisorID("sv-test")) }

    var client: KubernetesClient {
        var limits = ClientLimits()
        limits.watchBackoffFirst = .milliseconds(20)
        return KubernetesClient(exchange: cluster, time: time, limits: limits, logger: Logger(label: "test"))
    }

    func agent(_ transport: PairedTransport) -> Agent {
        var configuration = AgentConfiguration(
            supervisor: SupervisorID("sv-test"), moid: "domain-c8", agentVersion: "test")
        configuration.limits = limits
        configuration.link = timing
        configuration.properties = properties
        configuration.facts = facts
        configuration.reconcile.waitPoll = .milliseconds(20)
        configuration.reconcile.driftDelay = .milliseconds(20)
        return Agent(
            configuration: configuration, client: client, journal: journal, contents: contents,
            transport: transport, bundles: SourceMap(rules: [], asksCoordinator: true), time: time,
            entropy: SystemEntropy(),
            compute: InlineComputeExecutor(),
            logger: Logger(label: "test"))
    }

    /// Runs an agent process and the cluster's controllers while `body` works; then kills the agent.
    func withAgent<Result: Sendable>(
        _ body: @escaping @Sendable (PairedTransport) async throws -> Result
    ) async throws -> Result {
        let transport = PairedTransport()
        let agent = agent(transport)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await agent.work()
                return nil
            }
            group.addTask {
                await coordinator.serve(transport)
                return nil
            }
            group.addTask {
                await cluster.runControllers()
                return nil
            }
            group.addTask { try await body(transport) }
            var result: Result?
            while result == nil, let next = try await group.next() { result = next }
            group.cancelAll()
            guard let result else { throw CancellationError() }
            return result
        }
    }

    /// Waits for a condition, with a deadline.
    func eventually(
        _ what: Comment, within limit: Duration = .seconds(120), _ condition: @Sendable () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            let isLast = ContinuousClock.now >= deadline
            if try await condition() { return }
            guard !isLast else { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("did not happen in time: \(what)")
        for report in await coordinator.reports.suffix(12) { Issue.record("\(report.sequence) \(report.body)") }
        throw CancellationError()
    }

    func outcome(_ generation: UInt64) async throws -> ReconcileOutcome {
        try await eventually("an outcome of generation \(generation)") {
            await !coordinator.outcomes(generation).isEmpty
        }
        let outcomes = await coordinator.outcomes(generation)
        #expect(outcomes.count == 1, "each generation has one outcome")
        return outcomes[0]
    }

    // MARK: - What is wanted

    func present(
        _ generation: UInt64, files: [String: String], values: String = "", version: String = "1.0.0",
        consent: DataConsent = .none, template: Value = Self.ytt, schema: Value = .null
    ) async -> InstallSpec {
        let package = await coordinator.put(
            Self.package(files, version: version, template: template, schema: schema))
        let values = await coordinator.put(values)
        return InstallSpec(
            generation: generation,
            intent: .present(
                PackageSelection(
                    version: version, package: package, values: values, bundleImage: nil, bundleTree: nil,
                    namespace: Self.namespace)),
            command: CommandID("c-\(generation)"), task: TaskID("t-\(generation)"), dataConsent: consent)
    }

    func absent(_ generation: UInt64, _ policy: DataPolicy, consent: DataConsent = .none) -> InstallSpec {
        InstallSpec(
            generation: generation, intent: .absent(policy), command: CommandID("c-\(generation)"),
            task: TaskID("t-\(generation)"), dataConsent: consent)
    }

    static let ytt: Value = [["ytt": ["paths": ["config/"]]]]

    static func package(_ files: [String: String], version: String, template: Value, schema: Value) -> String {
        var package: Value = [
            "apiVersion": "data.packaging.carvel.dev/v1alpha1", "kind": "Package",
            "metadata": ["name": .string("\(service).\(version)")],
            "spec": [
                "refName": .string(service.rawValue), "version": .string(version),
                "template": [
                    "spec": [
                        "fetch": [
                            ["inline": ["paths": .object(files.mapValues { .string($0) })]]
                        ],
                        "template": template,
                        "deploy": [["kapp": [:]]],
                    ]
                ],
            ],
        ]
        if !schema.isNull { package[at: "spec", "valuesSchema", "openAPIv3"] = schema }
        return YAMLWriter.text(package)
    }

    static func configMap(_ name: String, _ value: String) -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \(name)\ndata:\n  key: \"\(value)\"\n"
    }

    static func claim(_ name: String, _ size: String) -> String {
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: \(name)}
        spec:
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: \(size)}}

        """
    }

    // MARK: - What is there

    func live(_ kind: String, _ name: String, group: String = "") async throws -> Value? {
        try await client.find(
            GroupVersionKind(group: group, version: "v1", kind: kind), namespace: Self.namespace, name: name)
    }
}
