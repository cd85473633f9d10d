internal import FleetModel
internal import FleetRuntime
internal import KubernetesClient
internal import Logging
internal import Reconciliation

/// What the workers of one agent share.
struct AgentContext: Sendable {
    let supervisor: SupervisorID
    let moid: String
    let client: KubernetesClient
    let store: AgentStore
    let link: LinkDriver
    let fetcher: PackageFetcher
    let time: TimeSource
    let entropy: any EntropySource
    let limits: AgentLimits
    let settings: ReconcileSettings
    let logger: Logger
    let turns: TurnGate
    let compute: any ComputeExecutor
    let properties: SupervisorProperties
    let health: ClusterHealth
    let failure = FirstFailure()

    var cluster: AppCluster { AppCluster(client: client) }

    func key(_ service: ServiceID) -> InstallKey { InstallKey(service: service, supervisor: supervisor) }

    /// The service's namespace: as last selected, else as vCenter would name it.
    func namespace(_ service: ServiceID, _ install: AgentState.Install?) -> String {
        install?.applied?.namespace ?? install?.namespace ?? "svc-\(service.shortName)-\(moid)"
    }

    /// Commits, and tells the link about new reports.
    @discardableResult
    func commit<Result: Sendable>(
        _ build: @Sendable (inout AgentDraft) -> Result
    ) async throws(JournalError) -> Result {
        let before = await store.state.lastSequence
        let result = try await store.commit(build)
        if await store.state.lastSequence != before { try await link.outboxGrew() }
        return result
    }

    /// Notes that nothing of a service is left on the cluster but what holds data. Events in a namespace that was kept
    /// are still there for the next install, which must not tell them again.
    func forget(_ service: ServiceID) async throws(JournalError) {
        let prefix = "\(service)/"
        try await commit { draft in
            let keepsEvents = draft.state.installs[service]?.spec.intent == .absent(.keep)
            draft.add(.gone(service))
            let keys = draft.state.seen.keys.filter { key in
                key.hasPrefix(prefix) && !(keepsEvents && key.hasPrefix(prefix + "event/"))
            }.sorted()
            if !keys.isEmpty { draft.add(.forgotten(keys)) }
        }
    }

    /// Writes what nothing waits for and no other commit has taken along, until cancelled.
    func writeUnwritten() async throws {
        while true {
            switch await store.unwritten {
            case .nothing: try await store.news.sleep(for: nil, on: time)
            case .acknowledgement:
                try await store.news.sleep(for: limits.acknowledgementDelay, on: time)
                if await store.unwritten == .acknowledgement { try await commit { _ in } }
            case .reports:
                try await time.sleep(for: limits.informDelay)
                try await commit { _ in }
            }
        }
    }

    /// Puts a report of the machine into the outbox; what was told already is not told again.
    func report(
        _ body: AgentReport.Body, service: ServiceID, generation: UInt64, summary: AppliedSummary? = nil
    ) async throws(JournalError) {
        if case .progress = body {
            await store.inform(body, service: service, generation: generation)
            return
        }
        try await commit { draft in
            let install = draft.state.installs[service]
            switch body {
            case .accepted: return  // Reported with the acceptance itself, in one append.
            case .outcome(let outcome):
                draft.outcome(outcome, service: service, generation: generation)
                if outcome.verdict == .superseded { return }
            case .condition(let state, let reason, let message):
                if let told = install?.verdict, told.state == state, told.reason == reason, told.message == message {
                    return
                }
                guard install?.spec.generation == generation else { return }
                draft.report(body, service: service, generation: generation)
            case .progress, .drift, .kubernetesEvent, .objectPhase, .supervisorInfo, .note, .gap:
                draft.report(body, service: service, generation: generation)
                return
            }
            if let summary, install?.spec.generation == generation { draft.add(.applied(service, summary)) }
        }
    }
}
