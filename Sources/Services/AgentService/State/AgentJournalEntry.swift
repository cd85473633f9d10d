package import FleetModel
package import FleetRuntime
internal import FoundationEssentials

/// A record of an agent's journal as an outsider reads it: the simulation's checkers, `flotilla verify`.
package enum AgentJournalEntry: Hashable, Sendable {
    case incarnation(UInt64)
    case desired(ServiceID, InstallSpec)
    case report(AgentReport)
    case acknowledged(through: UInt64)
    case compacted(through: UInt64)
    /// The agent's own notes: what it applied, what it has told.
    case other

    /// Throws on a payload that is not of its kind.
    package static func read(_ record: JournalRecord) throws -> AgentJournalEntry {
        switch record.kind {
        case "incarnation", "desired", "report", "acknowledged", "compacted": break
        default: return .other
        }
        switch try JSONDecoder().decode(AgentRecord.self, from: Data(record.payload)) {
        case .incarnation(let value): return .incarnation(value)
        case .desired(let service, let spec): return .desired(service, spec)
        case .report(let report, _): return .report(report)
        case .acknowledged(let through): return .acknowledged(through: through)
        case .compacted(let through): return .compacted(through: through)
        case .applied, .gone, .forgotten, .untold, .served: return .other
        }
    }
}
