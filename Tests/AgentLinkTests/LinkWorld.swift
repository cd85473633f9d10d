import AgentLink
import FleetModel

/// One agent and one coordinator with disks, on a seeded network that loses, doubles, delays and cuts.
///
/// The drivers here do what the real ones must: persist first, then tell the session.
struct LinkWorld {
    struct Faults {
        var loss = 0.0
        var duplication = 0.0
        /// Longest delay of a frame in milliseconds; frames overtake each other.
        var delay = 5
        /// Mean time between cut connections, agent restarts, coordinator restarts; 0 = never.
        var cutEvery = 0
        var agentRestartEvery = 0
        var coordinatorRestartEvery = 0
    }

    enum Event {
        case toAgent([UInt8], connection: UInt64)
        case toCoordinator([UInt8], connection: UInt64)
        case connected(UInt64)
        case agentPersisted(ServiceID, InstallSpec, life: Int)
        case journalled(incarnation: UInt64, through: UInt64, life: Int)
        case answered(UInt64, life: Int)
        case work
        case fault(Int)
    }

    struct Random {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        mutating func below(_ bound: Int) -> Int { bound <= 0 ? 0 : Int(next() % UInt64(bound)) }
        mutating func chance(_ p: Double) -> Bool { Double(next() >> 11) / Double(1 << 53) < p }
    }

    var random: Random
    var faults: Faults
    var now = 0
    private var queue: [(at: Int, order: Int, event: Event)] = []
    private var order = 0

    // The agent's disk and process.
    var outbox: [[UInt8]] = []
    var trimmed = 0
    var agentDisk: [ServiceID: InstallSpec] = [:]
    var agentHistory: [ServiceID: [UInt64]] = [:]
    var agentContent: [ContentDigest: [UInt8]] = [:]
    var agent: AgentSession
    var agentLife = 0
    var persistAt = 0
    var connection: UInt64?
    var connections: UInt64 = 0

    // The coordinator's disk and process.
    var journal: [(incarnation: UInt64, report: CoordinatorSession.ReceivedReport)] = []
    var wanted: [ServiceID: InstallSpec] = [:]
    var content: [ContentDigest: [UInt8]] = [:]
    var coordinator: CoordinatorSession
    var coordinatorLife = 0
    var pendingJournal: [(incarnation: UInt64, report: CoordinatorSession.ReceivedReport)] = []
    var epoch: UInt64 = 0
    var answers: [UInt64: [AgentAnswer]] = [:]
    var asked: UInt64 = 0
    var largestUnacked: UInt64 = 0
    var failures: [String] = []

    static let timing: LinkTiming = {
        var timing = LinkTiming()
        timing.heartbeat = .seconds(1)
        timing.helloFirst = .milliseconds(200)
        timing.helloLongest = .seconds(2)
        timing.refusedFirst = .milliseconds(500)
        timing.refusedLongest = .seconds(4)
        timing.resendFirst = .milliseconds(300)
        timing.resendLongest = .seconds(3)
        timing.refusalPause = .milliseconds(100)
        timing.fullSync = .seconds(20)
        return timing
    }()

    static let limits: LinkLimits = {
        var limits = LinkLimits()
        limits.credit = 16
        limits.batchReports = 5
        limits.chunkBytes = 64
        limits.frameBytes = 2048
        limits.answerBytes = 4096
        limits.unackedDesired = 3
        return limits
    }()

    init(seed: UInt64, faults: Faults) {
        random = Random(state: seed)
        self.faults = faults
        agent = Self.newAgent(life: 0, seed: seed, outbox: .init(incarnation: 7), accepted: [:])
        var configuration = CoordinatorSession.Configuration(coordinatorVersion: "1")
        configuration.limits = Self.limits
        configuration.timing = Self.timing
        coordinator = CoordinatorSession(configuration: configuration)
        schedule(1, .connected(1))
        connections = 1
        schedule(10, .work)
        for (kind, every) in [faults.cutEvery, faults.agentRestartEvery, faults.coordinatorRestartEvery].enumerated()
        where every > 0 {
            schedule(random.below(every * 2), .fault(kind))
        }
    }

    static func newAgent(
        life: Int, seed: UInt64, outbox: AgentSession.Outbox, accepted: [ServiceID: UInt64]
    ) -> AgentSession {
        var configuration = AgentSession.Configuration(agentVersion: "1", instance: 1000 + UInt64(life) * 1_000_000)
        configuration.limits = limits
        configuration.timing = timing
        return AgentSession(
            configuration: configuration, outbox: outbox, accepted: accepted, seed: seed &+ UInt64(life))
    }

    var at: Timestamp { Timestamp(milliseconds: 1_000_000 + Int64(now)) }

    mutating func schedule(_ delay: Int, _ event: Event) {
        order += 1
        let entry = (at: now + max(0, delay), order: order, event: event)
        let index = queue.firstIndex { ($0.at, $0.order) > (entry.at, entry.order) } ?? queue.count
        queue.insert(entry, at: index)
    }

    /// Runs until `end` (milliseconds); `working` makes new reports and wanted states, `faulty` breaks things.
    mutating func run(until end: Int, working: Bool, faulty: Bool) {
        let calm = faults
        if !faulty { faults = Faults(delay: faults.delay) }
        defer { faults = calm }
        var steps = 0
        while now < end {
            steps += 1
            guard steps < 200_000 else {
                failures.append("the world does not come to rest")
                return
            }
            let agentWake = agent.wake(at: at).map { now + Self.milliseconds($0) } ?? .max
            let coordinatorWake = coordinator.wake(at: at).map { now + Self.milliseconds($0) } ?? .max
            let next = min(queue.first?.at ?? .max, agentWake, coordinatorWake, end)
            now = next
            if let first = queue.first, first.at <= now {
                queue.removeFirst()
                handle(first.event, working: working, faulty: faulty)
            } else {
                if agentWake <= now { run(agent.tick(at: at)) }
                if coordinatorWake <= now { run(coordinator.tick(at: at)) }
            }
            largestUnacked = max(largestUnacked, UInt64(pendingJournal.count))
        }
    }

    static func milliseconds(_ duration: Duration) -> Int {
        let parts = duration.components
        return Int(parts.seconds) * 1000 + Int((parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    /// Every third answer does not fit a frame and goes in parts.
    static func inventory(_ id: UInt64) -> DataInventory {
        DataInventory(claims: [], total: (id % 3 == 0 ? String(repeating: "9", count: 2500) : "") + "\(id)")
    }
}
