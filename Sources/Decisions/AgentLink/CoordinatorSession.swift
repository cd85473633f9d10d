package import FleetModel

/// The coordinator's end of the link with one Supervisor; one value for as long as the Supervisor is enrolled.
///
/// Each input returns the actions to run, in order. `at` is the wall clock; only its advance is used. Who the agent is
/// the driver knows from the channel's key: it hands a frame to the session of that key's Supervisor. A newer session
/// displaces an older one, and the older one's frames are refused by their epoch, because ROUTER_HANDOVER tells the
/// displaced peer nothing.
package struct CoordinatorSession: Sendable {
    package let configuration: Configuration
    package internal(set) var state = State.awaitingHello
    package internal(set) var counters = Counters()
    /// The agent's last greeting that was understood.
    package internal(set) var greeting: Greeting?
    package internal(set) var connection: Connection?

    var time = SessionTime()
    /// True once a frame of the current epoch came: the agent has its welcome.
    var confirmed = false
    var credit: Int
    var lastHeard: Duration = .zero
    var lastPing: Duration = .zero
    var lastSync: Duration = .zero
    var lastRefusal: Duration?
    var welcome = WireWelcome()
    var displaced: [UInt64] = []
    /// Of the last sessions, oldest first.
    var epochs: [UInt64] = []
    var reports: ReportReceiver?
    var desired: DesiredSender
    /// The agent is to make itself a new key.
    var keyWanted = false
    var asks: AskTable
    var answers: AnswerReceiver
    /// Content pieces the driver is reading, by digest, with the offset asked for.
    var reading: [ContentDigest: UInt64] = [:]

    package init(configuration: Configuration) {
        self.configuration = configuration
        credit = configuration.limits.credit
        desired = DesiredSender(limits: configuration.limits, timing: configuration.timing)
        asks = AskTable(limits: configuration.limits, timing: configuration.timing)
        answers = AnswerReceiver(limits: configuration.limits)
    }

    /// True while the agent can be expected to answer.
    package var isConnected: Bool {
        switch state {
        case .live, .stale: true
        case .awaitingHello, .resuming, .lost: false
        }
    }

    var epoch: UInt64? {
        switch state {
        case .live(let epoch), .stale(let epoch): epoch
        case .awaitingHello, .resuming, .lost: nil
        }
    }

    /// One frame of the agent whose key the channel was opened with.
    package mutating func received(_ frame: [UInt8], from peer: Connection, at: Timestamp) -> [Action] {
        time.advance(to: at)
        do throws(LinkError) {
            let (epoch, body) = try FrameCodec.decode(frame, limits: configuration.limits)
            return handle(body, epoch: epoch, from: peer)
        } catch {
            if error == .unknownKind { counters.unknownKinds += 1 }
            return reject("frame: \(error)")
                + refuseFrame(peer, code: RefusalCode.invalidFrame, "\(error)", epoch: epoch ?? 0)
        }
    }

    /// The transport lost the connection.
    package mutating func disconnected(_ peer: Connection, at: Timestamp) -> [Action] {
        time.advance(to: at)
        guard peer == connection else { return [] }
        connection = nil
        return end(as: .lost, reason: "the connection is gone")
    }

    /// What was handed over could not be taken: the session ends, and the agent sends again what is not on disk.
    package mutating func abandon(at: Timestamp) -> [Action] {
        time.advance(to: at)
        reports = nil
        return end(as: .lost, reason: "its reports could not be taken")
    }

    /// Does what is due; harmless at any time.
    package mutating func tick(at: Timestamp) -> [Action] {
        time.advance(to: at)
        var actions = asks.expired(now: time.now).map { id in
            answers.forget(id)
            return Action.answered(
                id: id, .failed(FleetError(.timedOut, "question \(id): no answer within its deadline")))
        }
        guard isConnected else { return actions }
        let timing = configuration.timing
        let silence = time.now - lastHeard
        if silence >= timing.heartbeat * timing.lostAfter {
            return actions + end(as: .lost, reason: "nothing heard for \(timing.lostAfter) heartbeats")
        }
        if silence >= timing.heartbeat * timing.staleAfter {
            if case .live(let epoch) = state {
                state = .stale(epoch: epoch)
                actions.append(.stale)
            }
            if time.now - lastPing >= timing.heartbeat {
                lastPing = time.now
                var ping = WirePing()
                ping.lastSequence = reports?.acked ?? 0
                actions += send(.ping(ping))
            }
        }
        if confirmed, time.now - lastSync >= timing.fullSync { actions += sendFullSync() }
        return actions + pump()
    }

    /// How long the driver may wait before it calls `tick`; nil when there is nothing to wait for.
    package func wake(at: Timestamp) -> Duration? {
        var due = [asks.nextWake(sending: confirmed && isConnected)]
        if isConnected {
            let timing = configuration.timing
            let stale = lastHeard + timing.heartbeat * timing.staleAfter
            due.append(max(stale, time.now < stale ? stale : lastPing + timing.heartbeat))
            due.append(lastHeard + timing.heartbeat * timing.lostAfter)
            if confirmed { due += [desired.nextWake, lastSync + timing.fullSync] }
        }
        return due.compactMap(\.self).min().map { max(.zero, $0 - time.now - time.sinceLastInput(at: at)) }
    }

    /// Says goodbye to the agent, which greets again later.
    package mutating func close(reason: String = "the coordinator stops", at: Timestamp) -> [Action] {
        time.advance(to: at)
        var bye = WireBye()
        bye.reason = reason
        let goodbye = send(.bye(bye))
        connection = nil
        return goodbye + end(as: .awaitingHello, reason: "closed")
    }

    // MARK: Helpers for the other files

    mutating func send(_ body: WireFrame.OneOf_Body) -> [Action] {
        guard let epoch, let connection else { return [] }
        return [.send(FrameCodec.encode(epoch: epoch, body), to: connection)]
    }

    mutating func reject(_ reason: String) -> [Action] {
        counters.rejected += 1
        return [.reject(reason: reason)]
    }

    /// Tells a peer that its frame was refused; at most once per pause, so that a flood is not answered by a flood.
    mutating func refuseFrame(_ peer: Connection, code: String, _ text: String, epoch: UInt64) -> [Action] {
        if let lastRefusal, time.now - lastRefusal < configuration.timing.refusalPause { return [] }
        lastRefusal = time.now
        var refuse = WireRefuse()
        refuse.code = code
        refuse.text = text
        return [.send(FrameCodec.encode(epoch: epoch, .refuse(refuse)), to: peer)]
    }

    /// Ends the session, cuts what is left of its connection and fails the open questions.
    mutating func end(as next: State, reason: String) -> [Action] {
        var actions: [Action] = isConnected ? [.lost(reason: reason)] : []
        if let connection { actions.append(.cut(connection)) }
        connection = nil
        confirmed = false
        reading = [:]
        answers.clear()
        state = next
        let failure = FleetError(
            .unavailable, "the agent is away", reason: reason, next: "it answers again when it has returned")
        return actions + asks.closeAll().map { .answered(id: $0, .failed(failure)) }
    }

    /// First sends and repetitions that are due.
    mutating func pump() -> [Action] {
        guard confirmed, isConnected else { return [] }
        var actions: [Action] = []
        for (service, spec) in desired.due(now: time.now) {
            actions += send(.desiredState(WireDesiredState(service: service, spec: spec)))
        }
        for (id, question, left) in asks.due(now: time.now) {
            var ask = WireAsk()
            ask.id = id
            ask.deadlineMilliseconds = left.wireMilliseconds
            ask.question = WireQuestion(question)
            actions += send(.ask(ask))
        }
        return actions
    }

    mutating func sendFullSync() -> [Action] {
        lastSync = time.now
        var sync = WireFullSync()
        sync.wanted = desired.wanted.sorted { $0.key < $1.key }.map { service, spec in
            WireServiceGeneration(service: service, generation: spec.generation)
        }
        return send(.fullSync(sync)) + (keyWanted ? send(.rotateKey(WireRotateKey())) : [])
    }
}
