package import FleetModel

extension AgentSession {
    /// The journal was lost or its disk restored: the outbox has a new name and starts anew.
    package mutating func newIncarnation(_ outbox: Outbox, at: Timestamp) -> [Action] {
        time.advance(to: at)
        reports.outbox = outbox
        lastTold = nil
        let ended = leaveLive(reason: "a new incarnation of the outbox")
        return state == .disconnected ? ended : ended + greet()
    }

    mutating func greet() -> [Action] {
        state = .greeting
        greetings += 1
        helloBackoff.reset()
        return sendHello()
    }

    private var nonce: UInt64 { configuration.instance &+ greetings }

    mutating func sendHello() -> [Action] {
        nextHello = time.now + random.jittered(helloBackoff.next())
        counters.hellos += 1
        var hello = WireHello()
        hello.protocolMin = configuration.protocols.lowerBound
        hello.protocolMax = configuration.protocols.upperBound
        hello.agentVersion = configuration.agentVersion
        hello.incarnation = reports.outbox.incarnation
        hello.instance = configuration.instance
        hello.nonce = nonce
        hello.kubernetesVersion = configuration.kubernetesVersion
        hello.nodes = configuration.nodes
        hello.accepted = accepted.sorted { $0.key < $1.key }.map { service, generation in
            WireServiceGeneration(service: service, generation: generation)
        }
        hello.outboxFirst = reports.outbox.first
        hello.outboxLast = reports.outbox.last
        hello.lastEpoch = lastEpoch
        hello.lastTerm = lastTerm
        return [.send(FrameCodec.encode(epoch: 0, .hello(hello)))]
    }

    mutating func welcomed(_ welcome: WireWelcome) -> [Action] {
        switch state {
        case .disconnected: return []
        case .live:
            // The hello was repeated before its welcome came: said again, not a new session.
            if welcome.nonce != nonce { counters.staleFrames += 1 }
            return []
        case .greeting: break
        }
        guard welcome.nonce == nonce else {
            counters.staleFrames += 1
            return []
        }
        guard configuration.protocols.contains(welcome.protocol) else {
            return reject("welcome: protocol \(welcome.protocol) was not offered")
        }
        // The nonce says that this is the answer to the newest greeting. Its epoch may be lower than an earlier one:
        // the coordinator's journal was restored from a copy then, and that was accepted.
        if Sabotage.isActive(.mistakeRestoredForStale), welcome.epoch <= lastEpoch { return [] }
        if let text = partedOutbox(acked: welcome.ackedSequence) {
            return backOff(code: RefusalCode.outboxRewound, text: text)
        }
        lastEpoch = welcome.epoch
        lastTerm = welcome.term
        lastTold = nil
        state = .live(epoch: welcome.epoch, protocolVersion: welcome.protocol)
        heartbeat = .milliseconds(min(600_000, max(100, Int64(welcome.heartbeatMilliseconds))))
        lastHeard = time.now
        refusal = nil
        refusedBackoff.reset()
        helloBackoff.reset()
        nextHello = nil
        reports.start(acked: welcome.ackedSequence, credit: welcome.credit)
        var actions: [Action] = [.live(epoch: welcome.epoch, acked: welcome.ackedSequence)]
        if welcome.ackedSequence > 0 { actions.append(.acknowledged(through: welcome.ackedSequence)) }
        // The first frame of the new epoch: tells the coordinator that its welcome arrived.
        var ping = WirePing()
        ping.lastSequence = reports.sent
        lastPing = time.now
        actions += send(.ping(ping))
        actions += run(rotation.live(now: time.now))
        actions += pumpReports()
        return actions + run(content.restart(now: time.now))
    }

    /// Why the outbox and what the coordinator has of it cannot belong together; nil when they can.
    ///
    /// One of the two journals was restored from an older copy then, and the numbers no longer mean the same reports.
    private func partedOutbox(acked: UInt64) -> String? {
        let outbox = reports.outbox
        // Before the first session nothing was told that the disk did not hold at the start.
        let last = Sabotage.isActive(.trustRewoundOutbox) ? outbox.last : min(outbox.last, lastTold ?? outbox.last)
        if acked > last { return "the coordinator has reports up to \(acked), the outbox ended at \(last)" }
        if acked + 1 < outbox.first, !Sabotage.isActive(.ignoreRestoredCoordinator) {
            return "the coordinator has reports up to \(acked), those up to \(outbox.first - 1) were acknowledged"
        }
        return nil
    }

    mutating func refused(_ refuse: WireRefuse, epoch: UInt64) -> [Action] {
        let code = refuse.code.clipped(toBytes: 64)
        let text = refuse.text.clipped(toBytes: configuration.limits.textBytes)
        switch state {
        case .disconnected: return []
        case .greeting:
            guard refuse.nonce == nonce else {
                counters.staleFrames += 1
                return []
            }
            return backOff(code: code, text: text)
        case .live(let current, _):
            guard refuse.nonce == 0, epoch == current else {
                counters.staleFrames += 1
                return []
            }
            switch code {
            case RefusalCode.staleSession: return leaveLive(reason: "the coordinator forgot the session") + greet()
            case RefusalCode.displaced:
                return leaveLive(reason: "another agent process took over") + backOff(code: code, text: text)
            default: return [.refused(code: code, text: text)]
            }
        }
    }

    /// Greets again later, with a new nonce, so that a repeated refusal is not taken for a second one.
    private mutating func backOff(code: String, text: String) -> [Action] {
        state = .greeting
        refusal = text.isEmpty ? code : text
        greetings += 1
        helloBackoff.reset()
        nextHello = time.now + random.jittered(refusedBackoff.next())
        return [.refused(code: code, text: text)]
    }
}

extension WireServiceGeneration {
    init(service: ServiceID, generation: UInt64) {
        self.init()
        self.service = service.rawValue
        self.generation = generation
    }
}
