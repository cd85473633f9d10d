internal import ArgumentParser
internal import FleetSimulation

/// `flotilla-bench seeds`: runs seeds of the simulation one after the other and says how long they took.
struct SeedsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seeds", abstract: "Run seeds of the simulated fleet, one after the other.")

    @Option(help: "How many.")
    var count: UInt64 = 200

    @Option(help: "The first of them.")
    var first: UInt64 = 1

    func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        var (broken, virtual) = (0, 0)
        for seed in first..<first + count {
            let outcome = SimulationRun.run(SimulationSettings(seed: seed))
            virtual += outcome.seconds
            if !outcome.violations.isEmpty { broken += 1 }
        }
        Report([
            "event": "seeds", "ms": .number(start.duration(to: clock.now).milliseconds),
            "broken": .number(Double(broken)), "virtualSeconds": .number(Double(virtual)),
        ]).print()
    }
}
