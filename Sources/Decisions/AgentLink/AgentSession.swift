package import FleetModel

/// The agent's end of the link.
///
/// Each input returns the actions to run, in order. `at` is the wall clock; only its advance is used. After every
/// input the driver sleeps `wake(at:)` and calls `tick(at:)`. The session holds no report and no wanted state longer
/// than it travels: the outbox and the accepted generations are the driver's, on disk.
package struct AgentSession: Sendable {
    package let configuration: Configuration
    package internal(set) var state = State.disconnected
    package internal(set) var counters = Counters()
    /// Highest generation on the agent's disk, per service.
    package internal(set) var accepted: [ServiceID: UInt64]
    /// The last refusal's text; nil once live.
    package internal(set) var refusal: String?

    var time = SessionTime()
    var random: SessionRandom
    var greetings: UInt64 = 0
    var helloBackoff: Backoff
    var refusedBackoff: Backoff
    var nextHello: Duration?
    var lastEpoch: UInt64
    /// The opening of the coordinator's journal in which the last session was.
    package internal(set) var lastTerm: UInt64
    var heartbeat: Duration
    var lastSent: Duration = .zero
    var lastHeard: Duration = .zero
    var lastPing: Duration = .zero
    var reports: ReportSender
    /// Last report that can have been told: what the disk held at the start, until the first session.
    var lastTold: UInt64?
    var content: ContentFetcher
    /// Given to the driver and not yet on disk.
    var persisting: [ServiceID: UInt64] = [:]
    var answers: AnswerSender
    var rotation: KeyRotation
    /// Questions being answered, with the time their answer stops being of use.
    var questions: [UInt64: Duration] = [:]

    /// - Parameters:
    ///   - accepted: what the agent's journal holds, per service.
    ///   - lastEpoch: highest epoch of any session, as the agent's journal knows it.
    ///   - lastTerm: the opening of the coordinator's journal in which that was.
    ///   - seed: decides nonces and jitter.
    ///   - lastTold: the last report that any process before the first session can have told; nil: the outbox's last.
    package init(
        configuration: Configuration, outbox: Outbox, accepted: [ServiceID: UInt64], lastEpoch: UInt64 = 0,
        lastTerm: UInt64 = 0, seed: UInt64, lastTold: UInt64? = nil
    ) {
        self.lastEpoch = lastEpoch
        self.lastTerm = lastTerm
        self.configuration = configuration
        self.accepted = accepted
        let timing = configuration.timing
        random = SessionRandom(seed: seed)
        helloBackoff = Backoff(first: timing.helloFirst, longest: timing.helloLongest)
        refusedBackoff = Backoff(first: timing.refusedFirst, longest: timing.refusedLongest)
        heartbeat = timing.heartbeat
        reports = ReportSender(outbox: outbox, timing: timing)
        self.lastTold = lastTold ?? outbox.last
        content = ContentFetcher(limits: configuration.limits, timing: timing)
        answers = AnswerSender(limits: configuration.limits)
        rotation = KeyRotation(waiting: configuration.waitingKey, timing: timing)
    }

    package var outbox: Outbox { reports.outbox }
    /// Everything up to here is on the coordinator's disk, as far as this session knows.
    package var acknowledged: UInt64 { reports.acked }

    var isLive: Bool {
        switch state {
        case .live: true
        case .disconnected, .greeting: false
        }
    }

    // MARK: Connection

    /// The transport has a (new) connection.
    package mutating func connected(at: Timestamp) -> [Action] {
        time.advance(to: at)
        let ended = leaveLive(reason: "a new connection")
        return ended + greet()
    }

    package mutating func disconnected(at: Timestamp) -> [Action] {
        time.advance(to: at)
        let ended = leaveLive(reason: "the connection is gone")
        state = .disconnected
        nextHello = nil
        return ended
    }

    /// One frame of the coordinator.
    package mutating func received(_ frame: [UInt8], at: Timestamp) -> [Action] {
        time.advance(to: at)
        do throws(LinkError) {
            let (epoch, body) = try FrameCodec.decode(frame, limits: configuration.limits)
            return handle(body, epoch: epoch)
        } catch {
            if error == .unknownKind { counters.unknownKinds += 1 }
            return reject("frame: \(error)")
        }
    }

    /// Does what is due; harmless at any time.
    package mutating func tick(at: Timestamp) -> [Action] {
        time.advance(to: at)
        let keys = run(rotation.tick(now: time.now))
        switch state {
        case .disconnected: return keys
        case .greeting:
            guard let due = nextHello, due <= time.now else { return keys }
            return keys + sendHello()
        case .live: return keys + tickLive()
        }
    }

    /// How long the driver may wait before it calls `tick`; nil when there is nothing to wait for.
    package func wake(at: Timestamp) -> Duration? {
        let due: Duration?
        switch state {
        case .disconnected: due = nil
        case .greeting: due = nextHello
        case .live:
            let ping = max(min(lastSent, lastHeard) + heartbeat, lastPing + heartbeat)
            let silence = lastHeard + heartbeat * configuration.timing.lostAfter
            due = [ping, silence, reports.resendAt, content.nextWake, questions.values.min()].compactMap(\.self).min()
        }
        let first = [due, rotation.wake].compactMap(\.self).min()
        return first.map { max(.zero, $0 - time.now - time.sinceLastInput(at: at)) }
    }

    /// Says goodbye; the session takes no further part.
    package mutating func close(at: Timestamp) -> [Action] {
        time.advance(to: at)
        guard case .live(let epoch, _) = state else {
            state = .disconnected
            return []
        }
        var bye = WireBye()
        bye.reason = "the agent stops"
        state = .disconnected
        nextHello = nil
        return [.send(FrameCodec.encode(epoch: epoch, .bye(bye)))]
    }

    // MARK: Helpers for the other files

    mutating func send(_ body: WireFrame.OneOf_Body) -> [Action] {
        guard case .live(let epoch, _) = state else { return [] }
        lastSent = time.now
        return [.send(FrameCodec.encode(epoch: epoch, body))]
    }

    mutating func reject(_ reason: String) -> [Action] {
        counters.rejected += 1
        return [.reject(reason: reason)]
    }

    mutating func leaveLive(reason: String) -> [Action] {
        guard isLive else { return [] }
        state = .greeting
        questions = [:]
        answers.clear()
        rotation.lost(now: time.now)
        return [.lost(reason: reason)]
    }

    private mutating func tickLive() -> [Action] {
        if time.now - lastHeard >= heartbeat * configuration.timing.lostAfter {
            let ended = leaveLive(reason: "nothing heard for \(configuration.timing.lostAfter) heartbeats")
            state = .disconnected
            nextHello = nil
            return ended + [.reconnect]
        }
        var actions: [Action] = []
        for (id, deadline) in questions where deadline <= time.now { questions[id] = nil }
        answers.expire(now: time.now)
        if reports.resendIfDue(now: time.now) {
            counters.resentBatches += 1
            actions += pumpReports()
        }
        actions += run(content.tick(now: time.now))
        let quiet = time.now - min(lastSent, lastHeard) >= heartbeat
        if quiet, time.now - lastPing >= heartbeat {
            lastPing = time.now
            var ping = WirePing()
            ping.lastSequence = reports.sent
            actions += send(.ping(ping))
        }
        return actions
    }
}
