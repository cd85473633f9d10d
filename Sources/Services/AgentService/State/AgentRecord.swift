internal import FleetModel

/// What the agent's journal holds: the agent's state is the fold of these.
enum AgentRecord: Hashable, Codable, Sendable {
    /// A new outbox begins: the first start, or the coordinator said that ours was rewound.
    case incarnation(UInt64)
    /// A wanted state was accepted; it is acknowledged only after this is on disk.
    case desired(ServiceID, InstallSpec)
    /// One report entered the outbox. `seen` is remembered so that it is never reported twice.
    case report(AgentReport, seen: SeenMark?)
    /// The coordinator has everything up to here on its disk.
    case acknowledged(through: UInt64)
    /// The outbox was too long: reports up to here that carry no outcome were replaced by gap reports.
    case compacted(through: UInt64)
    /// What the last apply of a generation left on the cluster.
    case applied(ServiceID, AppliedSummary)
    /// Nothing of the service is left on the cluster.
    case gone(ServiceID)
    /// Marks of things that no longer exist.
    case forgotten([String])
    /// Reports behind this one were told to nobody yet; nil once a session is open. A restored disk shows by it.
    case untold(after: UInt64?)
    /// A session began: a coordinator with this key that does not know the term runs on another copy of its journal.
    case served(by: String, epoch: UInt64, term: UInt64)

    /// The stable word of the journal record.
    var kind: String {
        switch self {
        case .incarnation: "incarnation"
        case .desired: "desired"
        case .report: "report"
        case .acknowledged: "acknowledged"
        case .compacted: "compacted"
        case .applied: "applied"
        case .gone: "gone"
        case .forgotten: "forgotten"
        case .untold: "untold"
        case .served: "served"
        }
    }
}

/// Something of the cluster that was already told: a Kubernetes Event's count, a pod's phase.
struct SeenMark: Hashable, Codable, Sendable {
    /// `event/<uid>`, `pod/<uid>`.
    var key: String
    var value: String
}
