import FleetModel
import FleetSimulation
import Foundation
import Testing

@Suite struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let block: UInt64 = 10

    /// First seeds of the blocks to run: `FLOTILLA_SEEDS` seeds (200) from `FLOTILLA_FIRST_SEED` (1) on.
    private static let blocks: [UInt64] = {
        let first = environment["FLOTILLA_FIRST_SEED"].flatMap(UInt64.init) ?? 1
        return Array(stride(from: first, to: first + count, by: UInt64.Stride(block)))
    }()
    private static let count = environment["FLOTILLA_SEEDS"].flatMap(UInt64.init) ?? 200

    @Test(arguments: blocks) func theContractHoldsOnEverySeed(from first: UInt64) {
        let end = min(first + Self.block, (Self.blocks.first ?? 1) + Self.count)
        for seed in first..<end { Self.expectContract(seed) }
    }

    private static func expectContract(_ seed: UInt64) {
        let outcome = SimulationRun.run(SimulationSettings(seed: seed))
        guard !outcome.violations.isEmpty else { return }
        let text = outcome.violations.prefix(6).map(\.description).joined(separator: "\n")
        Issue.record("seed \(seed) breaks the contract:\n\(text)\nFLOTILLA_SEED=\(seed) Scripts/simulate")
    }

    /// One seed with everything it did: `Scripts/simulate SEED`.
    @Test(.enabled(if: environment["FLOTILLA_SEED"] != nil))
    func lookAtASeed() throws {
        let environment = Self.environment
        let seed = try #require(UInt64(environment["FLOTILLA_SEED"] ?? ""))
        let bug = environment["FLOTILLA_BUG"].flatMap { Sabotage(rawValue: $0) }
        let fleet = SimulatedFleet(
            settings: SimulationSettings(seed: seed, sabotage: bug, keepsLog: environment["FLOTILLA_LOG"] != nil))
        var run = SimulationRun(fleet)
        let start = ContinuousClock.now
        let outcome = run.run()
        for line in fleet.scheduler.log { print(line) }
        print(fleet.profile)
        for violation in outcome.violations { print(violation) }
        print("seed \(seed) trace \(outcome.trace) \(outcome.violations.count) violations,",
            "\(outcome.steps) steps, \(outcome.seconds) virtual s, \(outcome.commands) commands,",
            "\(outcome.records) records, \(outcome.restarts) restarts, \(ContinuousClock.now - start)")
    }
}
