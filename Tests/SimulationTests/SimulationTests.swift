import FleetModel
import FleetSimulation
import Testing

@Suite struct SimulationTests {
    @Test func aSeedHoldsTheContract() {
        let outcome = SimulationRun.run(SimulationSettings(seed: 1))
        #expect(outcome.violations.isEmpty, "\(outcome)")
    }
}
