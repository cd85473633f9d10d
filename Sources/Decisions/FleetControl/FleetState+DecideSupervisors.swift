package import FleetModel

extension FleetState {
    func decideAddSupervisor(
        _ id: SupervisorID, moid: String, labels: [String: String], lifetime: Int, autoAccept: Bool,
        _ context: CommandContext
    ) throws(FleetError) -> Decision {
        guard Self.isLabel(id.rawValue) else {
            throw FleetError(
                .invalidArgument, "\"\(id)\" is no name for a Supervisor",
                reason: "an RFC 1123 label: at most 63 of a-z, 0-9 and -, not at the ends",
                next: "flotilla supervisor add sv-oslo --moid domain-c8")
        }
        guard Self.isLabel(moid) else {
            throw FleetError(
                .invalidArgument, "\"\(moid)\" is no managed object id",
                reason: "it ends the name of every service namespace (svc-harbor-domain-c8): a-z, 0-9 and -",
                next: "flotilla supervisor add \(id) --moid domain-c8")
        }
        guard (1...FleetLimits.standard.tokenLifetime).contains(lifetime) else {
            throw FleetError(
                .invalidArgument, "--token-lifetime \(lifetime) s is not allowed",
                reason: "1 to \(FleetLimits.standard.tokenLifetime) s", next: "--token-lifetime 24h")
        }
        guard labels.count <= FleetLimits.standard.labelsPerSupervisor else {
            throw Self.limit("labels of a Supervisor", FleetLimits.standard.labelsPerSupervisor)
        }
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) where !Self.isLabelPair(key, value) {
            throw FleetError(
                .invalidArgument, "\"\(key)=\(value)\" is no label",
                reason: "key and value are at most 63 of A-Z, a-z, 0-9, -, _ and . (a key may have a prefix before /)",
                next: "flotilla supervisor add \(id) --moid \(moid) --label region=north")
        }
        guard let token = context.joinToken else {
            throw FleetError(.internalError, "no join token was prepared for \(id)")
        }
        let known = supervisors[id]
        // One whose last key ended is let in anew under its name, with what is wanted of it.
        if let known, known.enrolment == .enrolled, known.ring.current != nil {
            throw FleetError(
                .alreadyExists, "Supervisor \(id) is already enrolled",
                reason: "a name stands for one Supervisor; its agent's key is pinned",
                next: "flotilla supervisor remove \(id)")
        }
        if known == nil, supervisors.count >= FleetLimits.standard.supervisors {
            throw Self.limit("Supervisors", FleetLimits.standard.supervisors)
        }
        let expires = context.at.advanced(byMilliseconds: Int64(lifetime) * 1000)
        var reply = CommandReply(position: position)
        reply.lines = ["added  \(id)  \(moid)  join token valid until \(expires.seconds)"]
        if known?.enrolment == .invited || known?.enrolment == .pending {
            reply.warnings = ["the join file issued before for \(id) is void"]
        }
        if !autoAccept { reply.lines.append("when its agent has joined: flotilla supervisor accept \(id)") }
        return Decision(
            records: [
                .supervisorInvited(
                    .init(
                        supervisor: id, moid: moid, labels: labels, token: token, expires: expires,
                        autoAccept: autoAccept))
            ],
            reply: reply)
    }

    func decideRemoveSupervisor(_ id: SupervisorID, _ context: CommandContext) throws(FleetError) -> Decision {
        _ = try resolve(id)
        var records: [FleetRecord] = []
        for (key, task) in openTargets.sorted(by: { $0.key < $1.key }) where key.supervisor == id {
            records.append(
                .targetSuperseded(.init(task: task, key: key, message: "the Supervisor was removed from the fleet")))
        }
        records.append(.supervisorRemoved(.init(supervisor: id)))
        var reply = CommandReply(position: position, lines: ["removed  \(id)"])
        let left = installs.filter { $0.key.supervisor == id }.map(\.key.service.shortName)
        if !left.isEmpty {
            reply.warnings = [
                "what is installed on \(id) (\(left.joined(separator: ", "))) stays as it is and is no longer managed "
                    + "by this fleet"
            ]
        }
        return Decision(records: records, reply: reply)
    }

    /// An agent presents a join token: single use, within its life. Its key is pinned at once when the token says so,
    /// else it waits to be accepted, by one who holds another right than the one who invited it.
    ///
    /// The same key with the same token again asks how it stands: it is told, with no further record.
    package func decideEnrolment(
        token: ContentDigest, key: String, fingerprint: String, at: Timestamp
    ) throws(FleetError) -> (supervisor: Supervisor, records: [FleetRecord]) {
        guard let supervisor = supervisors.values.first(where: { $0.joinTokenDigest == token }),
            supervisor.enrolment != .removed
        else {
            throw FleetError(
                .unauthenticated, "the join token is not known",
                reason: "it was replaced, its Supervisor was removed, or it is of another coordinator",
                next: "flotilla supervisor add NAME --moid domain-c…")
        }
        if supervisor.enrolment != .invited {
            guard supervisor.publicKey == key || supervisor.ring.admitted.contains(key) else {
                throw FleetError(
                    .unauthenticated, "the join token of \(supervisor.id) was already used",
                    reason: "a join token lets one agent in, once",
                    next: "flotilla supervisor remove \(supervisor.id), then add it again")
            }
            return (supervisor, [])
        }
        guard let expires = supervisor.joinTokenExpires, at <= expires else {
            throw FleetError(
                .unauthenticated, "the join token of \(supervisor.id) expired",
                reason: supervisor.joinTokenExpires.map { "it was valid until \($0.seconds)" } ?? "",
                next: "flotilla supervisor add \(supervisor.id) --moid \(supervisor.moid)")
        }
        if let other = admittedKeys[key] { throw Self.pinnedElsewhere(other) }
        let pinned = FleetRecord.SupervisorEnrolled(
            supervisor: supervisor.id, publicKey: key, fingerprint: fingerprint)
        let waiting = FleetRecord.SupervisorPending(
            supervisor: supervisor.id, publicKey: key, fingerprint: fingerprint)
        return (
            supervisor, [supervisor.autoAccept == false ? .supervisorPending(waiting) : .supervisorEnrolled(pinned)]
        )
    }

    private static func isLabelPair(_ key: String, _ value: String) -> Bool {
        func isWord(_ text: Substring) -> Bool {
            text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
        }
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count) && parts.allSatisfy { !$0.isEmpty && isWord($0) }
            && parts[parts.count - 1].utf8.count <= 63 && key.utf8.count <= 317 && value.utf8.count <= 63
            && isWord(value[...])
    }

    static func isLabel(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
        }
        guard (1...63).contains(bytes.count), isAlphanumeric(bytes[0]), isAlphanumeric(bytes[bytes.count - 1])
        else { return false }
        return bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x2D }
    }
}
