package import FleetModel

/// Accepting agents, and the change of their keys.
extension FleetState {
    func decideAccept(_ id: SupervisorID, fingerprint: String?) throws(FleetError) -> Decision {
        let (supervisor, key, shown) = try pending(id)
        if let fingerprint, !Self.isSame(fingerprint, shown) {
            throw FleetError(
                .conflict, "the agent of \(id) that waits has another key",
                reason: "its fingerprint is \(shown)",
                next: "compare it with what the agent printed; then flotilla supervisor accept or reject \(id)")
        }
        if let other = admittedKeys[key] { throw Self.pinnedElsewhere(other) }
        return Decision(
            records: [.supervisorEnrolled(.init(supervisor: supervisor.id, publicKey: key, fingerprint: shown))],
            reply: CommandReply(position: position, lines: ["accepted  \(id)  key \(shown)"]))
    }

    func decideReject(_ id: SupervisorID) throws(FleetError) -> Decision {
        let (supervisor, _, shown) = try pending(id)
        return Decision(
            records: [.supervisorRejected(.init(supervisor: supervisor.id, fingerprint: shown))],
            reply: CommandReply(
                position: position, lines: ["rejected  \(id)  key \(shown); its join file is void"]))
    }

    private func pending(_ id: SupervisorID) throws(FleetError) -> (Supervisor, key: String, fingerprint: String) {
        let supervisor = try resolve(id)
        guard supervisor.enrolment == .pending, let key = supervisor.publicKey else {
            throw FleetError(
                .notAllowedInCurrentState, "no agent of \(id) waits to be accepted",
                reason: supervisor.enrolment == .invited
                    ? "none has presented the join token yet" : "it has joined already",
                next: "flotilla supervisor show \(id)")
        }
        return (supervisor, key, supervisor.fingerprint ?? "")
    }

    /// People copy fingerprints with or without their dashes.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        func digits(_ text: String) -> String { text.lowercased().filter { $0 != "-" && $0 != ":" && $0 != " " } }
        return digits(left) == digits(right)
    }

    static func pinnedElsewhere(_ other: SupervisorID) -> FleetError {
        FleetError(
            .unauthenticated, "the agent's key is already pinned for \(other)",
            reason: "one key stands for one Supervisor",
            next: "give each agent its own state directory, so that it makes its own key")
    }

    // MARK: Change of keys

    func decideRotateKey(_ id: SupervisorID, _ context: CommandContext) throws(FleetError) -> Decision {
        let supervisor = try resolve(id)
        let ring = supervisor.ring
        guard ring.current != nil else {
            throw FleetError(
                .notAllowedInCurrentState, "the agent of \(id) has no key to change",
                reason: supervisor.enrolment == .enrolled ? "the last one ended" : "it has not joined",
                next: "flotilla supervisor show \(id)")
        }
        let until = ring.graceUntil ?? context.at.advanced(by: context.keyGrace)
        var reply = CommandReply(position: position)
        reply.lines = ["asked  \(id)  for a new key; the one it has ends at \(until.seconds) unless it is changed"]
        if !isConnected(id) { reply.warnings = ["the agent of \(id) is away; it is asked when it returns"] }
        return Decision(records: [.agentKeyAsked(.init(supervisor: id, graceUntil: until))], reply: reply)
    }

    /// An agent offers a key over a channel of `holder`, which is admitted: its records, none for the same offer again.
    package func decideKeyOffer(
        _ key: String, fingerprint: String, over holder: String, of id: SupervisorID
    ) throws(FleetError) -> [FleetRecord] {
        guard let supervisor = supervisors[id], supervisor.enrolment == .enrolled else {
            throw FleetError(.unauthenticated, "\(id) is not in the fleet")
        }
        if let other = admittedKeys[key], other != id { throw Self.pinnedElsewhere(other) }
        switch supervisor.ring.offer(key, over: holder) {
        case .known: return []
        case .taken:
            return [.agentKeyOffered(.init(supervisor: id, publicKey: key, fingerprint: fingerprint))]
        case .refused(let reason):
            throw FleetError(.refused, "the key that the agent of \(id) offers is refused", reason: reason)
        }
    }

    /// The agent of `id` is live on a channel of `key`.
    package func keyUsed(
        _ key: String, fingerprint: String, by id: SupervisorID, overlap: Duration, at: Timestamp
    ) -> [FleetRecord] {
        guard let supervisor = supervisors[id], supervisor.ring.isFirstUse(of: key) else { return [] }
        return [
            .agentKeyChanged(
                .init(
                    supervisor: id, publicKey: key, fingerprint: fingerprint, overlapUntil: at.advanced(by: overlap)))
        ]
    }

    /// Keys whose time is over, by Supervisor.
    package func endedKeys(at: Timestamp) -> [FleetRecord] {
        supervisors.values.filter { $0.enrolment == .enrolled && $0.keys != nil }.sorted { $0.id < $1.id }
            .compactMap { supervisor in
                switch supervisor.ring.due(at: at) {
                case nil: nil
                case .all: .agentKeyEnded(.init(supervisor: supervisor.id, publicKey: nil))
                case .previous(let key): .agentKeyEnded(.init(supervisor: supervisor.id, publicKey: key))
                }
            }
    }

    /// Whether the agent is still to be asked for a new key.
    ///
    /// - Parameter key: the one of its channel; nil: not looked at. The first use of the offered key is the change that
    ///   was asked for, also while its record is being written.
    package func wantsNewKey(of id: SupervisorID, over key: String? = nil) -> Bool {
        guard let ring = supervisors[id]?.keys, ring.graceUntil != nil else { return false }
        return key.map { !ring.isFirstUse(of: $0) || Sabotage.isActive(.askForKeyTwice) } ?? true
    }

    mutating func foldKeys(_ record: FleetRecord, at: Timestamp) {
        switch record {
        case .supervisorPending(let body):
            supervisors[body.supervisor]?.enrolment = .pending
            supervisors[body.supervisor]?.publicKey = body.publicKey
            supervisors[body.supervisor]?.fingerprint = body.fingerprint
        case .supervisorRejected(let body):
            supervisors[body.supervisor]?.enrolment = .removed
            supervisors[body.supervisor]?.publicKey = nil
            supervisors[body.supervisor]?.joinTokenDigest = nil
        case .agentKeyAsked(let body): change(body.supervisor) { $0.ask(graceUntil: body.graceUntil) }
        case .agentKeyOffered(let body): change(body.supervisor) { $0.take(offer: body.publicKey) }
        case .agentKeyChanged(let body):
            change(body.supervisor) { $0.use(body.publicKey, overlapUntil: body.overlapUntil, at: at) }
            supervisors[body.supervisor]?.fingerprint = body.fingerprint
        case .agentKeyEnded(let body):
            change(body.supervisor) { ring in
                if let key = body.publicKey { ring.end(key) } else { ring.endAll() }
            }
        default: break
        }
    }

    private mutating func change(_ id: SupervisorID, _ body: (inout AgentKeyRing) -> Void) {
        guard let supervisor = supervisors[id], supervisor.enrolment == .enrolled else { return }
        var ring = supervisor.ring
        body(&ring)
        supervisors[id]?.keys = ring
        supervisors[id]?.publicKey = ring.current
    }
}
