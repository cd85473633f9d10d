package import FleetModel

extension CoordinatorSession {
    mutating func greeted(_ hello: WireHello, from peer: Connection) -> [Action] {
        let version = hello.agentVersion.clipped(toBytes: 128)
        let verdict = LinkProtocol.negotiate(
            agentMin: hello.protocolMin, agentMax: hello.protocolMax, agentVersion: version,
            serves: configuration.serves)
        let spoken: UInt32
        switch verdict {
        case .refuse(let code, let text): return refuseHello(hello, peer, code: code, text)
        case .speak(let agreed): spoken = agreed
        }
        if let fault = fault(of: hello) {
            return refuseHello(hello, peer, code: RefusalCode.invalidFrame, fault)
        }
        if let greeting, greeting.instance == hello.instance,
            lastNonce &- hello.instance > hello.nonce &- hello.instance
        {
            // An older greeting of the same process that was under way for long.
            counters.staleFrames += 1
            return []
        }
        if hello.nonce == lastNonce, greeting?.instance == hello.instance {
            if let repeated = repeatedHello(from: peer) { return repeated }
        }
        if displaced.contains(hello.instance), isConnected, greeting?.instance != hello.instance {
            return refuseHello(
                hello, peer, code: RefusalCode.displaced,
                "another agent process with this key is connected: stop one of them")
        }
        return begin(hello, version: version, spoken: spoken, from: peer)
    }

    /// The nonce of the last greeting that was understood.
    private var lastNonce: UInt64 { welcome.nonce }

    private func fault(of hello: WireHello) -> String? {
        let limit = configuration.limits.services
        if hello.accepted.count > limit { return "the limit services is \(limit)" }
        if hello.outboxFirst == 0 || hello.outboxLast >= .max - 1 || hello.outboxFirst > hello.outboxLast + 1 {
            return "the outbox \(hello.outboxFirst)...\(hello.outboxLast) is no range"
        }
        let number = hello.nonce &- hello.instance
        if number == 0 || number > UInt64(UInt32.max) { return "the nonce is none of this instance" }
        return nil
    }

    /// The same hello again: its welcome was lost, or the driver is not ready yet.
    private mutating func repeatedHello(from peer: Connection) -> [Action]? {
        switch state {
        case .resuming:
            connection = peer
            return []
        case .live(let epoch), .stale(let epoch):
            guard peer == connection else { return nil }
            lastHeard = time.now
            return [.send(FrameCodec.encode(epoch: epoch, .welcome(welcome)), to: peer)]
        case .awaitingHello, .lost: return nil
        }
    }

    private mutating func begin(
        _ hello: WireHello, version: String, spoken: UInt32, from peer: Connection
    ) -> [Action] {
        var actions: [Action] = []
        if let greeting, greeting.instance != hello.instance {
            displaced.removeAll { $0 == hello.instance || $0 == greeting.instance }
            displaced.append(greeting.instance)
            displaced.removeFirst(max(0, displaced.count - configuration.limits.displacedInstances))
        }
        if isConnected { actions.append(.lost(reason: "a newer session took over")) }
        if let connection, connection != peer { actions.append(.cut(connection)) }
        var accepted: [ServiceID: UInt64] = [:]
        for entry in hello.accepted { accepted[ServiceID(entry.service)] = entry.generation }
        let understood = Greeting(
            agentVersion: version, protocolVersion: spoken, incarnation: hello.incarnation, instance: hello.instance,
            kubernetesVersion: hello.kubernetesVersion.clipped(toBytes: 128), nodes: hello.nodes, accepted: accepted,
            outboxFirst: hello.outboxFirst, outboxLast: hello.outboxLast, lastEpoch: hello.lastEpoch,
            lastTerm: hello.lastTerm)
        greeting = understood
        connection = peer
        confirmed = false
        reading = [:]
        welcome = WireWelcome()
        welcome.nonce = hello.nonce
        welcome.protocol = spoken
        state = .resuming(nonce: hello.nonce)
        return actions + [.resume(understood)]
    }

    private mutating func refuseHello(_ hello: WireHello, _ peer: Connection, code: String, _ text: String) -> [Action]
    {
        var refuse = WireRefuse()
        refuse.code = code
        refuse.text = text
        refuse.nonce = hello.nonce
        let answer = [Action.send(FrameCodec.encode(epoch: 0, .refuse(refuse)), to: peer)]
        // A second process of the same agent breaks no rule.
        return code == RefusalCode.displaced ? answer : answer + reject("hello: \(code): \(text)")
    }

    /// Opens the session that `resume` was asked for; a late call is a no-op.
    ///
    /// - Parameters:
    ///   - acked: last sequence of the greeting's incarnation on the coordinator's disk; 0 when it is new.
    ///   - wanted: every install of this Supervisor, tombstones included until the agent has removed them.
    ///   - epoch: higher than that of any session of any earlier run of the coordinator.
    package mutating func resume(
        acked: UInt64, wanted: [ServiceID: InstallSpec], epoch: UInt64, at: Timestamp
    ) -> [Action] {
        time.advance(to: at)
        guard case .resuming = state, let greeting, let connection else { return [] }
        if var known = reports {
            known.resume(incarnation: greeting.incarnation, acked: acked)
            reports = known
        } else {
            reports = ReportReceiver(incarnation: greeting.incarnation, acked: acked)
        }
        let safe = reports?.acked ?? acked
        guard safe <= greeting.outboxLast else {
            return refuse(
                code: RefusalCode.outboxRewound,
                text: "reports up to \(safe) are stored here, the agent's outbox ends at \(greeting.outboxLast): "
                    + "its journal was restored; it begins a new incarnation", at: at)
        }
        state = .live(epoch: epoch)
        epochs.append(epoch)
        if epochs.count > configuration.limits.rememberedEpochs { epochs.removeFirst() }
        lastHeard = time.now
        lastPing = time.now
        welcome.epoch = epoch
        welcome.term = configuration.term
        welcome.ackedSequence = safe
        welcome.credit = UInt32(clamping: credit)
        welcome.heartbeatMilliseconds = configuration.timing.heartbeat.wireMilliseconds
        welcome.coordinatorVersion = configuration.coordinatorVersion
        desired.start(wanted: wanted, accepted: greeting.accepted)
        asks.restart(now: time.now)
        var actions: [Action] = [
            .send(FrameCodec.encode(epoch: epoch, .welcome(welcome)), to: connection), .live(epoch: epoch, greeting),
        ]
        for (service, generation) in greeting.accepted.sorted(by: { $0.key < $1.key })
        where generation > desired.wanted[service]?.generation ?? .max {
            actions.append(.agentAhead(service, accepted: generation))
        }
        return actions
    }

    /// Refuses the greeting that `resume` was asked for; a late call is a no-op.
    package mutating func refuse(code: String, text: String, at: Timestamp) -> [Action] {
        time.advance(to: at)
        guard case .resuming(let nonce) = state, let connection else { return [] }
        state = .awaitingHello
        var refuse = WireRefuse()
        refuse.code = code
        refuse.text = text
        refuse.nonce = nonce
        return [.send(FrameCodec.encode(epoch: 0, .refuse(refuse)), to: connection)]
    }
}
