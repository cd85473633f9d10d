internal import FleetModel
internal import FleetRuntime
internal import ZeroMQ

/// The socket thread of all simulated agents: each has its own connection, watched by its own monitor.
final class FleetReactor {
    private static let messagesPerTurn = 64
    /// How soon a frame is offered again that a socket did not take.
    private static let retryMilliseconds: Int32 = 5
    private static let tickMilliseconds: Int32 = 200

    private let fleet: AgentFleet
    private let endpoint: String
    private let serverKey: String
    private let keys: [CurveKeyPair]
    private let context: Context
    private let set: SocketSet
    private var lines: [AgentLine] = []
    private var agents: [SimulatedAgent] = []
    private var live: [Bool]
    /// Agents with frames that their socket did not take.
    private var blocked: Set<Int> = []
    /// Agents whose socket has to be read before the next wait.
    private var unread: Set<Int> = []
    private var lastTick = Timestamp.zero
    private var isStopping = false

    init(
        fleet: AgentFleet, bell: Bell, endpoint: String, serverKey: String, keys: [CurveKeyPair]
    ) throws(ZeroMQError) {
        self.fleet = fleet
        self.endpoint = endpoint
        self.serverKey = serverKey
        self.keys = keys
        context = try Context.shared()
        // A socket, its monitor and the monitor's other end.
        context.allow(sockets: Int32(keys.count * 3 + 64))
        set = try SocketSet(bell: bell)
        live = keys.map { _ in false }
        agents = keys.map { _ in SimulatedAgent(entropy: SystemEntropy()) }
        for index in keys.indices {
            lines.append(try AgentLine(keys[index], serverKey, context))
            try open(index)
        }
    }

    /// The socket of agent n is number 2n, its monitor 2n + 1.
    private func open(_ index: Int) throws(ZeroMQError) {
        try set.add(lines[index].socket, as: index * 2)
        try set.add(lines[index].monitor, as: index * 2 + 1)
        try lines[index].socket.connect(endpoint)
        try readEvents(index)
        unread.insert(index)
    }

    func run() throws(ZeroMQError) {
        while !isStopping {
            let pause = unread.isEmpty ? (blocked.isEmpty ? Self.tickMilliseconds : Self.retryMilliseconds) : 0
            for number in try set.wait(milliseconds: pause) {
                if number % 2 == 1 { try readEvents(number / 2) } else { unread.insert(number / 2) }
            }
            for order in fleet.takeOrders() { try carryOut(order) }
            let reading = unread
            unread = []
            for index in reading { try read(index) }
            if pause == Self.retryMilliseconds { for index in blocked { try flush(index) } }
            try tick()
        }
        for line in lines { line.close() }
    }

    // MARK: Inputs

    private func readEvents(_ index: Int) throws(ZeroMQError) {
        let at = WallClock.now()
        while true {
            let (event, more) = try lines[index].nextEvent(at: at)
            guard more else { return }
            switch event {
            case true: try perform(agents[index].connected(at: at), index)
            case false: try perform(agents[index].disconnected(at: at), index)
            case nil: break
            }
        }
    }

    private func read(_ index: Int) throws(ZeroMQError) {
        let at = WallClock.now()
        for _ in 0..<Self.messagesPerTurn {
            guard let message = try lines[index].socket.receiveMessage() else { return }
            if message.count == 1 { try perform(agents[index].received(message[0].bytes, at: at), index) }
        }
        unread.insert(index)
    }

    private func tick() throws(ZeroMQError) {
        let at = WallClock.now()
        guard at.since(lastTick) >= .milliseconds(Self.tickMilliseconds) else { return }
        lastTick = at
        for index in agents.indices {
            if let due = lines[index].redialAt, due <= at { try redial(index) }
            try perform(agents[index].tick(at: at), index)
        }
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
            case .redial:
                try perform(agents[index].disconnected(at: WallClock.now()), index)
                try redial(index)
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
        set.remove(index * 2)
        set.remove(index * 2 + 1)
        lines[index].close()
        blocked.remove(index)
        lines[index] = try AgentLine(after: lines[index], keys[index], serverKey, context)
        fleet.board.add(redials: 1)
        try open(index)
    }

    private func flush(_ index: Int) throws(ZeroMQError) {
        guard lines[index].isConnected else { return }
        while let frame = agents[index].unsent.first {
            guard try lines[index].socket.send(frame) == .sent else {
                blocked.insert(index)
                return
            }
            agents[index].sent()
            // A send may take the descriptor's signal for a message that came meanwhile.
            unread.insert(index)
        }
        blocked.remove(index)
    }
}
