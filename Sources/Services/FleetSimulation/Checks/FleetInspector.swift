internal import CoordinatorService
internal import FleetModel
internal import FleetRuntime
internal import ResourceModel
internal import SupervisorCluster

/// Looks at journals, feeds and clusters from outside and says which lines of the contract do not hold.
struct FleetInspector {
    let fleet: SimulatedFleet
    private(set) var hub: FleetFacts
    private(set) var agents: [SupervisorID: AgentFacts] = [:]
    private var compared: [SupervisorID: Int] = [:]
    private(set) var mismatches: [Violation] = []
    private var restores = 0

    init(fleet: SimulatedFleet) {
        self.fleet = fleet
        hub = FleetFacts(disk: fleet.hub.disk)
        for machine in fleet.agents {
            guard let supervisor = machine.supervisor else { continue }
            agents[supervisor] = AgentFacts(
                supervisor: supervisor, disk: machine.disk, outboxLimit: fleet.profile.outboxReports)
        }
    }

    private var supervisors: [SupervisorID] { agents.keys.sorted() }

    mutating func update() {
        hub.update()
        for supervisor in supervisors { agents[supervisor]?.update() }
        if hub.restores != restores {
            restores = hub.restores
            compared = [:]
        }
        for supervisor in supervisors { compare(supervisor) }
    }

    /// What the coordinator took in is what that Supervisor's agent wrote (contracts C3 and C7).
    private mutating func compare(_ supervisor: SupervisorID) {
        let all = hub.reports[supervisor] ?? []
        for (incarnation, report) in all[(compared[supervisor] ?? 0)...] {
            let written = agents[supervisor]?.reports[incarnation]?[report.sequence] ?? []
            if case .gap = report.body { continue }
            if written.isEmpty {
                mismatches.append(
                    Violation(rule: .c1, text: "\(supervisor): report \(report.sequence) is not on the agent's disk"))
            } else if !written.contains(report) {
                mismatches.append(
                    Violation(rule: .c7, text: "\(supervisor): report \(report.sequence) is not what the agent wrote"))
            }
        }
        compared[supervisor] = all.count
    }

    /// What held at every moment.
    var standing: [Violation] {
        var all = hub.violations + hub.keys.violations + mismatches + fleet.history.violations
        for supervisor in supervisors { all += agents[supervisor]?.violations ?? [] }
        for machine in fleet.machines {
            all += machine.disk.violations.map { Violation(rule: .failStop, text: $0) }
        }
        if fleet.network.mostInFlight > SimulatedNetwork.framesInFlight {
            all.append(Violation(rule: .c8, text: "\(fleet.network.mostInFlight) frames of one agent on the way"))
        }
        return all + claims() + consents() + acknowledged() + dropped() + unasked() + sessionsOfEndedKeys()
    }

    /// A report is acknowledged only once it is on the coordinator's disk (contracts C1 and C3).
    private func dropped() -> [Violation] {
        // What a restored copy does not know was acknowledged by the one before.
        guard fleet.history.restores.isEmpty else { return [] }
        return supervisors.flatMap { supervisor in
            (agents[supervisor]?.told ?? [:]).sorted { $0.key < $1.key }.compactMap { incarnation, told in
                let through = hub.through(supervisor, incarnation: incarnation)
                guard through < told else { return nil }
                return Violation(
                    rule: .c3, text: "\(supervisor): reports up to \(told) were acknowledged, \(through) are on disk")
            }
        }
    }

    /// Acknowledged means on disk, once (contract C1).
    private func acknowledged() -> [Violation] {
        fleet.history.answers.compactMap { answer in
            if fleet.history.isForgotten(answer.at) { return nil }
            let positions = hub.commands[answer.id] ?? []
            switch answer.result {
            case .success:
                if positions.isEmpty {
                    return Violation(rule: .c1, text: "\(answer.id) was acknowledged and is not in the journal")
                }
            case .failure(let error):
                // Also when an earlier answer was lost: asked again, it is answered as the first time.
                if !positions.isEmpty {
                    return Violation(rule: .c1, text: "\(answer.id) was refused (\(error.code)) and is in the journal")
                }
            }
            return nil
        }
    }

    /// An agent accepts nothing that the coordinator has not set, on disk, before (contracts C1 and C7).
    private func unasked() -> [Violation] {
        supervisors.flatMap { supervisor in
            (agents[supervisor]?.accepted ?? [:]).sorted { $0.key < $1.key }.flatMap { service, all in
                let known = hub.generations[InstallKey(service: service, supervisor: supervisor)] ?? [:]
                return all.filter { accepted in known[accepted.spec.generation].map { $0 > accepted.at } ?? true }.map {
                    let fault = known[$0.spec.generation] == nil ? "never set" : "accepted before it was on the disk"
                    return Violation(
                        rule: .c1,
                        text: "\(service.shortName)@\(supervisor): generation \($0.spec.generation) was \(fault)")
                }
            }
        }
    }

    /// A claim goes only by consent (contract C5).
    private func claims() -> [Violation] {
        var found: [Violation] = []
        for supervisor in supervisors {
            for change in fleet.clusters[supervisor]?.claimChanges ?? [] where change.isGone {
                let service = [FleetPackages.alpha, FleetPackages.beta].first {
                    FleetFaults.namespace($0, supervisor) == change.namespace
                }
                guard let service, agents[supervisor]?.hadConsent(service, at: change.at) != true else { continue }
                found.append(
                    Violation(rule: .c5, text: "\(supervisor): claim \(change.name) went without consent"))
            }
        }
        return found
    }

    /// A consent is the operator's own, by name (contract C5).
    private func consents() -> [Violation] {
        let asked = fleet.history.asked
        return hub.consents.compactMap { consent in
            let named: [InstallKey] =
                switch asked[consent.command] {
                case .applyPlan(let plan): Self.consent(fleet.history.plan(plan)?.command)
                case let command: Self.consent(command)
                }
            if named.contains(consent.key) { return nil }
            return Violation(rule: .c5, text: "\(consent.command) did not consent to lose the data of \(consent.key)")
        }
    }

    private static func consent(_ command: FleetCommand?) -> [InstallKey] {
        switch command {
        case .install(let request), .upgrade(let request), .reconfigure(let request): request.dataConsent
        case .uninstall(let request): request.dataConsent
        default: []
        }
    }

    // MARK: At rest

    /// What is still to come to rest (contracts C2 and C4); empty = the fleet is at rest.
    func unrest() -> [Violation] {
        var all: [Violation] = []
        if !fleet.history.isScriptOver { all.append(Violation(rule: .c4, text: "a command has no answer yet")) }
        for machine in fleet.machines where machine.isWanted && !machine.isRunning {
            all.append(Violation(rule: .c4, text: "\(machine.name) does not run"))
        }
        for task in hub.tasks.keys.sorted() where !hub.finished.contains(task) {
            all.append(Violation(rule: .c4, text: "\(task) has not finished"))
        }
        for supervisor in supervisors where hub.enrolled.contains(supervisor) {
            guard let facts = agents[supervisor] else { continue }
            all += facts.unfinished
            let through = hub.through(supervisor, incarnation: facts.incarnation)
            if through != facts.lastSequence {
                all.append(
                    Violation(
                        rule: .c3, text: "\(supervisor): reports up to \(facts.lastSequence), \(through) arrived"))
            }
            all += replaced(supervisor, facts)
            if hub.keys.keys[supervisor]?.graceUntil != nil {
                all.append(Violation(rule: .keys, text: "\(supervisor): its agent's key is still to be changed"))
            }
        }
        for (key, wanted) in hub.wanted.sorted(by: { $0.key < $1.key })
        where !wanted.isLetGo && hub.enrolled.contains(key.supervisor) {
            all += unrest(key, wanted.spec)
        }
        return all
    }

    /// What the agent's outbox holds is what was taken in under its numbers (contract C3).
    private func replaced(_ supervisor: SupervisorID, _ facts: AgentFacts) -> [Violation] {
        for (incarnation, report) in hub.reports[supervisor] ?? [] where incarnation == facts.incarnation {
            if case .gap = report.body { continue }
            guard let own = facts.own[report.sequence], own != report else { continue }
            return [Violation(rule: .c3, text: "\(supervisor): another report \(report.sequence) was taken in")]
        }
        return []
    }

    private func unrest(_ key: InstallKey, _ spec: InstallSpec) -> [Violation] {
        func violation(_ text: String) -> [Violation] { [Violation(rule: .c4, text: "\(key): \(text)")] }
        guard let accepted = agents[key.supervisor]?.accepted[key.service]?.last?.spec else {
            // The agent's disk was restored from before the install, which is gone by now.
            if case .absent = spec.intent, hub.outcomes[key]?[spec.generation] != nil, observed(key) == nil {
                return []
            }
            return violation("generation \(spec.generation) is wanted, none is accepted")
        }
        guard accepted.generation == spec.generation, accepted.intent == spec.intent else {
            return violation("generation \(spec.generation) is wanted, \(accepted.generation) is accepted")
        }
        if hub.outcomes[key]?[spec.generation]?.verdict == .refused { return [] }
        let seen = observed(key)
        switch spec.intent {
        case .absent(let policy):
            if seen != nil { return violation("is to be absent and is there") }
            if let left = left(key, policy, spec) { return violation("is to be absent and has left \(left)") }
        case .present(let selection):
            let values = values(selection.values)
            if values["broken"]?.boolValue == true { return [] }
            guard let seen else { return violation("is to be present and is not there") }
            let message =
                key.service == FleetPackages.alpha ? values["message"]?.stringValue ?? "none" : "plain"
            if seen["version"]?.stringValue != selection.version || seen["message"]?.stringValue != message {
                return violation(
                    "\(selection.version) \(message) is wanted, \(seen["version"]?.stringValue ?? "") "
                        + "\(seen["message"]?.stringValue ?? "") is there")
            }
        }
        return []
    }

    private func values(_ digest: ContentDigest) -> Value {
        guard let bytes = fleet.hub.disk.taped(digest),
            let documents = try? YAMLDocuments.read(String(decoding: bytes, as: UTF8.self))
        else { return .null }
        return documents.first ?? .null
    }

    /// The data of the service's ConfigMap; nil when it is not there.
    private func observed(_ key: InstallKey) -> Value? {
        guard let cluster = fleet.clusters[key.supervisor] else { return nil }
        let response = cluster.ask("GET", FleetFaults.path(key.service, key.supervisor))
        guard response.status == 200 else { return nil }
        let object = response.value
        return object.metadata["deletionTimestamp"] == nil ? object["data"] : nil
    }

    /// What an uninstall should have taken along; claims stay unless their data is to go.
    private func left(_ key: InstallKey, _ policy: DataPolicy, _ spec: InstallSpec) -> String? {
        guard let cluster = fleet.clusters[key.supervisor] else { return nil }
        let namespace = FleetFaults.namespace(key.service, key.supervisor)
        var paths = ["/apis/apps/v1/namespaces/\(namespace)/deployments/\(FleetPackages.workloadName)"]
        if policy == .delete, spec.dataConsent.allows(key) {
            paths += ["/api/v1/namespaces/\(namespace)/persistentvolumeclaims/\(FleetPackages.claim)"]
            paths += ["/api/v1/namespaces/\(namespace)"]
        }
        return paths.first { cluster.ask("GET", $0).status == 200 }
    }

    func isPresent(_ key: InstallKey) -> Bool {
        guard let wanted = hub.wanted[key], !wanted.isLetGo, case .present(let selection) = wanted.spec.intent else {
            return false
        }
        let outcome = hub.outcomes[key]?[wanted.spec.generation]?.verdict
        return outcome == .succeeded && values(selection.values)["broken"]?.boolValue != true
    }

    func isEdited(_ key: InstallKey) -> Bool { observed(key)?["message"]?.stringValue == FleetFaults.handEdit }

    var readersAreThrough: Bool {
        let last = hub.events.last?.position ?? 0
        return (0..<2).allSatisfy { fleet.history.reader($0).last?.position ?? 0 >= last }
    }

    func feeds() -> [Violation] { (0..<2).flatMap { feed(fleet.history.reader($0), of: $0) } }

    func feed(_ seen: [FleetEvent], of reader: Int) -> [Violation] {
        FeedCheck.violations(seen, of: hub.events, firstKept: fleet.hub.disk.firstPosition, reader: reader)
    }

    /// The coordinator's own words at rest: what it shows is what there is (contract C4).
    func shown(_ views: [SupervisorView]) -> [Violation] {
        var all: [Violation] = []
        for view in views where hub.enrolled.contains(view.supervisor.id) {
            if !view.connected { all.append(Violation(rule: .c4, text: "\(view.supervisor.id) is not connected")) }
            for install in view.installs {
                let key = install.install.key
                let status = install.install.status
                guard case .present(let selection) = install.install.spec.intent else { continue }
                let isBroken =
                    values(selection.values)["broken"]?.boolValue == true
                    || hub.outcomes[key]?[install.install.spec.generation]?.verdict == .refused
                if status.state != (isBroken ? .error : .configured), !isBroken || status.state != .configured {
                    all.append(Violation(rule: .c4, text: "\(key) shows \(status.state.rawValue)"))
                }
            }
        }
        return all
    }
}
