internal import FleetModel
internal import FleetRuntime

/// The keys of the agents: no session of one that ended, none that leaves its agent outside.
extension FleetInspector {
    /// Longer than a coordinator may be stopped by a fault, with its disk at its slowest.
    private static let patience = Duration.seconds(75)

    func sessionsOfEndedKeys() -> [Violation] {
        hub.keys.ended.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { key, ended in
            if fleet.scheduler.now > ended + Self.patience, fleet.network.admits(key) {
                return Violation(rule: .keys, text: "\(key.rawValue) ended and still opens a channel")
            }
            guard let served = fleet.network.lastServed(key), served > ended + Self.patience else { return nil }
            return Violation(rule: .keys, text: "\(key.rawValue) ended and was served \(served - ended) later")
        }
    }

    /// Enrolled Supervisors whose agents have no key that the coordinator admits.
    var lockedOut: [SupervisorID] {
        fleet.agents.filter { Self.isLockedOut($0, hub) }.compactMap(\.supervisor)
    }

    static func isLockedOut(_ machine: SimulatedMachine, _ hub: FleetFacts) -> Bool {
        guard let supervisor = machine.supervisor, hub.enrolled.contains(supervisor) else { return false }
        let admitted = hub.keys.keys[supervisor]?.admitted ?? []
        return !machine.keys.held.contains { admitted.contains($0.rawValue) }
    }

    /// Whether that is as it should be: the grace ended, another agent was let in, or a copy knows older keys only.
    static func isExcused(_ supervisor: SupervisorID, _ hub: FleetFacts) -> Bool {
        hub.keys.keys[supervisor]?.current == nil || hub.keys.rejoined.contains(supervisor) || hub.restores > 0
    }
}
