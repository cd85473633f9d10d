internal import CoordinatorService
internal import FleetModel
internal import Synchronization

/// One seed from its first step to the checkers' verdict.
package struct SimulationRun {
    /// What a run came to.
    package struct Outcome: Hashable, Sendable {
        package var seed: UInt64
        package var violations: [Violation]
        package var trace: String
        package var steps: Int
        /// Virtual seconds.
        package var seconds: Int
        package var commands: Int
        package var records: Int
        package var restarts: Int
    }

    private static let longestRest = Duration.seconds(2400)
    private static let slice = Duration.seconds(4)

    private let fleet: SimulatedFleet
    private var inspector: FleetInspector
    private var readmissions = 0

    package static func run(_ settings: SimulationSettings) -> Outcome {
        var run = SimulationRun(SimulatedFleet(settings: settings))
        return run.run()
    }

    package init(_ fleet: SimulatedFleet) {
        self.fleet = fleet
        inspector = FleetInspector(fleet: fleet)
    }

    package mutating func run() -> Outcome {
        let scheduler = fleet.scheduler
        let faults = FleetFaults(fleet: fleet)
        fleet.start(fleet.hub)
        var found: [Violation] = []
        let crew = (0..<fleet.profile.operators).map { SimulatedOperator(fleet: fleet, number: $0) }
        if perform({ await crew[0].prepare() }) != true {
            found.append(Violation(rule: .c4, text: "the fleet could not be set up"))
        }
        let readers = (0..<2).map { number in
            let reader = FeedReader(fleet: fleet, number: number)
            return fleet.startPerson("reader-\(number)") { await reader.run() }
        }
        faults.begin()
        for one in crew { fleet.startPerson("operator-\(one.number)") { await one.run() } }
        if fleet.profile.administration > 0 {
            let administrator = SimulatedOperator(fleet: fleet, number: 9)
            fleet.startPerson("administrator") { await administrator.administer() }
        }
        scheduler.run(until: scheduler.now + .seconds(fleet.profile.horizon))
        faults.end()
        found += rest()
        if fleet.profile.hasCoordinatorAway, found.isEmpty { found += awayCoordinator() }
        found += verdict()
        if scheduler.isStuck { found.append(Violation(rule: .progress, text: "something goes round in circles")) }
        for reader in readers { reader.kill() }
        for machine in fleet.machines { fleet.stop(machine) }
        scheduler.run(until: scheduler.now + .seconds(1))
        scheduler.forgetTimers()
        return Outcome(
            seed: fleet.settings.seed, violations: found, trace: scheduler.trace.description, steps: scheduler.steps,
            seconds: Int(scheduler.now.components.seconds), commands: fleet.history.answers.count,
            records: fleet.hub.disk.tape.count, restarts: fleet.machines.reduce(0) { $0 + $1.starts - 1 })
    }

    /// Runs something on a process of its own and waits for it, in virtual time.
    private func perform<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value? {
        let result = Box<Value>()
        fleet.startPerson("bystander") { result.set(await body()) }
        fleet.scheduler.run(until: fleet.scheduler.now + .seconds(600)) { result.value != nil }
        return result.value
    }

    /// Lets the fleet come to rest; what does not is a violation.
    private mutating func rest() -> [Violation] {
        let deadline = fleet.scheduler.now + Self.longestRest
        while true {
            fleet.scheduler.run(until: fleet.scheduler.now + Self.slice)
            inspector.update()
            if let violation = readmit() { return [violation] }
            let unrest = inspector.unrest()
            if unrest.isEmpty || !inspector.standing.isEmpty { return inspector.standing }
            if fleet.scheduler.now >= deadline || fleet.scheduler.isStuck { return unrest }
        }
    }

    /// Lets agents in again whose keys ended, once their orders are through; one that lost its key otherwise is a
    /// violation.
    private mutating func readmit() -> Violation? {
        guard fleet.history.isScriptOver else { return nil }
        for supervisor in inspector.lockedOut {
            guard let agent = fleet.agents.first(where: { $0.supervisor == supervisor }) else { continue }
            guard FleetInspector.isExcused(supervisor, inspector.hub) else {
                return Violation(
                    rule: .keys, text: "\(supervisor): its agent has no key that the coordinator admits")
            }
            readmissions += 1
            let (number, isKnown) = (10_000_000 + readmissions, inspector.hub.keys.keys[supervisor]?.current != nil)
            let someone = SimulatedOperator(fleet: fleet, number: 9)
            _ = perform { await someone.readmit(agent, isKnown: isKnown, number) }
            inspector.update()
        }
        return nil
    }

    /// With the coordinator away, an edit is repaired all the same (contract C10).
    private mutating func awayCoordinator() -> [Violation] {
        let scheduler = fleet.scheduler
        fleet.stop(fleet.hub)
        scheduler.run(until: scheduler.now + .seconds(5))
        var edited: [InstallKey] = []
        for (supervisor, cluster) in fleet.clusters.sorted(by: { $0.key < $1.key }) {
            for service in [FleetPackages.alpha, FleetPackages.beta] {
                let key = InstallKey(service: service, supervisor: supervisor)
                guard inspector.isPresent(key), FleetFaults.edit(cluster, supervisor, service) else { continue }
                edited.append(key)
            }
        }
        let deadline = scheduler.now + .seconds(600)
        var left = edited
        while !left.isEmpty, scheduler.now < deadline {
            scheduler.run(until: scheduler.now + Self.slice)
            left = left.filter { inspector.isEdited($0) }
        }
        fleet.hub.isWanted = true
        fleet.start(fleet.hub)
        let found = left.map { Violation(rule: .c10, text: "\($0): the edit was not repaired without a coordinator") }
        return found.isEmpty ? rest() : found
    }

    /// At rest: what is shown, what readers got, what the journals fold to.
    private mutating func verdict() -> [Violation] {
        let fleet = fleet
        // Slow readers get to the end.
        let deadline = fleet.scheduler.now + .seconds(1200)
        while fleet.scheduler.now < deadline, !inspector.readersAreThrough {
            fleet.scheduler.run(until: fleet.scheduler.now + .seconds(2))
            inspector.update()
        }
        var found = inspector.feeds() + inspector.standing
        guard let (coordinator, _) = fleet.coordinator() else { return found }
        found += shown(by: coordinator)
        let latecomer = FeedReader(fleet: fleet, number: 2)
        if let seen = perform({ await latecomer.readAll() }) ?? nil {
            inspector.update()
            found += inspector.feed(seen, of: latecomer.number)
        }
        // A key whose time is over just now: its record is on the disk, and not yet in the state.
        for _ in 0..<20 {
            let count = fleet.hub.disk.tape.count
            fleet.scheduler.run(until: fleet.scheduler.now + .seconds(1))
            if fleet.hub.disk.tape.count == count { break }
        }
        inspector.update()
        return found + FoldCheck.violations(fleet.hub.disk, running: coordinator.stateBytes())
    }
}

extension SimulationRun {
    /// What the coordinator shows; a retry that is due later gets its time.
    private mutating func shown(by coordinator: Coordinator) -> [Violation] {
        let deadline = fleet.scheduler.now + Self.longestRest
        while true {
            guard let views = perform({ await coordinator.supervisors() }) else {
                return [Violation(rule: .c4, text: "the coordinator does not answer")]
            }
            let found = inspector.shown(views)
            if found.isEmpty || fleet.scheduler.now >= deadline { return found }
            fleet.scheduler.run(until: fleet.scheduler.now + Self.slice)
            inspector.update()
        }
    }
}

/// A value that a simulated process leaves for the driver.
final class Box<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)
    func set(_ value: Value) { content.withLock { $0 = value } }
    var value: Value? { content.withLock { $0 } }
}
