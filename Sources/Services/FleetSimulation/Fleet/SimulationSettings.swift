package import FleetModel

/// One run.
package struct SimulationSettings: Sendable {
    package var seed: UInt64
    /// Nil: the seed's own.
    package var profile: FaultProfile?
    /// A deliberate bug that the checkers must catch; nil in every real run.
    package var sabotage: Sabotage?
    /// Keep a line for everything that happens.
    package var keepsLog = false

    package init(seed: UInt64, sabotage: Sabotage? = nil, keepsLog: Bool = false) {
        self.seed = seed
        self.sabotage = sabotage
        self.keepsLog = keepsLog
    }
}
