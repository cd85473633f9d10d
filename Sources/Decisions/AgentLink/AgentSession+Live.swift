package import FleetModel

extension AgentSession {
    mutating func handle(_ body: WireFrame.OneOf_Body, epoch: UInt64) -> [Action] {
        switch body {
        case .welcome(let welcome): return welcomed(welcome)
        case .refuse(let refuse): return refused(refuse, epoch: epoch)
        case .hello, .desiredAck, .desiredRequest, .reportBatch, .answer, .answerPart, .contentRequest, .keyOffer:
            return reject("frame: a coordinator does not send this kind")
        case .desiredState, .fullSync, .reportAck, .resend, .credit, .ping, .pong, .ask, .answerRequest, .contentChunk,
            .bye, .rotateKey, .keyReply:
            break
        }
        guard case .live(let current, _) = state, epoch == current else {
            counters.staleFrames += 1
            return []
        }
        lastHeard = time.now
        return handleLive(body)
    }

    private mutating func handleLive(_ body: WireFrame.OneOf_Body) -> [Action] {
        switch body {
        case .desiredState(let wire): return desired(wire)
        case .fullSync(let sync): return fullSync(sync)
        case .reportAck(let ack): return acknowledge(acked: ack.acked, received: ack.received)
        case .resend(let resend):
            reports.rewind(to: resend.from)
            counters.resentBatches += 1
            return pumpReports()
        case .credit(let credit):
            reports.grant(credit.reports)
            return pumpReports()
        case .ping:
            var pong = WirePong()
            pong.lastSequence = reports.sent
            return send(.pong(pong))
        case .pong(let pong): return acknowledge(acked: pong.lastSequence, received: pong.received)
        case .ask(let ask): return asked(ask)
        case .answerRequest(let request): return sendPart(request.id, from: request.offset)
        case .contentChunk(let chunk):
            return run(
                content.chunk(
                    ContentDigest(chunk.digest), offset: chunk.offset, total: chunk.total, bytes: chunk.bytes.octets,
                    missing: chunk.missing, now: time.now))
        case .rotateKey: return run(rotation.wanted())
        case .keyReply(let reply): return keyAnswered(reply)
        case .bye(let bye):
            let ended = leaveLive(reason: "the coordinator said: \(bye.reason.clipped(toBytes: 256))")
            greetings += 1
            helloBackoff.reset()
            nextHello = time.now + random.jittered(helloBackoff.next())
            return ended
        case .hello, .welcome, .refuse, .desiredAck, .desiredRequest, .reportBatch, .answer, .answerPart,
            .contentRequest, .keyOffer:
            return []
        }
    }

    // MARK: Wanted state

    private mutating func desired(_ wire: WireDesiredState) -> [Action] {
        let spec: InstallSpec
        do throws(LinkError) { spec = try wire.spec() } catch { return reject("desired state: \(error)") }
        let service = ServiceID(wire.service)
        let known = accepted[service] ?? 0
        if !Sabotage.isActive(.applyOlderGeneration) || spec.generation == known {
            guard spec.generation > known else { return acknowledgeDesired(service, generation: known) }
            guard spec.generation > persisting[service] ?? 0 else { return [] }
        }
        let limits = configuration.limits
        guard accepted[service] != nil || persisting[service] != nil || accepted.count < limits.services else {
            return reject("desired state of \(service): the limit services is reached")
        }
        guard persisting[service] != nil || persisting.count < limits.unackedDesired else {
            return reject("desired state of \(service): the limit unackedDesired is reached")
        }
        persisting[service] = spec.generation
        return [.accept(service, spec)]
    }

    /// The generation is on the agent's disk; only now the coordinator is told.
    package mutating func desiredPersisted(_ service: ServiceID, generation: UInt64, at: Timestamp) -> [Action] {
        time.advance(to: at)
        accepted[service] = max(accepted[service] ?? 0, generation)
        if let waiting = persisting[service], waiting <= generation { persisting[service] = nil }
        return acknowledgeDesired(service, generation: accepted[service] ?? generation)
    }

    private mutating func acknowledgeDesired(_ service: ServiceID, generation: UInt64) -> [Action] {
        var ack = WireDesiredAck()
        ack.service = service.rawValue
        ack.generation = generation
        return send(.desiredAck(ack))
    }

    private mutating func fullSync(_ sync: WireFullSync) -> [Action] {
        guard sync.wanted.count <= configuration.limits.services else {
            return reject("full sync: the limit services is \(configuration.limits.services)")
        }
        var wanted: [ServiceID: UInt64] = [:]
        for entry in sync.wanted { wanted[ServiceID(entry.service)] = entry.generation }
        let behind = wanted.filter { service, generation in
            generation > accepted[service] ?? 0 && generation > persisting[service] ?? 0
        }
        var actions: [Action] = [.fullSync(wanted)]
        if !behind.isEmpty {
            var request = WireDesiredRequest()
            request.services = behind.keys.sorted().map(\.rawValue)
            actions += send(.desiredRequest(request))
        }
        return actions
    }

    // MARK: Reports

    /// The outbox was written or trimmed; `last` is on disk.
    package mutating func outboxGrew(first: UInt64, last: UInt64, at: Timestamp) -> [Action] {
        time.advance(to: at)
        reports.outbox.first = max(1, first)
        reports.outbox.last = max(reports.outbox.last, last)
        return isLive ? pumpReports() : []
    }

    /// What `readOutbox` asked for, in order; fewer when there is less, none when it could not be read.
    package mutating func outboxRead(_ read: [OutboxReport], at: Timestamp) -> [Action] {
        time.advance(to: at)
        let taken = reports.take(read, limits: configuration.limits, now: time.now)
        guard isLive, !taken.isEmpty else { return [] }
        var batch = WireReportBatch()
        batch.entries = taken.map { report in
            var entry = WireReportEntry()
            entry.sequence = report.sequence
            entry.report = Self.fitting(report, limit: configuration.limits.reportBytes).data
            return entry
        }
        return send(.reportBatch(batch)) + pumpReports()
    }

    /// A report over the limit would stop the outbox for ever: a note takes its place and says so.
    private static func fitting(_ report: OutboxReport, limit: Int) -> [UInt8] {
        guard report.bytes.count > limit else { return report.bytes }
        return ReportCodec.encode(
            AgentReport(
                sequence: report.sequence, at: .zero, service: nil, generation: 0,
                body: .note(
                    reason: "OversizedReport", message: "\(report.bytes.count) bytes, the limit reportBytes is \(limit)"
                )
            ))
    }

    mutating func pumpReports() -> [Action] {
        reports.nextRead(limit: configuration.limits.batchReports).map { [.readOutbox(from: $0.from, limit: $0.limit)] }
            ?? []
    }

    private mutating func acknowledge(acked: UInt64, received: UInt64) -> [Action] {
        let before = reports.acked
        guard reports.acknowledge(acked: acked, received: received, now: time.now) else {
            return reject("acknowledgement of \(max(acked, received)): the outbox ends at \(reports.outbox.last)")
        }
        guard reports.acked > before else { return [] }
        return [.acknowledged(through: reports.acked)] + pumpReports()
    }

    // MARK: Questions

    private mutating func asked(_ ask: WireAsk) -> [Action] {
        guard questions[ask.id] == nil else { return [] }
        if answers.holds(ask.id) { return sendPart(ask.id, from: 0) }
        guard questions.count < configuration.limits.outstandingAsks else {
            return reject("question \(ask.id): the limit outstandingAsks is reached")
        }
        let deadline = Duration.milliseconds(Int64(ask.deadlineMilliseconds))
        do throws(LinkError) {
            let question = try ask.question.question()
            questions[ask.id] = time.now + deadline
            return [.answer(id: ask.id, question, deadline: deadline)]
        } catch {
            let failure = FleetError(.unsupported, "question \(ask.id): \(error)", next: "upgrade the agent")
            return reject("question \(ask.id): \(error)") + sendAnswer(id: ask.id, .failed(failure))
        }
    }

    /// The driver's answer; one that is late or of a lost session is dropped.
    package mutating func answer(id: UInt64, _ answer: AgentAnswer, at: Timestamp) -> [Action] {
        time.advance(to: at)
        guard let deadline = questions.removeValue(forKey: id) else { return [] }
        return sendAnswer(id: id, answer, until: deadline)
    }

    private mutating func sendAnswer(id: UInt64, _ answer: AgentAnswer, until deadline: Duration = .zero) -> [Action] {
        guard case .live(let epoch, _) = state else { return [] }
        var wire = WireAnswer()
        wire.id = id
        wire.body = WireAnswerBody(answer)
        let frame = FrameCodec.encode(epoch: epoch, .answer(wire))
        if frame.count <= configuration.limits.frameBytes {
            lastSent = time.now
            return [.send(frame)]
        }
        if answers.hold(id, wire.body, until: deadline) { return sendPart(id, from: 0) }
        wire.body = WireAnswerBody(
            .failed(
                FleetError(
                    .limitExceeded, "the answer has \(frame.count) bytes",
                    reason: "the limits are answerBytes (\(configuration.limits.answerBytes)) and partedAnswers "
                        + "(\(configuration.limits.partedAnswers) at once)", next: "ask about one install at a time")))
        return send(.answer(wire))
    }

    private mutating func sendPart(_ id: UInt64, from offset: UInt64) -> [Action] {
        answers.part(id, from: offset).map { send(.answerPart($0)) } ?? []
    }

    // MARK: Content

    /// Fetches content by digest; ends with `storeContent` and `contentStored`, or with `contentFailed`.
    package mutating func fetchContent(_ digest: ContentDigest, at: Timestamp) -> [Action] {
        time.advance(to: at)
        return run(content.fetch(digest, live: isLive, now: time.now))
    }

    package mutating func contentStored(_ digest: ContentDigest, at: Timestamp) -> [Action] {
        time.advance(to: at)
        return run(content.stored(digest, live: isLive, now: time.now))
    }

    /// The bytes of `storeContent` have another digest: fetched again, a bounded number of times.
    package mutating func contentMismatched(_ digest: ContentDigest, at: Timestamp) -> [Action] {
        time.advance(to: at)
        return run(content.mismatched(digest, live: isLive, now: time.now))
    }

    mutating func run(_ steps: [ContentFetcher.Step]) -> [Action] {
        var actions: [Action] = []
        for step in steps {
            switch step {
            case .request(let digest, let offset, let limit):
                var request = WireContentRequest()
                request.digest = digest.rawValue
                request.offset = offset
                request.limit = UInt32(clamping: limit)
                actions += send(.contentRequest(request))
            case .store(let digest, let bytes): actions.append(.storeContent(digest, bytes))
            case .fail(let digest, let error): actions.append(.contentFailed(digest, error))
            case .reject(let reason): actions += reject(reason)
            }
        }
        return actions
    }
}
