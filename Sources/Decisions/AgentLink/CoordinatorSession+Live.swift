package import FleetModel
internal import SwiftProtobuf

extension CoordinatorSession {
    mutating func handle(_ body: WireFrame.OneOf_Body, epoch: UInt64, from peer: Connection) -> [Action] {
        switch body {
        case .hello(let hello): return greeted(hello, from: peer)
        case .welcome, .desiredState, .fullSync, .reportAck, .resend, .credit, .ask, .answerRequest, .contentChunk,
            .rotateKey, .keyReply:
            return reject("frame: an agent does not send this kind")
        case .refuse(let refuse): return reject("the agent refused: \(refuse.text.clipped(toBytes: 256))")
        case .desiredAck, .desiredRequest, .reportBatch, .ping, .pong, .answer, .answerPart, .contentRequest, .keyOffer,
            .bye:
            break
        }
        guard let current = self.epoch, peer == connection, epoch == current else {
            counters.staleFrames += 1
            let foreign = isForeign(epoch) ? reject("frame: session \(epoch) was never opened with this agent") : []
            if case .resuming = state { return foreign }
            return foreign
                + refuseFrame(
                    peer, code: RefusalCode.staleSession, "the frame belongs to no session that is open here",
                    epoch: epoch)
        }
        lastHeard = time.now
        var actions: [Action] = []
        if case .stale = state {
            state = .live(epoch: current)
            actions.append(.recovered)
        }
        if !confirmed {
            confirmed = true
            actions += sendFullSync()
        }
        return actions + handleLive(body) + pump()
    }

    /// Epochs rise over all agents: one above the oldest remembered of this agent that is none of its own was another
    /// agent's, or is made up. A frame of an own older session is late, which is no fault.
    private func isForeign(_ epoch: UInt64) -> Bool {
        guard let first = epochs.first else { return false }
        return epoch > first && !epochs.contains(epoch)
    }

    private mutating func handleLive(_ body: WireFrame.OneOf_Body) -> [Action] {
        switch body {
        case .desiredAck(let ack): return acknowledged(ServiceID(ack.service), generation: ack.generation)
        case .desiredRequest(let request):
            desired.requested(request.services.map { ServiceID($0) })
            return []
        case .reportBatch(let batch): return take(batch)
        case .ping(let ping):
            var pong = WirePong()
            pong.lastSequence = reports?.acked ?? 0
            pong.received = reports?.received ?? 0
            return send(.pong(pong)) + missing(upTo: ping.lastSequence)
        case .pong(let pong): return missing(upTo: pong.lastSequence)
        case .answer(let answer): return answered(answer)
        case .answerPart(let part): return took(part)
        case .contentRequest(let request): return content(request)
        case .keyOffer(let offer): return connection.map { offered(offer, from: $0) } ?? []
        case .bye(let bye):
            connection = nil
            return end(as: .awaitingHello, reason: "the agent said: \(bye.reason.clipped(toBytes: 256))")
        case .hello, .welcome, .refuse, .desiredState, .fullSync, .reportAck, .resend, .credit, .ask, .answerRequest,
            .contentChunk, .rotateKey, .keyReply:
            return []
        }
    }

    // MARK: Wanted state

    /// A generation was raised (or an install added); sent at once when the agent is there.
    package mutating func want(_ service: ServiceID, _ spec: InstallSpec, at: Timestamp) -> [Action] {
        time.advance(to: at)
        guard desired.want(service, spec) else {
            return reject("wanted state of \(service): the limit services is \(configuration.limits.services)")
        }
        return pump()
    }

    /// The install is gone for good: its tombstone was carried out.
    package mutating func forget(_ service: ServiceID, at: Timestamp) {
        time.advance(to: at)
        desired.forget(service)
    }

    private mutating func acknowledged(_ service: ServiceID, generation: UInt64) -> [Action] {
        guard let wanted = desired.wanted[service] else { return [] }
        guard desired.acknowledged(service, generation: generation) else { return [] }
        if generation > wanted.generation { return [.agentAhead(service, accepted: generation)] }
        return [.desiredAccepted(service, generation: generation)]
    }

    // MARK: Reports

    private mutating func take(_ batch: WireReportBatch) -> [Action] {
        let limits = configuration.limits
        guard batch.entries.count <= limits.batchReports else {
            return reject("report batch: the limit batchReports is \(limits.batchReports)")
        }
        guard batch.entries.allSatisfy({ $0.report.count <= limits.reportBytes }) else {
            return reject("report batch: the limit reportBytes is \(limits.reportBytes)")
        }
        guard var receiver = reports else { return [] }
        let intake = receiver.take(batch.entries, credit: credit)
        reports = receiver
        counters.duplicateReports += intake.duplicates
        counters.creditViolations += intake.overCredit
        var actions: [Action] = []
        if !intake.reports.isEmpty {
            actions.append(.reports(incarnation: receiver.incarnation, intake.reports))
        }
        if intake.overCredit > 0 {
            actions += reject("report batch: \(intake.overCredit) reports over the credit of \(credit)")
        }
        if let hole = intake.missing {
            counters.holes += 1
            actions += ask(for: hole)
        } else if intake.duplicates > 0 || intake.overCredit > 0 {
            actions += sendReportAck()
        }
        return actions
    }

    /// The agent says that it sent up to `last`: what did not come is asked for.
    private mutating func missing(upTo last: UInt64) -> [Action] {
        guard let reports, last > reports.received else { return [] }
        return ask(for: reports.received + 1)
    }

    private mutating func ask(for hole: UInt64) -> [Action] {
        guard reports?.mayAsk(for: hole, now: time.now, pause: configuration.timing.refusalPause) == true else {
            return []
        }
        var resend = WireResend()
        resend.from = hole
        return send(.resend(resend))
    }

    private mutating func sendReportAck() -> [Action] {
        guard let reports else { return [] }
        var ack = WireReportAck()
        ack.acked = reports.acked
        ack.received = reports.received
        return send(.reportAck(ack))
    }

    /// Reports of this incarnation are on disk up to here; only now the agent is told.
    package mutating func persisted(incarnation: UInt64, through sequence: UInt64, at: Timestamp) -> [Action] {
        time.advance(to: at)
        guard reports?.incarnation == incarnation else { return [] }
        reports?.persisted(through: sequence)
        return sendReportAck()
    }

    /// How many reports the agent may have unacknowledged; slows it down when the journal is behind.
    package mutating func grant(credit reports: Int, at: Timestamp) -> [Action] {
        time.advance(to: at)
        credit = max(1, min(reports, configuration.limits.credit))
        var wire = WireCredit()
        wire.reports = UInt32(clamping: credit)
        return send(.credit(wire))
    }

    // MARK: Questions

    /// Asks the agent; ends with exactly one `answered` for this id, at the latest when `deadline` has passed.
    package mutating func ask(
        id: UInt64, _ question: AgentQuestion, deadline: Duration, at: Timestamp
    ) -> [Action] {
        time.advance(to: at)
        guard isConnected else {
            return [.answered(id: id, .failed(FleetError(.unavailable, "the agent is not connected")))]
        }
        guard asks.add(id: id, question, deadline: deadline, now: time.now) else {
            let limit = configuration.limits.outstandingAsks
            return [
                .answered(
                    id: id,
                    .failed(
                        FleetError(
                            .limitExceeded, "too many questions to this agent",
                            reason: "the limit outstandingAsks is \(limit)", next: "ask again later")))
            ]
        }
        return pump()
    }

    /// Each piece that comes keeps the question from being asked again.
    private mutating func took(_ part: WireAnswerPart) -> [Action] {
        guard asks.heard(part.id, now: time.now) else { return [] }
        var request = WireAnswerRequest()
        request.id = part.id
        switch answers.take(part) {
        case .next(let offset):
            request.offset = offset
            return send(.answerRequest(request))
        case .complete(let bytes):
            request.offset = part.total
            var answer = WireAnswer()
            answer.id = part.id
            // A body that cannot be read is left empty, which is refused like any other.
            answer.body = (try? WireAnswerBody(serializedBytes: bytes)) ?? WireAnswerBody()
            return send(.answerRequest(request)) + answered(answer)
        case .wait: return []
        case .reject(let reason): return reject(reason)
        }
    }

    private mutating func answered(_ answer: WireAnswer) -> [Action] {
        guard asks.close(answer.id) else { return [] }
        do throws(LinkError) {
            return [.answered(id: answer.id, try answer.body.answer())]
        } catch {
            let failure = FleetError(
                .unsupported, "the agent's answer cannot be read", reason: "\(error)", next: "upgrade the coordinator")
            return reject("answer \(answer.id): \(error)") + [.answered(id: answer.id, .failed(failure))]
        }
    }

    // MARK: Content

    /// Serves only what this Supervisor's wanted states or open plan questions name (contract C7).
    private mutating func content(_ request: WireContentRequest) -> [Action] {
        let digest = ContentDigest(request.digest)
        guard digest.isWellFormed else { return reject("content request: not a digest") }
        guard desired.names(digest) || asks.names(digest) else {
            return reject("content request: \(digest) is not wanted on this Supervisor") + missingChunk(digest)
        }
        guard reading[digest] != request.offset else { return [] }
        guard reading.count < configuration.limits.contentReads || reading[digest] != nil else {
            return reject("content request: the limit contentReads is \(configuration.limits.contentReads)")
        }
        reading[digest] = request.offset
        let limit = min(Int(request.limit), configuration.limits.chunkBytes)
        return [.readContent(digest, offset: request.offset, limit: max(1, limit))]
    }

    /// What `readContent` asked for; one that is late is dropped.
    package mutating func contentRead(
        _ digest: ContentDigest, offset: UInt64, total: UInt64, bytes: [UInt8], at: Timestamp
    ) -> [Action] {
        time.advance(to: at)
        guard reading[digest] == offset else { return [] }
        reading[digest] = nil
        var chunk = WireContentChunk()
        chunk.digest = digest.rawValue
        chunk.offset = offset
        chunk.total = total
        chunk.bytes = bytes.data
        return send(.contentChunk(chunk))
    }

    package mutating func contentMissing(_ digest: ContentDigest, at: Timestamp) -> [Action] {
        time.advance(to: at)
        reading[digest] = nil
        return missingChunk(digest)
    }

    private mutating func missingChunk(_ digest: ContentDigest) -> [Action] {
        var chunk = WireContentChunk()
        chunk.digest = digest.rawValue
        chunk.missing = true
        return send(.contentChunk(chunk))
    }
}
