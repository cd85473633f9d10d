import FleetModel
import FleetSimulation
import Foundation
import Testing

/// The whole fleet on a seed, many seeds (docs/TESTING.md, "Simulation").
///
/// One seed after the other: they are the suite's largest computation, and as many of them at a time as there are cores
/// would keep every other test waiting. Between two seeds the others have their turn.
@Suite(.serialized) struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let block: UInt64 = 10
    private static let first = environment["FLOTILLA_FIRST_SEED"].flatMap(UInt64.init) ?? 1
    private static let count = environment["FLOTILLA_SEEDS"].flatMap(UInt64.init) ?? 200
    /// First seeds of the blocks to run: `FLOTILLA_SEEDS` seeds (200) from `FLOTILLA_FIRST_SEED` (1) on.
    private static let blocks = Array(stride(from: first, to: first + count, by: UInt64.Stride(block)))

    @Test(arguments: blocks) func theContractHoldsOnEverySeed(from first: UInt64) async {
        for seed in first..<min(first + Self.block, Self.first + Self.count) {
            Self.expectContract(seed)
            await Task.yield()
        }
    }

    /// Seeds that once broke the contract, with what it was.
    private static let failingSeeds: [UInt64] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "failing-seeds.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { UInt64($0.prefix { $0 != " " }) }
    }()

    @Test(arguments: failingSeeds) func seedsThatOnceFailedHold(seed: UInt64) { Self.expectContract(seed) }

    private static func expectContract(_ seed: UInt64) {
        let outcome = SimulationRun.run(SimulationSettings(seed: seed))
        guard !outcome.violations.isEmpty else { return }
        let text = outcome.violations.prefix(6).map(\.description).joined(separator: "\n")
        Issue.record("seed \(seed) breaks the contract:\n\(text)\nlook at it: Scripts/simulate \(seed)")
    }

    @Test func aSeedTakesTheSameWayInEveryProcess() throws {
        for seed in [3, 44] {
            let traces = try (0..<2).map { _ in try Self.traceInAFreshProcess(seed) }
            #expect(traces[0] == traces[1] && traces[0].hasPrefix("seed \(seed) trace"), "\(traces)")
        }
    }

    /// The line of `lookAtASeed` up to the trace, from a process of its own: another hash seed, other addresses.
    private static func traceInAFreshProcess(_ seed: Int) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0])
        process.arguments = ["--testing-library", "swift-testing", "--filter", "lookAtASeed"]
        process.environment = environment.merging(["FLOTILLA_SEED": "\(seed)"]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let line = text.split(separator: "\n").first { $0.hasPrefix("seed \(seed) trace") } ?? ""
        return line.split(separator: " ").prefix(4).joined(separator: " ")
    }

    /// One seed with everything it did: `Scripts/simulate SEED`.
    @Test(.enabled(if: environment["FLOTILLA_SEED"] != nil))
    func lookAtASeed() throws {
        let seed = try #require(UInt64(Self.environment["FLOTILLA_SEED"] ?? ""))
        let bug = Self.environment["FLOTILLA_BUG"].flatMap { Sabotage(rawValue: $0) }
        let keepsLog = Self.environment["FLOTILLA_LOG"] != nil
        let fleet = SimulatedFleet(settings: SimulationSettings(seed: seed, sabotage: bug, keepsLog: keepsLog))
        var run = SimulationRun(fleet)
        let start = ContinuousClock.now
        let outcome = run.run()
        for line in fleet.scheduler.log { print(line) }
        if keepsLog { print(fleet.profile) }
        for violation in outcome.violations { print(violation) }
        print(
            "seed \(seed) trace \(outcome.trace) \(outcome.violations.count) violations,",
            "\(outcome.steps) steps, \(outcome.seconds) virtual s, \(outcome.commands) commands,",
            "\(outcome.records) records, \(outcome.restarts) restarts, \(ContinuousClock.now - start)")
    }
}
