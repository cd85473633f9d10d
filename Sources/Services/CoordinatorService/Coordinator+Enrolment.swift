internal import AgentLink
internal import Crypto
internal import FleetControl
internal import FleetModel
internal import FleetRuntime
internal import Logging
internal import Metrics
internal import Synchronization

/// Agents that join, agents that change their key, and peers that are kept out.
extension Coordinator {
    func enrol(_ peer: LinkPeer, _ bytes: [UInt8]) {
        if Failpoint.coordinatorEnrol.fails() { return }
        let request: EnrolmentRequest
        do throws(LinkError) {
            request = try EnrolmentCodec.request(
                bytes, channelKey: peer.key.rawValue, limits: configuration.session.limits)
        } catch {
            refuse(peer, FleetError(.invalidArgument, "the enrolment message cannot be read", reason: "\(error)"), nil)
            return
        }
        let token = ContentDigest(sha256Of: Array(request.token.utf8))
        let fingerprint = KeyFingerprint.text(of: peer.key.rawValue)
        let taken = work.push(
            Work(
                decide: { state, at throws(FleetError) in
                    let (supervisor, records) = try state.decideEnrolment(
                        token: token, key: peer.key.rawValue, fingerprint: fingerprint, at: at)
                    guard supervisor.id == request.supervisor else {
                        throw FleetError(
                            .unauthenticated, "the join token is not for \(request.supervisor)",
                            reason: "a join token is for the Supervisor it was made for")
                    }
                    return records
                },
                done: { result in
                    switch result {
                    case .success:
                        self.answerEnrolment(request.supervisor, peer, fingerprint)
                        if Failpoint.coordinatorEnrolled.fails() { return }
                    case .failure(let error): self.refuse(peer, error, request.supervisor)
                    }
                }))
        if !taken {
            refuse(
                peer, FleetError(.limitExceeded, "the coordinator is busy", reason: "the limit is waitingWork"), nil)
        }
    }

    private func answerEnrolment(_ supervisor: SupervisorID, _ peer: LinkPeer, _ fingerprint: String) {
        guard let known = published.withLock({ $0.state.supervisors[supervisor] }) else { return }
        let reply: EnrolmentReply =
            known.enrolment == .pending
            ? .pending(supervisor, moid: known.moid, fingerprint: fingerprint)
            : .enrolled(supervisor, moid: known.moid)
        _ = hub.send(EnrolmentCodec.encode(reply), to: peer)
    }

    private func refuse(_ peer: LinkPeer, _ error: FleetError, _ supervisor: SupervisorID?) {
        log.notice("enrolment refused", metadata: [LogKey.error: "\(error)"])
        _ = hub.send(EnrolmentCodec.encode(.refused(error)), to: peer)
        // A name that the peer claims is no name of the audit's: only those of the fleet are.
        let named = supervisor.flatMap { id in published.withLock { $0.state.supervisors[id]?.id } }
        note(
            FleetRecord.AccessRefused(
                kind: Self.agentKind, name: "", from: "the enrolment socket", action: "join", reason: error.message,
                count: 1, supervisor: named))
    }

    // MARK: Kept out

    static var agentKind: String { "agent" }

    /// A frame of an agent broke the protocol; nothing of it was taken.
    func rejected(_ reason: String, of supervisor: SupervisorID) {
        Counter(label: MetricName.rejectedFrames).increment()
        log.debug("refused a frame", metadata: [LogKey.supervisor: "\(supervisor)", LogKey.error: "\(reason)"])
        note(
            FleetRecord.AccessRefused(
                kind: Self.agentKind, name: "agent of \(supervisor)", from: "its session", action: "send a frame",
                reason: String(reason.prefix(Self.reasonCharacters)), count: 1, supervisor: supervisor))
    }

    /// Bad frames cost work: who sends too many of them is not listened to for a while, so that the others are.
    func noteBadFrame(of supervisor: SupervisorID, _ peer: LinkPeer, at: Timestamp) {
        let limit = configuration.session.limits.badFramesPerSecond
        let isTooMany = sessions.withLock { $0.known[supervisor]?.noteBadFrame(limit: limit, at: at) ?? false }
        guard isTooMany else { return }
        log.warning(
            "more bad frames than badFramesPerSecond: not listened to for a while",
            metadata: [LogKey.supervisor: "\(supervisor)"])
        hub.mute(peer.key, for: configuration.session.timing.mutePause)
    }

    /// The sockets kept somebody out before a frame came to be read.
    func refused(_ refusal: LinkRefusal) {
        let who = refusal.key.map { "key \(KeyFingerprint.text(of: $0.rawValue))" } ?? ""
        let isShutOut = refusal.kind == .shutOut
        if isShutOut {
            Counter(label: MetricName.shutOuts).increment()
            log.warning(
                "new connections are dropped for a while",
                metadata: ["link.address": "\(refusal.address)", LogKey.error: "\(refusal.reason)"])
        }
        note(
            FleetRecord.AccessRefused(
                kind: Self.agentKind, name: who, from: refusal.address.isEmpty ? "unknown" : refusal.address,
                action: refusal.kind.action, reason: refusal.reason, count: refusal.count),
            apart: isShutOut)
    }

    private static var reasonCharacters: Int { 300 }

    // MARK: Keys

    /// Records an offer, then tells the agent that both of its keys are admitted.
    func take(_ key: String, over connection: CoordinatorSession.Connection, from supervisor: SupervisorID) {
        guard let peer = LinkPeer(connection) else { return }
        let fingerprint = KeyFingerprint.text(of: key)
        let work = Work(
            decide: { state, _ throws(FleetError) in
                try state.decideKeyOffer(key, fingerprint: fingerprint, over: peer.key.rawValue, of: supervisor)
            },
            done: { result in
                var refusal: String?
                if case .failure(let error) = result {
                    refusal = "\(error.message): \(error.reason)"
                    self.rejected("key offer: \(error.reason)", of: supervisor)
                }
                let at = self.time.now
                let actions = self.sessions.withLock { sessions in
                    sessions.with(supervisor) { $0.keyAnswered(key, refusal: refusal, at: at) }
                }
                self.run(actions, for: supervisor, at: at)
            })
        // One that finds no place is offered again.
        _ = self.work.push(work)
    }

    /// A session began: the first one of an offered key makes it the agent's key.
    func noteKey(of supervisor: SupervisorID) {
        guard let key = peer(of: supervisor)?.key.rawValue else { return }
        let overlap = configuration.keyTimes.overlap
        let fingerprint = KeyFingerprint.text(of: key)
        push { state, at in state.keyUsed(key, fingerprint: fingerprint, by: supervisor, overlap: overlap, at: at) }
    }

    func endKeys(at: Timestamp) {
        guard published.withLock({ !$0.state.endedKeys(at: at).isEmpty }) else { return }
        push { state, at in state.endedKeys(at: at) }
    }

    /// Tells the session what the state says about the agent's key.
    func wantKey(of supervisor: SupervisorID, at: Timestamp) {
        let wanted = wantsNewKey(of: supervisor)
        let actions = sessions.withLock { $0.with(supervisor) { $0.wantKey(wanted, at: at) } }
        run(actions, for: supervisor, at: at)
    }

    func wantsNewKey(of supervisor: SupervisorID) -> Bool {
        let key = peer(of: supervisor)?.key.rawValue
        return published.withLock { $0.state.wantsNewKey(of: supervisor, over: key) }
    }

    /// Where its session is, if it has one.
    private func peer(of supervisor: SupervisorID) -> LinkPeer? {
        sessions.withLock { $0.known[supervisor]?.machine.connection }.flatMap { LinkPeer($0) }
    }
}

extension LinkPeer {
    /// Names the key too: an agent that changes its key has connections of both for a while.
    var connection: CoordinatorSession.Connection {
        let key = Array(key.rawValue.utf8.prefix(Int(UInt8.max)))
        return .init([UInt8(key.count)] + key + routingID)
    }

    init?(_ connection: CoordinatorSession.Connection) {
        guard let count = connection.bytes.first, connection.bytes.count > Int(count) else { return nil }
        let rest = connection.bytes.dropFirst()
        self.init(
            key: LinkKey(String(decoding: rest.prefix(Int(count)), as: UTF8.self)),
            routingID: Array(rest.dropFirst(Int(count))))
    }
}
