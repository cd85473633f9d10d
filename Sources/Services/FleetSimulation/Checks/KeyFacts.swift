internal import FleetControl
internal import FleetModel
internal import FleetRuntime

/// What the coordinator's journal says about the keys of the agents, record by record, without the service's key ring.
struct KeyFacts {
    /// The keys of one Supervisor's agent.
    struct Keys {
        var current: String?
        var offered: String?
        var previous: String?
        /// A key was ordered and not changed yet.
        var isOrdered = false
        var graceUntil: Timestamp?
        var overlapUntil: Timestamp?

        var admitted: [String] { [current, offered, previous].compactMap(\.self) }
    }

    private(set) var keys: [SupervisorID: Keys] = [:]
    /// Keys that were let go, with when that was on the disk; of those that were let in again, none.
    private(set) var ended: [LinkKey: Duration] = [:]
    /// Supervisors whose agents were let in more than once.
    private(set) var rejoined: Set<SupervisorID> = []
    private(set) var violations: [Violation] = []
    /// After a restore of the disk agents go on with changes whose orders it does not know.
    private let isRestored: Bool

    init(isRestored: Bool = false) { self.isRestored = isRestored }

    mutating func take(_ record: FleetRecord, at: Timestamp, taped: Duration) {
        switch record {
        case .supervisorEnrolled(let body):
            end(keys[body.supervisor]?.admitted ?? [], taped)
            if keys[body.supervisor] != nil { rejoined.insert(body.supervisor) }
            let isOrdered = keys[body.supervisor]?.isOrdered ?? false
            keys[body.supervisor] = Keys(current: body.publicKey, isOrdered: isOrdered)
            ended[LinkKey(body.publicKey)] = nil
        case .supervisorRemoved(let body): endAll(body.supervisor, taped)
        case .agentKeyAsked(let body):
            keys[body.supervisor]?.isOrdered = true
            let before = keys[body.supervisor]?.graceUntil ?? body.graceUntil
            keys[body.supervisor]?.graceUntil = min(before, body.graceUntil)
        case .agentKeyOffered(let body): offered(body, taped)
        case .agentKeyChanged(let body): changed(body, taped)
        case .agentKeyEnded(let body): ended(body, at: at, taped)
        default: break
        }
    }

    private mutating func offered(_ body: FleetRecord.AgentKeyOffered, _ taped: Duration) {
        if ended[LinkKey(body.publicKey)] != nil { violate("\(body.supervisor): a key that was let go is taken again") }
        if let before = keys[body.supervisor]?.offered, before != body.publicKey { end([before], taped) }
        keys[body.supervisor]?.offered = body.publicKey
    }

    private mutating func changed(_ body: FleetRecord.AgentKeyChanged, _ taped: Duration) {
        guard var own = keys[body.supervisor] else { return violate("\(body.supervisor): no key to change") }
        if !own.isOrdered, !isRestored {
            violate("\(body.supervisor): its agent's key was changed twice for one order")
        }
        if own.offered != body.publicKey { violate("\(body.supervisor): a key that was not offered is in use") }
        end([own.previous].compactMap(\.self), taped)
        own.previous = own.current
        own.current = body.publicKey
        own.offered = nil
        own.isOrdered = false
        own.graceUntil = nil
        own.overlapUntil = body.overlapUntil
        keys[body.supervisor] = own
    }

    private mutating func ended(_ body: FleetRecord.AgentKeyEnded, at: Timestamp, _ taped: Duration) {
        guard let own = keys[body.supervisor] else { return }
        guard let key = body.publicKey else {
            if own.graceUntil.map({ at < $0 }) ?? true {
                violate("\(body.supervisor): its agent lost its keys before the grace was over")
            }
            return endAll(body.supervisor, taped)
        }
        if key != own.previous || own.overlapUntil.map({ at < $0 }) ?? true {
            violate("\(body.supervisor): a key ended before its overlap was over")
        }
        end([key], taped)
        keys[body.supervisor]?.previous = nil
    }

    private mutating func endAll(_ supervisor: SupervisorID, _ taped: Duration) {
        end(keys[supervisor]?.admitted ?? [], taped)
        let isOrdered = keys[supervisor]?.isOrdered ?? false
        keys[supervisor] = Keys(isOrdered: isOrdered)
    }

    private mutating func end(_ all: [String], _ taped: Duration) {
        for key in all { ended[LinkKey(key)] = taped }
    }

    private mutating func violate(_ text: String) {
        if violations.count < 20 { violations.append(Violation(rule: .keys, text: text)) }
    }
}
