internal import FleetModel
internal import FleetRuntime
internal import Logging
internal import Reconciliation

/// Which installs are being worked on: one loop for each, started and ended here.
struct InstallRoster {
    private let context: AgentContext
    private let events: AsyncStream<Agent.Event>.Continuation
    private var loops: [ServiceID: AsyncStream<InstallInput>.Continuation] = [:]

    init(context: AgentContext, events: AsyncStream<Agent.Event>.Continuation) {
        self.context = context
        self.events = events
    }

    /// Starts an install's loop, unless its removal is complete.
    mutating func start(
        _ service: ServiceID, _ install: AgentState.Install, _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) {
        guard loops[service] == nil, !Self.isComplete(install) else { return }
        let (stream, inputs) = AsyncStream.makeStream(of: InstallInput.self)
        loops[service] = inputs
        let (context, events) = (context, events)
        group.addTask {
            try await events.endingOnFailure(context.failure) {
                try await InstallLoop(
                    context: context, service: service, install: install, stream: stream, inputs: inputs
                ).run()
            }
            events.yield(.ended(service))
        }
    }

    /// A process that ended between the outcome of an uninstall and its note forgets now.
    func forgetRemoved(_ service: ServiceID, _ install: AgentState.Install) async throws(JournalError) {
        guard Self.isComplete(install), install.applied != nil || install.package != nil else { return }
        try await context.forget(service)
    }

    mutating func desired(
        _ service: ServiceID, _ spec: InstallSpec, _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async {
        if let loop = loops[service] {
            loop.yield(.desired(spec))
        } else if let install = await context.store.state.installs[service] {
            start(service, install, &group)
        }
    }

    /// A loop ended; a generation that came too late for it gets a new one.
    mutating func ended(
        _ service: ServiceID, _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async {
        loops[service] = nil
        if let install = await context.store.state.installs[service] { start(service, install, &group) }
    }

    private static func isComplete(_ install: AgentState.Install) -> Bool {
        guard case .absent = install.spec.intent else { return false }
        return install.finalGeneration >= install.spec.generation && install.verdict?.state == .configured
    }
}
