/// The keys that stand for one Supervisor's agent: which one is in use, which one it offered, which one it left.
///
/// A key that was let go is never taken as an offer again; only a new join token can bring it back. Public keys only
/// (Z85 text of CURVE keys).
package struct AgentKeyRing: Hashable, Codable, Sendable {
    /// Where the ring stands; follows from its fields.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// No agent was let in yet, or its last key ended. Can become settled.
        case empty
        /// One key. Can become asked, offered.
        case settled
        /// The agent is to make a new key before the grace is over. Can become offered, empty.
        case asked
        /// A new key is admitted besides the one in use. Can become overlapping, empty.
        case offered
        /// The new key is in use, the one before is admitted still. Can become settled, offered, asked.
        case overlapping
    }

    /// What became of an offer.
    package enum Offer: Hashable, Sendable {
        /// To be recorded.
        case taken
        /// The same offer again, whose answer was lost.
        case known
        case refused(String)
    }

    /// What is due at a moment.
    package enum Expiry: Hashable, Sendable {
        /// The overlap is over: the key that was left ends.
        case previous(String)
        /// The agent did not change its key within the grace: every key ends.
        case all
    }

    /// Keys let go that are remembered, so that none comes back.
    package static let remembered = 16

    package private(set) var current: String?
    package private(set) var since: Timestamp?
    package private(set) var offered: String?
    package private(set) var previous: String?
    /// When `previous` ends.
    package private(set) var overlapUntil: Timestamp?
    /// Set while the agent is asked for a new key: when it loses the one it has.
    package private(set) var graceUntil: Timestamp?
    /// Let go, oldest first.
    package private(set) var ended: [String] = []

    package init() {}

    package init(current: String, since: Timestamp) {
        self.current = current
        self.since = since
    }

    package var state: State {
        guard current != nil else { return .empty }
        if offered != nil { return .offered }
        if graceUntil != nil { return .asked }
        return previous == nil ? .settled : .overlapping
    }

    /// Every key that opens a channel now.
    package var admitted: [String] { [current, offered, previous].compactMap(\.self) }

    // MARK: Questions

    /// Whether a key that the agent offers over a channel of `holder` is taken.
    package func offer(_ key: String, over holder: String) -> Offer {
        guard admitted.contains(holder) else { return .refused("the channel's key is not admitted") }
        if key == offered || key == current { return .known }
        if key == previous { return .refused("the key is the one that was left") }
        if ended.contains(key) { return .refused("the key was let go before") }
        return .taken
    }

    /// Whether a channel of this key means that the offered key is in use from now on.
    package func isFirstUse(of key: String) -> Bool { key == offered }

    package func due(at: Timestamp) -> Expiry? {
        if current != nil, let graceUntil, graceUntil <= at { return .all }
        if let previous, let overlapUntil, overlapUntil <= at { return .previous(previous) }
        return nil
    }

    // MARK: What happened

    /// An agent was let in with this key; whatever was before is over.
    package mutating func begin(_ key: String, at: Timestamp) {
        for old in admitted where old != key { remember(old) }
        let before = ended.filter { $0 != key }
        self = AgentKeyRing(current: key, since: at)
        ended = before
    }

    /// Asked again, the first moment counts.
    package mutating func ask(graceUntil: Timestamp) {
        guard current != nil else { return }
        self.graceUntil = min(self.graceUntil ?? graceUntil, graceUntil)
    }

    /// A later offer replaces one that was never used.
    package mutating func take(offer key: String) {
        guard current != nil, key != current else { return }
        if let offered, offered != key { remember(offered) }
        offered = key
    }

    package mutating func use(_ key: String, overlapUntil: Timestamp, at: Timestamp) {
        guard key == offered, let current else { return }
        if let previous { remember(previous) }
        previous = current
        self.overlapUntil = overlapUntil
        self.current = key
        since = at
        offered = nil
        graceUntil = nil
    }

    package mutating func end(_ key: String) {
        if key == previous {
            previous = nil
            overlapUntil = nil
            remember(key)
        }
        if key == offered {
            offered = nil
            remember(key)
        }
        if key == current { endAll() }
    }

    package mutating func endAll() {
        for key in admitted { remember(key) }
        let before = ended
        self = AgentKeyRing()
        ended = before
    }

    /// The same without a key in force.
    package var emptied: AgentKeyRing {
        var ring = self
        ring.endAll()
        return ring
    }

    private mutating func remember(_ key: String) {
        guard !ended.contains(key) else { return }
        ended.append(key)
        if ended.count > Self.remembered { ended.removeFirst() }
    }
}
