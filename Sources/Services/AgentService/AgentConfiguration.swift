package import AgentLink
package import FleetModel
package import Reconciliation

/// Who an agent is and by which times and bounds it works.
package struct AgentConfiguration: Sendable {
    package var supervisor: SupervisorID
    /// `domain-c8`.
    package var moid: String
    package var agentVersion: String
    /// The pinned coordinator: epochs of another one mean nothing.
    package var coordinatorKey = ""
    package var reconcile: ReconcileSettings
    package var limits = AgentLimits()
    package var link = LinkTiming()
    package var protocols: ClosedRange<UInt32> = LinkProtocol.current...LinkProtocol.current
    /// What packages may be told about the Supervisor.
    package var properties = SupervisorProperties()
    /// What the cluster's own word is not taken for: generation, version, capabilities.
    package var facts = SupervisorFacts()

    /// `syncPeriod`: between two successful reconciles; nil = kapp-controller's 10 min.
    package init(
        supervisor: SupervisorID, moid: String, agentVersion: String, syncPeriod: Duration? = nil
    ) {
        self.supervisor = supervisor
        self.moid = moid
        self.agentVersion = agentVersion
        reconcile = ReconcileSettings()
        reconcile.waitPoll = .seconds(1)
        if let syncPeriod { reconcile.syncPeriod = syncPeriod }
    }
}
