/// The change of an agent's key, at the agent: make one, offer it over the old one's channel, use it, let that go.
///
/// Both keys stay on disk until a channel of the new one has borne a session, and while none does they take turns: so
/// neither a crash at any point nor an answer that was lost leaves the agent without a key the coordinator knows.
package struct KeyRotation: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// One key. Can become making.
        case settled
        /// The driver makes a key or reads the one it made. Can become offering, settled (it could not).
        case making
        /// The old key is in use, the new one is said again until it is answered. Can become switching (admitted, or no
        /// session came of the old key), settled (refused).
        case offering(key: String)
        /// The new key is in use and has borne no session yet. Can become settled (it did), offering (it did not).
        case switching(key: String)
    }

    /// What the driver has to do.
    package enum Step: Hashable, Sendable {
        /// Make a key, or give the one that waits on the disk; then `made`.
        case make
        case offer(key: String)
        case useNew
        case useOld
        /// The new key takes the old one's place on the disk.
        case settle
        /// The new key is thrown away.
        case discard(reason: String)
    }

    package private(set) var state = State.settled
    private let timing: LinkTiming
    private var nextOffer: Duration = .zero
    /// When the other key has its turn, while there is no session.
    private var turnEnds: Duration?

    /// - Parameter waiting: a key that was made before the start and bore no session yet: it is tried first.
    package init(waiting: String?, timing: LinkTiming) {
        self.timing = timing
        if let waiting {
            state = .switching(key: waiting)
            turnEnds = timing.keyPatience
        }
    }

    package var wake: Duration? {
        switch state {
        case .settled, .making: nil
        case .offering: [turnEnds, turnEnds == nil ? nextOffer : nil].compactMap(\.self).min()
        case .switching: turnEnds
        }
    }

    /// The coordinator asked for a new key, or the old one is of age.
    package mutating func wanted() -> [Step] {
        guard state == .settled else { return [] }
        state = .making
        return [.make]
    }

    package mutating func made(_ key: String, now: Duration) -> [Step] {
        guard state == .making else { return [] }
        state = .offering(key: key)
        nextOffer = now + timing.resendFirst
        return [.offer(key: key)]
    }

    package mutating func notMade() {
        if state == .making { state = .settled }
    }

    /// The coordinator's answer; one about another key is late and means nothing.
    package mutating func answered(_ key: String, admitted: Bool, text: String, now: Duration) -> [Step] {
        guard state == .offering(key: key) else { return [] }
        guard admitted else {
            state = .settled
            return [.discard(reason: text)]
        }
        state = .switching(key: key)
        turnEnds = now + timing.keyPatience
        return [.useNew]
    }

    /// A session began.
    package mutating func live(now: Duration) -> [Step] {
        turnEnds = nil
        switch state {
        case .settled, .making: return []
        case .offering(let key):
            nextOffer = now + timing.resendFirst
            return [.offer(key: key)]
        case .switching:
            state = .settled
            return [.settle]
        }
    }

    /// The session ended.
    package mutating func lost(now: Duration) {
        switch state {
        case .settled, .making: break
        case .offering, .switching: turnEnds = now + timing.keyPatience
        }
    }

    package mutating func tick(now: Duration) -> [Step] {
        switch state {
        case .settled, .making: return []
        case .offering(let key):
            if let turnEnds {
                guard turnEnds <= now else { return [] }
                self.turnEnds = now + timing.keyPatience
                state = .switching(key: key)
                return [.useNew]
            }
            guard nextOffer <= now else { return [] }
            nextOffer = now + timing.resendLongest
            return [.offer(key: key)]
        case .switching(let key):
            guard let turnEnds, turnEnds <= now else { return [] }
            self.turnEnds = now + timing.keyPatience
            state = .offering(key: key)
            return [.useOld]
        }
    }
}
