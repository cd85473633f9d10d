/// What a seed may do to the fleet: every seed has its own mix (swarm testing), so that faults also meet alone.
package struct FaultProfile: Sendable {
    package var agents: Int
    /// How long faults are made, in virtual seconds.
    package var horizon: Int
    package var commands: Int
    package var operators: Int

    var network = SimulatedNetwork.Weather()
    var api = SimulatedCluster.Weather()
    /// How many of each happen within the horizon.
    var events: [FaultEvent.Kind: Int] = [:]
    /// The operator's terminal loses the answer, in percent.
    var lostReplies = 0.0

    /// Small bounds bring snapshots, trimming and compaction within reach of a short run.
    var snapshotEvery: UInt64 = 10_000
    var followingRecords = 256
    var retainedRecords: UInt64 = 1_000_000
    var recentEvents = 10_000
    var outboxReports = 4096
    var agentSnapshotEvery = 1000
    var reconnectGrace = 60
    /// Packages with a workload bring pods, Kubernetes Events and waiting.
    var hasWorkload = false
    /// Commands that are followed by another at the worst moment, in percent.
    var pounces = 0.0
    /// Upgrades and reconfigurations that would lose data, in percent.
    var dataLosses = 25.0
    /// Crashes that are followed by another one while the process recovers, in percent.
    var recoveryCrashes = 0.0
    /// Commands whose record the coordinator is killed at, before or after its fsync, in percent.
    var commandCrashes = 0.0
    /// After the faults: the coordinator stays away for a while and clusters are edited (contract C10).
    var hasCoordinatorAway = false

    /// Orders of the one who looks after keys, operators, joins and saved plans.
    var administration = 0
    /// Seconds: how long the key before is admitted, and how long an agent may take to change the one it has.
    var keyOverlap = 86_400
    var keyGrace = 30 * 86_400

    package init(seed: UInt64) {
        var random = SimulationRandom(seed: seed, stream: "profile")
        agents = random.number(2...4)
        horizon = random.number(60...180)
        commands = random.number(6...12)
        operators = random.number(1...2)
        func some(_ range: ClosedRange<Int>, _ percent: Double = 45) -> Double {
            random.chance(percent) ? Double(random.number(range)) : 0
        }
        network.lossPercent = some(1...20)
        network.duplicationPercent = some(1...25)
        network.latePercent = some(1...15)
        network.longestDelay = random.pick([200, 2_000, 20_000, 120_000])
        network.nonsensePercent = some(1...5, 25)
        api.refusalPercent = some(1...20)
        api.cutPercent = some(1...10)
        api.slowPercent = some(1...10)
        api.longestDelay = random.pick([500, 5_000, 40_000])
        api.watchCutPercent = some(1...30)
        api.watchLag = random.chance(40) ? random.number(10...3_000) : 0
        lostReplies = some(5...30)
        for kind in FaultEvent.Kind.allCases where !kind.isRare && random.chance(40) {
            events[kind] = random.number(1...3)
        }
        if random.chance(50) {
            snapshotEvery = UInt64(random.number(15...60))
            retainedRecords = UInt64(random.number(20...120))
        }
        if random.chance(50) { recentEvents = random.number(5...40) }
        if random.chance(30) { outboxReports = random.number(6...24) }
        if random.chance(50) { agentSnapshotEvery = random.number(5...40) }
        reconnectGrace = random.pick([5, 20, 60])
        hasWorkload = random.chance(20)
        hasCoordinatorAway = random.chance(25)
        addRareFaults(seed)
        addAdministration(seed)
    }

    private mutating func addAdministration(_ seed: UInt64) {
        var random = SimulationRandom(seed: seed, stream: "administration")
        if random.chance(60) { administration = random.number(1...5) }
        keyOverlap = random.pick([5, 30, 120, 86_400])
        if random.chance(15) { keyGrace = random.number(20...120) }
        if random.chance(15) { commandCrashes = Double(random.number(5...25)) }
    }

    private mutating func addRareFaults(_ seed: UInt64) {
        var random = SimulationRandom(seed: seed, stream: "rare faults")
        var groups = SimulationRandom(seed: seed, stream: "groups of targets")
        if groups.chance(40) { followingRecords = groups.number(1...3) }
        for (kind, percent) in [
            (FaultEvent.Kind.editsWhileAway, 30.0), (.restoreCoordinator, 20), (.restoreAgent, 25),
            (.secondProcess, 15), (.clockStrobe, 15),
        ] where random.chance(percent) { events[kind] = 1 }
        if random.chance(25) { outboxReports = random.number(4...12) }
        if random.chance(40) { pounces = Double(random.number(20...70)) }
        if random.chance(40) { dataLosses = Double(random.number(30...70)) }
        if random.chance(20) { api.watchLag *= 20 }
        if random.chance(35) { network.replayPercent = Double(random.number(2...25)) }
        // Of a stream of its own: what stands above keeps its numbers.
        var later = SimulationRandom(seed: seed, stream: "later faults")
        if later.chance(15) { events[.powerLoss] = 1 }
        if later.chance(40) { recoveryCrashes = Double(later.number(30...70)) }
    }
}

/// One fault at one time.
struct FaultEvent: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case crashCoordinator, crashAgent, crashAtSync
        case partition, oneWay, flapping, reset
        case slowDisk, fullDisk, failedSync
        case clockJump, pause
        case apiAway, handEdit, handDelete
        case editsWhileAway, restoreCoordinator, restoreAgent, secondProcess, clockStrobe
        case powerLoss

        /// Drawn for fewer seeds than the others.
        var isRare: Bool {
            switch self {
            case .editsWhileAway, .restoreCoordinator, .restoreAgent, .secondProcess, .clockStrobe, .powerLoss: true
            default: false
            }
        }
    }

    var kind: Kind
    var at: Duration
}
