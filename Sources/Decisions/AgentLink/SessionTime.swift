internal import FleetModel

/// A session's own time: never goes back, whatever the wall clock does.
///
/// Steps of the wall clock backwards count as no time passed; steps forward at worst end a session early, which a new
/// greeting mends.
struct SessionTime: Hashable, Sendable {
    private(set) var now: Duration = .zero
    private var last: Timestamp?

    mutating func advance(to at: Timestamp) {
        if let last, at > last { now += at.since(last) }
        last = at
    }

    /// Time passed since the last input, for the distance to a timer.
    func sinceLastInput(at: Timestamp) -> Duration {
        guard let last, at > last else { return .zero }
        return at.since(last)
    }
}

/// SplitMix64 with a seed from outside: the session's nonces and jitter.
struct SessionRandom: Hashable, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Between half of `duration` and all of it, so that many peers do not act at once.
    mutating func jittered(_ duration: Duration) -> Duration {
        let half = duration / 2
        return half + half * (Double(next() >> 11) / Double(1 << 53))
    }
}

/// A wait that doubles from `first` to `longest`: first, 2·first, 4·first …
struct Backoff: Hashable, Sendable {
    let first: Duration
    let longest: Duration
    private var current: Duration

    init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
        current = first
    }

    mutating func reset() { current = first }

    mutating func next() -> Duration {
        defer { current = min(longest, current * 2) }
        return current
    }
}
