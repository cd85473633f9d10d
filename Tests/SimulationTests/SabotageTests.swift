import FleetModel
import FleetSimulation
import Foundation
import Testing

/// Deliberate bugs, each of which the checkers must catch within a stated number of seeds (docs/TESTING.md).
@Suite struct SabotageTests {
    /// Seeds tried for one bug, from 1 on; `FLOTILLA_SABOTAGE_SEEDS` for measuring.
    private static let most =
        ProcessInfo.processInfo.environment["FLOTILLA_SABOTAGE_SEEDS"].flatMap(UInt64.init) ?? 60

    /// Those whose detection was measured; the others are looked at with `FLOTILLA_BUG`.
    private static let proven: [Sabotage] = [
        .acknowledgeBeforeSync, .agentAcknowledgesBeforeSync, .forgetOutboxAtRestart, .takeReportsTwice, .skipAGap,
        .acknowledgeBeforeAppend, .sendAfterBreach, .foldByHiddenState, .ignoreFailedAppend, .reuseGeneration,
        .dropWhileAway, .absenceDeletes, .stopWithoutCoordinator, .idleAfterRestart,
    ]

    private static let bugs: [Sabotage] = {
        let named = ProcessInfo.processInfo.environment["FLOTILLA_BUG"].flatMap { Sabotage(rawValue: $0) }
        return named.map { [$0] } ?? proven
    }()

    @Test(arguments: bugs) func theCheckersCatchADeliberateBug(_ bug: Sabotage) {
        for seed in 1...Self.most {
            let outcome = SimulationRun.run(SimulationSettings(seed: seed, sabotage: bug))
            guard let first = outcome.violations.first else { continue }
            print("| `\(bug.rawValue)` | \(seed) | \(first.description.prefix(110)) |")
            return
        }
        Issue.record("\(bug) was not caught within \(Self.most) seeds")
    }
}
