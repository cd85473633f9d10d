internal import FleetModel

/// The fold of an agent's journal.
struct AgentState: Hashable, Codable, Sendable {
    /// One service as this agent has accepted it.
    struct Install: Hashable, Codable, Sendable {
        var spec: InstallSpec
        /// The newest generation whose one final outcome is in the outbox (or was acknowledged).
        var finalGeneration: UInt64 = 0
        /// The health last told: outcome or condition.
        var verdict: Verdict?
        var applied: AppliedSummary?
        /// Of the last present selection: a tombstone names none.
        var namespace: String?
        /// The version whose reconcile last succeeded.
        var currentVersion: String?
        /// The text of that version's package: it may forbid what is to replace it.
        var package: ContentDigest?
    }

    struct Verdict: Hashable, Codable, Sendable {
        var state: ConfigStatus
        var reason: String
        var message: String
        var since: Timestamp
    }

    struct Served: Hashable, Codable, Sendable {
        var by: String
        var epoch: UInt64
        var term: UInt64
    }

    private(set) var incarnation: UInt64 = 0
    private(set) var installs: [ServiceID: Install] = [:]
    /// Reports without acknowledgement, in sequence; holes are covered by a gap report behind them.
    private(set) var outbox: [AgentReport] = []
    private(set) var lastSequence: UInt64 = 0
    private(set) var acknowledged: UInt64 = 0
    private(set) var seen: [String: String] = [:]
    /// Set from the start of a process to its first session: the last report that can have been told.
    private(set) var untoldAfter: UInt64?
    /// The last session; nil in journals of versions that did not note it.
    private(set) var served: Served?

    var firstKept: UInt64 { acknowledged + 1 }

    mutating func apply(_ record: AgentRecord) {
        switch record {
        case .incarnation(let value):
            incarnation = value
            outbox = []
            lastSequence = 0
            acknowledged = 0
            untoldAfter = nil
        case .desired(let service, let spec):
            if installs[service] == nil {
                installs[service] = Install(spec: spec)
            } else {
                installs[service]?.spec = spec
            }
            if case .present(let selection) = spec.intent { installs[service]?.namespace = selection.namespace }
        case .report(let report, let mark):
            outbox.append(report)
            lastSequence = report.sequence
            if let mark { seen[mark.key] = mark.value }
            note(report)
        case .acknowledged(let through):
            guard through > acknowledged else { return }
            acknowledged = min(through, lastSequence)
            outbox.removeFirst(outbox.prefix { $0.sequence <= through }.count)
        case .compacted(let through): outbox = OutboxCompaction.compact(outbox, through: through)
        case .applied(let service, let summary): installs[service]?.applied = summary
        case .gone(let service):
            installs[service]?.applied = nil
            installs[service]?.package = nil
        case .forgotten(let keys): for key in keys { seen[key] = nil }
        case .untold(let after): untoldAfter = after
        case .served(let key, let epoch, let term): served = Served(by: key, epoch: epoch, term: term)
        }
    }

    /// Outcomes and conditions of the accepted generation say what the install's health is.
    private mutating func note(_ report: AgentReport) {
        guard let service = report.service, installs[service] != nil else { return }
        switch report.body {
        case .outcome(let outcome):
            let last = installs[service]?.finalGeneration ?? 0
            installs[service]?.finalGeneration = max(last, report.generation)
            guard outcome.verdict != .superseded else { return }
            let succeeded = outcome.verdict == .succeeded
            if succeeded {
                installs[service]?.currentVersion = outcome.version
                if case .present(let selection)? = installs[service]?.spec.intent, selection.version == outcome.version
                {
                    installs[service]?.package = selection.package
                }
            }
            installs[service]?.verdict = Verdict(
                state: succeeded ? .configured : .error,
                reason: succeeded ? "ReconcileSucceeded" : "ReconcileFailed", message: outcome.message, since: report.at
            )
        case .condition(let state, let reason, let message):
            installs[service]?.verdict = Verdict(state: state, reason: reason, message: message, since: report.at)
        case .accepted, .progress, .drift, .kubernetesEvent, .objectPhase, .supervisorInfo, .note, .gap: break
        }
    }

    /// Up to `limit` reports from `sequence` on.
    func reports(from sequence: UInt64, limit: Int) -> [AgentReport] {
        var low = 0
        var high = outbox.count
        while low < high {
            let middle = (low + high) / 2
            if outbox[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return Array(outbox[low...].prefix(limit))
    }
}
