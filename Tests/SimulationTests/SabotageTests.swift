import FleetModel
import FleetSimulation
import Foundation
import TestSupport
import Testing

/// Deliberate bugs, each of which the checkers must catch within a stated number of seeds (docs/TESTING.md).
@Suite(.serialized) struct SabotageTests {
    private static let environment = ProcessInfo.processInfo.environment

    /// Seeds tried for one bug, from the one measured on.
    private static let patience: UInt64 = 40

    /// Where the rarer ones are looked for first; `FLOTILLA_SABOTAGE_SEEDS=100` measures anew, from seed 1 on.
    private static let measured: [Sabotage: UInt64] = [
        .loseEventAtSeam: 10, .takeFromRemoved: 18, .applyOlderGeneration: 8, .loseDataWithoutConsent: 95,
        .compactWithoutGap: 9, .trustRewoundOutbox: 20, .ignoreRestoredCoordinator: 17,
    ]

    private static let bugs =
        environment["FLOTILLA_BUG"].map { $0.split(separator: ",").compactMap { Sabotage(rawValue: String($0)) } }
        ?? Sabotage.allCases

    @Test(arguments: bugs) func theCheckersCatchADeliberateBug(_ bug: Sabotage) async {
        let count = Self.environment["FLOTILLA_SABOTAGE_SEEDS"].flatMap(UInt64.init)
        let first = count == nil ? Self.measured[bug] ?? 1 : 1
        for seed in first..<first + (count ?? Self.patience) {
            let outcome = await onOwnThread { SimulationRun.run(SimulationSettings(seed: seed, sabotage: bug)) }
            guard let found = outcome.violations.first else { continue }
            print("| `\(bug.rawValue)` | \(seed) | \(found.description.prefix(110)) |")
            return
        }
        Issue.record("\(bug) was not caught")
    }
}
