internal import FleetModel
internal import FleetRuntime
internal import ZeroMQ

/// The socket thread of all simulated agents.
///
/// One libzmq context has 1,023 sockets and a monitor costs two, so only the first agent's connection is watched: all
/// agents talk to the same process, which comes and goes for all at once. An agent's greeting waits until its own
/// connection takes it (IMMEDIATE), so that nobody speaks before its handshake is done.
final class FleetReactor {
    private static let messagesPerTurn = 64
    /// How soon a frame is offered again that a socket did not take.
    private static let retryMilliseconds = 5
    private static let tickMilliseconds = 200

    private let fleet: AgentFleet
    private let endpoint: String
    private let serverKey: String
    private let keys: [CurveKeyPair]
    private let context: Context
    private var sockets: [Socket] = []
    private var monitor: Socket
    private var agents: [SimulatedAgent] = []
    private var live: [Bool]
    /// Agents with frames that their socket did not take.
    private var blocked: Set<Int> = []
    private var lastTick = Timestamp.zero
    private var isStopping = false

    init(fleet: AgentFleet, endpoint: String, serverKey: String, keys: [CurveKeyPair]) throws(ZeroMQError) {
        self.fleet = fleet
        self.endpoint = endpoint
        self.serverKey = serverKey
        self.keys = keys
        context = try Context.shared()
        live = keys.map { _ in false }
        let first = try Self.dial(keys[0], serverKey, context)
        monitor = try first.monitor()
        try first.connect(endpoint)
        sockets = [first]
        for pair in keys.dropFirst() {
            let socket = try Self.dial(pair, serverKey, context)
            try socket.connect(endpoint)
            sockets.append(socket)
        }
        agents = keys.map { _ in SimulatedAgent(entropy: SystemEntropy()) }
    }

    private static func dial(
        _ pair: CurveKeyPair, _ serverKey: String, _ context: Context
    ) throws(ZeroMQError) -> Socket {
        let routingID = Array(SystemEntropy().hexadecimal(bytes: 8).utf8)
        return try Socket(
            .dealer(keys: pair, serverKey: serverKey, routingID: routingID), bounds: SocketBounds(), in: context)
    }

    func run(_ bell: Bell) throws(ZeroMQError) {
        while !isStopping {
            let wait = blocked.isEmpty ? Self.tickMilliseconds : Self.retryMilliseconds
            let ready = try Poller().wait(for: [monitor] + sockets, bell: bell, milliseconds: wait)
            if ready[0] { try readEvents() }
            for index in agents.indices where ready[index + 1] { try read(index) }
            for order in fleet.takeOrders() { try carryOut(order) }
            for index in blocked { try flush(index) }
            try tick()
        }
        for socket in sockets { socket.close() }
        monitor.close()
    }

    // MARK: Inputs

    private func readEvents() throws(ZeroMQError) {
        while let event = try monitor.receiveEvent() {
            let at = WallClock.now()
            for index in agents.indices {
                switch event {
                case .connected: try perform(agents[index].connected(at: at), index)
                case .disconnected: try perform(agents[index].disconnected(at: at), index)
                case .retrying, .other: break
                }
            }
        }
    }

    private func read(_ index: Int) throws(ZeroMQError) {
        let at = WallClock.now()
        for _ in 0..<Self.messagesPerTurn {
            guard let message = try sockets[index].receiveMessage() else { return }
            if message.count == 1 { try perform(agents[index].received(message[0].bytes, at: at), index) }
        }
    }

    private func tick() throws(ZeroMQError) {
        let at = WallClock.now()
        guard at.since(lastTick) >= .milliseconds(Self.tickMilliseconds) else { return }
        lastTick = at
        for index in agents.indices { try perform(agents[index].tick(at: at), index) }
    }

    private func carryOut(_ order: AgentFleet.Order) throws(ZeroMQError) {
        let at = WallClock.now()
        switch order {
        case .persisted(let index, let write): try persisted(write, index, at: at)
        case .prepare(let count):
            for index in agents.indices { agents[index].prepare(events: count, at: at) }
            fleet.tellPrepared()
        case .start: for index in agents.indices { try perform(agents[index].start(at: at), index) }
        case .stop:
            for index in agents.indices { try perform(agents[index].close(at: at), index) }
            isStopping = true
        }
    }

    private func persisted(_ write: AgentDisks.Write, _ index: Int, at: Timestamp) throws(ZeroMQError) {
        let effects = agents[index].persisted(
            write.service, generation: write.spec.generation, reports: write.reports, at: at)
        try perform(effects, index)
    }

    // MARK: Effects

    private func perform(_ effects: [SimulatedAgent.Effect], _ index: Int) throws(ZeroMQError) {
        for effect in effects {
            switch effect {
            case .live: setLive(true, index)
            case .lost: setLive(false, index)
            case .redial: try redial(index)
            case .persist(let service, let spec, let reports):
                fleet.board.add(commandBytes: agents[index].commandBytes)
                let write = AgentDisks.Write(service: service, spec: spec, reports: reports)
                if let disks = fleet.disks {
                    disks.put(write, agent: index)
                } else {
                    try persisted(write, index, at: WallClock.now())
                }
            case .acknowledged(let reports, let outcomes): fleet.board.add(outcomes: outcomes, reports: reports)
            }
        }
        try flush(index)
    }

    private func setLive(_ isLive: Bool, _ index: Int) {
        guard live[index] != isLive else { return }
        live[index] = isLive
        fleet.board.add(live: isLive ? 1 : -1)
    }

    private func redial(_ index: Int) throws(ZeroMQError) {
        sockets[index].close()
        sockets[index] = try Self.dial(keys[index], serverKey, context)
        if index == 0 {
            monitor.close()
            monitor = try sockets[0].monitor()
        }
        try sockets[index].connect(endpoint)
        if index != 0 { try perform(agents[index].connected(at: WallClock.now()), index) }
    }

    private func flush(_ index: Int) throws(ZeroMQError) {
        while let frame = agents[index].unsent.first {
            guard try sockets[index].send(frame) == .sent else {
                blocked.insert(index)
                return
            }
            agents[index].sent()
        }
        blocked.remove(index)
    }
}
