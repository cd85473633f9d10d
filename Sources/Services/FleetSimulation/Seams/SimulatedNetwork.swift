internal import FleetModel
internal import FleetRuntime
internal import Synchronization

/// The network between the agents and the coordinator: connections that come and go, frames that are lost, doubled,
/// late and out of order, directions that are cut.
final class SimulatedNetwork: Sendable {
    /// What the seed does to frames.
    struct Weather: Sendable {
        var lossPercent = 0.0
        var duplicationPercent = 0.0
        /// Of all frames, those that are late by up to `longestDelay`.
        var latePercent = 0.0
        var longestDelay = 0
        /// Frames of nonsense that an admitted peer sends along.
        var nonsensePercent = 0.0
        /// Of all frames, those that are followed by an older one, as it was.
        var replayPercent = 0.0
        /// Usual way of a frame, in milliseconds.
        var delay = 1...8
    }

    /// A few frames that may come once more.
    private struct Remembered: Sendable {
        private static let shortest = 80
        private var frames: [[UInt8]] = []

        /// Keeps `frame`; sometimes gives an older one.
        mutating func replay(after frame: [UInt8], percent: Double, _ random: inout SimulationRandom) -> [UInt8]? {
            guard percent > 0 else { return nil }
            // Wanted states, reports and contents; pings and credit would crowd them out.
            defer { if frame.count > Self.shortest { frames = (frames + [frame]).suffix(12) } }
            return random.chance(percent) && !frames.isEmpty ? random.pick(frames) : nil
        }
    }

    private struct Link: Sendable {
        var key: LinkKey
        var agent: SimulatedAgentTransport?
        /// Rises with every connection; the routing id.
        var connection: UInt64 = 0
        var isConnected = false
        var isDialling = false
        var isCutToHub = false
        var isCutToAgent = false
        var inFlight = 0
        /// The last frames of each direction, also of earlier connections.
        var sentToHub = Remembered()
        var sentToAgent = Remembered()
    }

    private struct State {
        var links: [SupervisorID: Link] = [:]
        var hub: SimulatedHubTransport?
        var admitted: [LinkKey: SupervisorID] = [:]
        var weather = Weather()
        var random: SimulationRandom
        var lastConnection: UInt64 = 0
        var mostInFlight = 0
        var enrolments: [LinkKey: @Sendable ([UInt8]) -> Void] = [:]
        /// When the coordinator last sent something over a channel of each key.
        var served: [LinkKey: Duration] = [:]
    }

    /// Frames of one agent on the way; a further one is not taken (the transport's bounded outbox).
    static let framesInFlight = 512

    let scheduler: SimulationScheduler
    private let state: Mutex<State>

    init(seed: UInt64, scheduler: SimulationScheduler) {
        self.scheduler = scheduler
        state = Mutex(State(random: SimulationRandom(seed: seed, stream: "network")))
    }

    func setWeather(_ weather: Weather) { state.withLock { $0.weather = weather } }

    /// The bound's witness for the checkers.
    var mostInFlight: Int { state.withLock { $0.mostInFlight } }

    /// Cuts or heals directions; a connection survives a cut, its frames do not.
    func cut(_ supervisor: SupervisorID, toHub: Bool, toAgent: Bool) {
        scheduler.record("cut \(supervisor) \(toHub) \(toAgent)")
        scheduler.note("network \(supervisor): to hub \(toHub ? "cut" : "open"), to agent \(toAgent ? "cut" : "open")")
        state.withLock { state in
            state.links[supervisor]?.isCutToHub = toHub
            state.links[supervisor]?.isCutToAgent = toAgent
        }
        dial(supervisor)
    }

    /// Breaks the connection as a reset does: both ends hear of it.
    func reset(_ supervisor: SupervisorID) { disconnect(supervisor, tellAgent: true, tellHub: true) }

    // MARK: Ends

    func attach(_ transport: SimulatedAgentTransport, of supervisor: SupervisorID, key: LinkKey) {
        state.withLock { state in
            var link = state.links[supervisor] ?? Link(key: key)
            link.key = key
            link.agent = transport
            link.isConnected = false
            link.isDialling = false
            state.links[supervisor] = link
        }
        dial(supervisor)
    }

    func detach(_ transport: SimulatedAgentTransport, of supervisor: SupervisorID) {
        guard state.withLock({ $0.links[supervisor]?.agent === transport }) else { return }
        disconnect(supervisor, tellAgent: false, tellHub: true)
        state.withLock { $0.links[supervisor]?.agent = nil }
    }

    func attach(_ hub: SimulatedHubTransport) {
        let supervisors = state.withLock { state in
            state.hub = hub
            return state.links.keys.sorted()
        }
        for supervisor in supervisors { dial(supervisor) }
    }

    func detach(_ hub: SimulatedHubTransport) {
        let supervisors = state.withLock { state -> [SupervisorID] in
            guard state.hub === hub else { return [] }
            state.hub = nil
            state.admitted = [:]
            return state.links.keys.sorted()
        }
        for supervisor in supervisors { disconnect(supervisor, tellAgent: true, tellHub: false) }
    }

    func admit(_ keys: [LinkKey: SupervisorID], by hub: SimulatedHubTransport) {
        let (all, refused) = state.withLock { state -> ([SupervisorID], [SupervisorID]) in
            guard state.hub === hub else { return ([], []) }
            state.admitted = keys
            let all = state.links.keys.sorted()
            return (all, all.filter { keys[state.links[$0]!.key] == nil })
        }
        for supervisor in refused { disconnect(supervisor, tellAgent: true, tellHub: true) }
        for supervisor in all { dial(supervisor) }
    }

    /// The hub throws one connection away.
    func cut(_ peer: LinkPeer) {
        let supervisor = state.withLock { state in
            state.links.sorted { $0.key < $1.key }
                .first { $0.value.key == peer.key && Self.routingID($0.value.connection) == peer.routingID }?.key
        }
        if let supervisor { disconnect(supervisor, tellAgent: true, tellHub: false) }
    }

    // MARK: Connections

    private static func routingID(_ connection: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: connection >> UInt64($0)) }
    }

    /// Tries to connect after a while, until it is connected or impossible.
    func dial(_ supervisor: SupervisorID) {
        let delay = state.withLock { state -> Duration? in
            guard let link = state.links[supervisor], link.agent != nil, !link.isConnected, !link.isDialling
            else { return nil }
            state.links[supervisor]?.isDialling = true
            return state.random.milliseconds(20...600)
        }
        guard let delay else { return }
        scheduler.after(delay) { self.connect(supervisor) }
    }

    private func connect(_ supervisor: SupervisorID) {
        let connected = state.withLock { state -> SimulatedAgentTransport? in
            guard let link = state.links[supervisor], let agent = link.agent, !link.isConnected else { return nil }
            state.links[supervisor]?.isDialling = false
            // Dialled again when something changes: the hub comes, the key is admitted, the way is open.
            guard state.hub != nil, !link.isCutToHub, !link.isCutToAgent, state.admitted[link.key] != nil else {
                return nil
            }
            state.lastConnection += 1
            state.links[supervisor]?.connection = state.lastConnection
            state.links[supervisor]?.isConnected = true
            return agent
        }
        guard let connected else { return }
        scheduler.note("network \(supervisor): connected")
        connected.put(.connected)
    }

    private func disconnect(_ supervisor: SupervisorID, tellAgent: Bool, tellHub: Bool) {
        let ends = state.withLock { state -> (SimulatedAgentTransport?, SimulatedHubTransport?, LinkPeer)? in
            guard let link = state.links[supervisor], link.isConnected else { return nil }
            state.links[supervisor]?.isConnected = false
            let peer = LinkPeer(key: link.key, routingID: Self.routingID(link.connection))
            return (tellAgent ? link.agent : nil, tellHub ? state.hub : nil, peer)
        }
        guard let (agent, hub, peer) = ends else { return }
        scheduler.note("network \(supervisor): disconnected")
        let toHub = state.withLock { state in state.random.milliseconds(1...400) }
        // At once: the news of a later connection must not overtake it.
        if let agent {
            agent.put(.disconnected)
            dial(supervisor)
        }
        if let hub { scheduler.after(toHub) { hub.put(.disconnected(peer)) } }
    }

    func reconnect(_ transport: SimulatedAgentTransport, of supervisor: SupervisorID) {
        guard state.withLock({ $0.links[supervisor]?.agent === transport }) else { return }
        disconnect(supervisor, tellAgent: true, tellHub: true)
        dial(supervisor)
    }

    /// The agent dials with another key from now on; a channel has the key it was opened with.
    func use(_ key: LinkKey, _ transport: SimulatedAgentTransport, of supervisor: SupervisorID) {
        guard state.withLock({ $0.links[supervisor]?.agent === transport }) else { return }
        disconnect(supervisor, tellAgent: true, tellHub: true)
        scheduler.record("key \(key.rawValue)")
        scheduler.note("network \(supervisor): dials with \(key.rawValue)")
        state.withLock { $0.links[supervisor]?.key = key }
        dial(supervisor)
    }

    func lastServed(_ key: LinkKey) -> Duration? { state.withLock { $0.served[key] } }
    /// Whether a channel of the key could be opened now.
    func admits(_ key: LinkKey) -> Bool { state.withLock { $0.admitted[key] != nil } }
    /// What was served by another history.
    func forgetServed() { state.withLock { $0.served = [:] } }

    // MARK: Frames

    /// False when the connection is not there or too much is on its way.
    func send(_ frame: [UInt8], from transport: SimulatedAgentTransport, of supervisor: SupervisorID) -> Bool {
        let way = state.withLock { state -> (peer: LinkPeer, delays: [Duration], extra: [[UInt8]])? in
            guard let link = state.links[supervisor], link.agent === transport, link.isConnected,
                link.inFlight < Self.framesInFlight
            else { return nil }
            let peer = LinkPeer(key: link.key, routingID: Self.routingID(link.connection))
            let delays = link.isCutToHub ? [] : Self.delays(&state)
            state.links[supervisor]?.inFlight += delays.count
            state.mostInFlight = max(state.mostInFlight, link.inFlight)
            let weather = state.weather
            let old = state.links[supervisor]?.sentToHub.replay(
                after: frame, percent: weather.replayPercent, &state.random)
            return (peer, delays, link.isCutToHub ? [] : [Self.nonsense(&state), old].compactMap(\.self))
        }
        guard let way else { return false }
        scheduler.record("to hub \(supervisor)", Array(frame.prefix(48)))
        for delay in way.delays {
            scheduler.after(delay) {
                self.landed(supervisor)
                self.hub(for: supervisor)?.put(.frame(way.peer, frame))
            }
        }
        for frame in way.extra { hub(for: supervisor)?.put(.frame(way.peer, frame)) }
        return true
    }

    func send(_ frame: [UInt8], to peer: LinkPeer, from hub: SimulatedHubTransport) -> Bool {
        if let answered = state.withLock({ $0.hub === hub ? $0.enrolments[peer.key] : nil }) {
            scheduler.after(.milliseconds(2)) { answered(frame) }
            return true
        }
        let way = state.withLock { state -> (SupervisorID, SimulatedAgentTransport, [(Duration, [UInt8])])? in
            guard state.hub === hub,
                let (supervisor, link) = state.links.sorted(by: { $0.key < $1.key }).first(where: {
                    $0.value.key == peer.key
                }), link.isConnected, Self.routingID(link.connection) == peer.routingID, let agent = link.agent
            else { return nil }
            state.served[peer.key] = scheduler.now
            if link.isCutToAgent { return (supervisor, agent, []) }
            let weather = state.weather
            let old = state.links[supervisor]?.sentToAgent.replay(
                after: frame, percent: weather.replayPercent, &state.random)
            return (
                supervisor, agent,
                Self.delays(&state).map { ($0, frame) } + (old.map { [(.milliseconds(3), $0)] } ?? [])
            )
        }
        guard let (supervisor, agent, copies) = way else { return false }
        scheduler.record("to agent \(supervisor)", Array(frame.prefix(48)))
        for (delay, frame) in copies {
            scheduler.after(delay) {
                let isOpen = self.state.withLock { $0.links[supervisor].map { !$0.isCutToAgent } ?? false }
                if isOpen { agent.put(.frame(frame)) }
            }
        }
        return true
    }

    private func landed(_ supervisor: SupervisorID) {
        state.withLock { $0.links[supervisor]?.inFlight -= 1 }
    }

    private func hub(for supervisor: SupervisorID) -> SimulatedHubTransport? {
        state.withLock { state in state.links[supervisor]?.isCutToHub == false ? state.hub : nil }
    }

    private static func delays(_ state: inout State) -> [Duration] {
        let weather = state.weather
        if state.random.chance(weather.lossPercent) { return [] }
        func delay(_ random: inout SimulationRandom) -> Duration {
            if random.chance(weather.latePercent) { return random.milliseconds(0...max(1, weather.longestDelay)) }
            return random.milliseconds(weather.delay)
        }
        var delays = [delay(&state.random)]
        while delays.count < 3, state.random.chance(weather.duplicationPercent) {
            // A copy may come long after its original, when what it says no longer holds.
            let isOld = state.random.chance(30)
            delays.append(
                isOld ? state.random.milliseconds(0...max(1, weather.longestDelay)) : delay(&state.random))
        }
        return delays
    }

    private static func nonsense(_ state: inout State) -> [UInt8]? {
        guard state.random.chance(state.weather.nonsensePercent) else { return nil }
        return (0..<state.random.number(0...40)).map { _ in UInt8(truncatingIfNeeded: state.random.next()) }
    }

    // MARK: Enrolment

    /// One enrolment message over the enrolment socket; `answered` gets the reply's bytes.
    func enrol(_ bytes: [UInt8], key: LinkKey, answered: @escaping @Sendable ([UInt8]) -> Void) {
        let hub = state.withLock { state in
            state.enrolments[key] = answered
            return state.hub
        }
        hub?.put(.enrolment(LinkPeer(key: key, routingID: [1]), bytes))
    }

    func endEnrolment(_ key: LinkKey) { state.withLock { $0.enrolments[key] = nil } }
}
