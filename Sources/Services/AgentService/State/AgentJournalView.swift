package import FleetModel
package import FleetRuntime
internal import FoundationEssentials

/// What an agent's journal says, for readers that are not the agent (`flotilla verify`).
package struct AgentJournalView: Hashable, Sendable {
    package struct Install: Hashable, Sendable {
        package var service: ServiceID
        package var spec: InstallSpec
        /// The newest generation with a final outcome in the outbox.
        package var finalGeneration: UInt64
        package var applied: Applied?
    }

    /// What the last apply left on the cluster.
    package struct Applied: Hashable, Sendable {
        package var generation: UInt64
        package var namespace: String
        /// Value of the label `kapp.k14s.io/app`.
        package var label: String
        /// (API group, kind) of every object it applied.
        package var kinds: [[String]]
        package var objectCount: Int
        package var succeeded: Bool
    }

    package var incarnation: UInt64
    /// Sorted by service.
    package var installs: [Install]
    /// Sequences in the outbox; `gapFrom` of a gap report covers those before it.
    package var waiting: [UInt64]
    package var lastSequence: UInt64
    package var acknowledged: UInt64

    /// Snapshot and replay, as the agent does at its start; changes nothing.
    package static func read(_ journal: any Journal) async throws -> AgentJournalView {
        let (state, _) = try await AgentStore.fold(journal)
        return AgentJournalView(
            incarnation: state.incarnation,
            installs: state.installs.sorted { $0.key < $1.key }.map { service, install in
                Install(
                    service: service, spec: install.spec, finalGeneration: install.finalGeneration,
                    applied: install.applied.map { applied in
                        Applied(
                            generation: applied.generation, namespace: applied.namespace, label: applied.label,
                            kinds: applied.kinds.map { [$0.group, $0.kind] }, objectCount: applied.objectCount,
                            succeeded: applied.succeeded)
                    })
            },
            waiting: state.outbox.map(\.sequence), lastSequence: state.lastSequence,
            acknowledged: state.acknowledged)
    }
}
