internal import FleetModel
internal import FleetRuntime
internal import Synchronization

/// Counts who is kept out, and tells at most once a second: a flood costs its handshakes and nothing after them.
final class RefusalTally: Sendable {
    private struct Key: Hashable {
        var kind: LinkRefusal.Kind
        var address: String
    }

    private struct State {
        var waiting: [Key: LinkRefusal] = [:]
        var toldAt: ContinuousClock.Instant?
        var frames = 0
    }

    /// Different places remembered between two tellings; further ones are counted under no address.
    private static let places = 64
    private static let pause = Duration.seconds(1)

    private let state = Mutex(State())
    private let clock = ContinuousClock()
    private let inbox: Inbox<HubTransportInput>

    init(inbox: Inbox<HubTransportInput>) { self.inbox = inbox }

    /// Frames refused since the start; handshakes are not counted here.
    var frames: Int { state.withLock { $0.frames } }

    func note(_ kind: LinkRefusal.Kind, key: LinkKey?, address: String = "") {
        let now = clock.now
        let due = state.withLock { state -> [LinkRefusal] in
            if kind != .unknownKey { state.frames += 1 }
            var place = Key(kind: kind, address: address)
            if state.waiting[place] == nil, state.waiting.count >= Self.places { place.address = "" }
            var refusal =
                state.waiting[place] ?? LinkRefusal(kind: kind, key: key, address: place.address, count: 0)
            refusal.count += 1
            state.waiting[place] = refusal
            if let told = state.toldAt, now - told < Self.pause { return [] }
            state.toldAt = now
            defer { state.waiting = [:] }
            return state.waiting.values.sorted { ($0.address, $0.kind.rawValue) < ($1.address, $1.kind.rawValue) }
        }
        inbox.put(due.map { .refused($0) })
    }
}
