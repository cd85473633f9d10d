internal import ArgumentParser
internal import FleetSimulation
internal import Foundation

/// `flotilla-bench seeds`: runs seeds of the simulation one after the other and says how long they took.
struct SeedsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seeds", abstract: "Run seeds of the simulated fleet, one after the other.")

    @Option(help: "How many.")
    var count: UInt64 = 200

    @Option(help: "The first of them.")
    var first: UInt64 = 1

    @Option(help: "Run the seeds that the lines of this file begin with, instead.")
    var file: String?

    @Flag(help: "Print each seed's trace: the hash of everything that happened.")
    var traces = false

    @Flag(help: "Print everything that happened, with virtual times and steps (use it with --count 1).")
    var log = false

    func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        var (broken, virtual, slowest) = (0, 0, 0.0)
        for seed in try seeds() {
            let began = clock.now
            let fleet = SimulatedFleet(settings: SimulationSettings(seed: seed, keepsLog: log))
            var seeded = SimulationRun(fleet)
            let outcome = seeded.run()
            for line in fleet.scheduler.log { Self.say(line) }
            slowest = max(slowest, began.duration(to: clock.now).milliseconds)
            virtual += outcome.seconds
            if traces { Self.say("seed \(seed) trace \(outcome.trace)") }
            guard !outcome.violations.isEmpty else { continue }
            broken += 1
            // As the test says it: Scripts/soak reads both.
            Self.say("seed \(seed) breaks the contract:")
            for violation in outcome.violations.prefix(6) { Self.say(violation.description) }
        }
        Report([
            "event": "seeds", "ms": .number(start.duration(to: clock.now).milliseconds),
            "broken": .number(Double(broken)), "virtualSeconds": .number(Double(virtual)),
            "slowestMs": .number(slowest),
        ]).print()
    }

    private func seeds() throws -> [UInt64] {
        guard let file else { return Array(first..<first + count) }
        return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            UInt64(line.prefix { $0 != " " })
        }
    }

    /// Unbuffered, as the report is: the lines stay in order.
    private static func say(_ line: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    }
}
