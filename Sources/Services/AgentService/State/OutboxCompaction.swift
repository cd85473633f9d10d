package import FleetModel

/// Makes room in an outbox that grew past its bound while the coordinator was away.
///
/// Outcomes, acceptances and conditions are kept; runs of everything else become one gap report each, whose own
/// sequence is the run's last, so that the numbers stay without a hole that nobody explains (contract C3).
package enum OutboxCompaction {
    package static func compact(_ reports: [AgentReport], through: UInt64) -> [AgentReport] {
        var kept: [AgentReport] = []
        var run: [AgentReport] = []
        for report in reports {
            if report.sequence <= through, isDroppable(report) {
                run.append(report)
            } else {
                kept += close(&run)
                kept.append(report)
            }
        }
        return kept + close(&run)
    }

    private static func close(_ run: inout [AgentReport]) -> [AgentReport] {
        defer { run = [] }
        guard run.count > 1, let first = run.first, let last = run.last else { return run }
        if Sabotage.isActive(.compactWithoutGap) { return [] }
        var from = first.sequence
        // One that an earlier outbox had speaks of that one's numbers: it stands for itself alone.
        if case .gap(let earlier, let to) = first.body, to == first.sequence - 1 { from = earlier }
        return [
            AgentReport(
                sequence: last.sequence, at: last.at, service: nil, generation: 0,
                body: .gap(from: from, to: last.sequence - 1))
        ]
    }

    private static func isDroppable(_ report: AgentReport) -> Bool {
        switch report.body {
        case .accepted, .outcome, .condition: false
        case .progress, .drift, .kubernetesEvent, .objectPhase, .supervisorInfo, .note, .gap: true
        }
    }
}
