internal import AgentLink
internal import FleetModel
package import FleetRuntime
package import KubernetesClient
package import Logging
package import PackageSources
internal import Reconciliation
internal import ServiceLifecycle

/// The agent of one Supervisor: takes wanted state from the coordinator, reconciles it against the Kubernetes API from
/// its own journal, and reports back.
///
/// It can be killed at any point: what was accepted is on disk before it is acknowledged, an outcome is in the outbox
/// before anything follows from it, and every start reconciles what was accepted last. With the coordinator away it
/// keeps reconciling (contract C10).
package struct Agent: Service, CustomStringConvertible {
    private let configuration: AgentConfiguration
    private let client: KubernetesClient
    private let journal: any Journal
    private let contents: any ContentStore
    private let transport: any AgentTransport
    private let bundles: any BundleSource
    private let time: TimeSource
    private let entropy: any EntropySource
    private let compute: any ComputeExecutor
    private let keychain: (any AgentKeychain)?
    private let logger: Logger

    package init(
        configuration: AgentConfiguration, client: KubernetesClient, journal: any Journal,
        contents: any ContentStore, transport: any AgentTransport, bundles: any BundleSource, time: TimeSource,
        entropy: any EntropySource, compute: any ComputeExecutor, keychain: (any AgentKeychain)? = nil, logger: Logger
    ) {
        self.configuration = configuration
        self.client = client
        self.journal = journal
        self.contents = contents
        self.transport = transport
        self.bundles = bundles
        self.time = time
        self.entropy = entropy
        self.compute = compute
        self.keychain = keychain
        self.logger = logger.with(LogKey.supervisor, configuration.supervisor)
    }

    /// For the service group's log lines: nothing of the settings.
    package var description: String { "agent of \(configuration.supervisor)" }

    /// Until the process is asked to stop, the transport is closed or the journal fails.
    package func run() async throws {
        try await cancelWhenGracefulShutdown { try await self.work() }
    }

    /// The same without regard to a service group: ends when its task is cancelled.
    package func work() async throws {
        let store = AgentStore(journal: journal, time: time, limits: configuration.limits)
        try await store.load(incarnation: entropy.next() | 1)
        try await forgetUnusedContent(store)
        let (requests, sink) = AsyncStream.makeStream(of: LinkDriver.Request.self)
        let health = ClusterHealth(
            client: client, time: time, limits: configuration.limits, configured: configuration.facts)
        let facts = await health.firstLook()
        let link = LinkDriver(
            session: await session(store, facts), coordinatorKey: configuration.coordinatorKey, transport: transport,
            store: store, contents: contents, time: time, entropy: entropy, keychain: keychain, logger: logger,
            requests: sink)
        let context = AgentContext(
            supervisor: configuration.supervisor, moid: configuration.moid, client: client, store: store, link: link,
            fetcher: PackageFetcher(content: { try await link.content($0) }, bundles: bundles), time: time,
            entropy: entropy, limits: configuration.limits, settings: configuration.reconcile, logger: logger,
            turns: TurnGate(limit: configuration.limits.concurrentInstalls), compute: compute,
            properties: configuration.properties, health: health)
        do {
            try await supervise(context, link, facts, requests)
        } catch is CancellationError {
            if let failure = context.failure.error { throw failure }
            logger.info("agent stopped")
        }
    }

    private func supervise(
        _ context: AgentContext, _ link: LinkDriver, _ facts: ClusterHealth.Facts?,
        _ requests: AsyncStream<LinkDriver.Request>
    ) async throws {
        let (ended, endings) = AsyncStream.makeStream(of: Event.self)
        let failure = context.failure
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await endings.endingOnFailure(failure) { try await link.keepTime() } }
            group.addTask { try await endings.endingOnFailure(failure) { try await context.writeUnwritten() } }
            group.addTask {
                try await endings.endingOnFailure(failure) {
                    try await link.receive()
                    if let error = transport.failure { throw error }
                }
                endings.yield(.transportClosed)
            }
            group.addTask {
                try await endings.endingOnFailure(failure) { try await context.health.run(context, known: facts) }
            }
            group.addTask { for await request in requests { endings.yield(.request(request)) } }
            var roster = InstallRoster(context: context, events: endings)
            for (service, install) in await context.store.state.installs.sorted(by: { $0.key < $1.key })
            where !Sabotage.isActive(.idleAfterRestart) {
                try await roster.forgetRemoved(service, install)
                roster.start(service, install, &group)
            }
            for await event in ended {
                switch event {
                case .request(.desired(let service, let spec)): await roster.desired(service, spec, &group)
                case .request(.answer(let id, let question, let deadline)):
                    group.addTask {
                        let answer = await Answers(context: context).answer(question, within: deadline)
                        try await endings.endingOnFailure(failure) { try await link.answer(id, answer) }
                    }
                case .ended(let service): await roster.ended(service, &group)
                case .transportClosed:
                    group.cancelAll()
                    return
                }
            }
            group.cancelAll()
        }
    }

    /// What the agent's one supervising loop is told. The stream ends when a worker fails.
    enum Event: Sendable {
        case request(LinkDriver.Request)
        case ended(ServiceID)
        case transportClosed
    }

    /// Packages and values that no accepted spec names any more.
    private func forgetUnusedContent(_ store: AgentStore) async throws(JournalError) {
        var used: Set<ContentDigest> = []
        for install in await store.state.installs.values {
            if let package = install.package { used.insert(package) }
            guard case .present(let selection) = install.spec.intent else { continue }
            used.formUnion([selection.package, selection.values])
            if let bundle = selection.bundleContent { used.insert(bundle) }
        }
        _ = try await contents.retain(only: used)
    }

    private func session(_ store: AgentStore, _ facts: ClusterHealth.Facts?) async -> AgentSession {
        let state = await store.state
        var settings = AgentSession.Configuration(
            agentVersion: configuration.agentVersion, instance: entropy.next())
        settings.kubernetesVersion = facts?.version ?? ""
        settings.nodes = UInt32(clamping: facts?.nodes ?? 0)
        settings.timing = configuration.link
        settings.protocols = configuration.protocols
        settings.waitingKey = keychain?.waiting?.rawValue
        let served = state.served.flatMap { $0.by == configuration.coordinatorKey ? $0 : nil }
        return AgentSession(
            configuration: settings,
            outbox: AgentSession.Outbox(
                incarnation: state.incarnation, first: state.firstKept, last: state.lastSequence),
            accepted: state.installs.mapValues(\.spec.generation),
            lastEpoch: served?.epoch ?? 0, lastTerm: served?.term ?? 0,
            seed: entropy.next(), lastTold: state.untoldAfter)
    }
}
