internal import FleetModel

/// Operators and their tokens.
extension FleetState {
    func decideAccess(_ command: FleetCommand, _ context: CommandContext) throws(FleetError) -> Decision {
        switch command {
        case .setOperator(let id, let privileges, let scope, let certificates, let isNew):
            try decideSetOperator(
                .init(
                    id: id, privileges: Set(privileges).union([.read]).sorted(), scope: scope,
                    certificates: Set(certificates).sorted()), isNew: isNew)
        case .lockOperator(let id, let locked): try decideLock(id, locked: locked)
        case .removeOperator(let id):
            Decision(
                records: [.operatorRemoved(.init(id: try known(id).id))],
                reply: CommandReply(position: position, lines: ["removed  operator \(id)"]))
        case .createToken(let id, let lifetime): try decideToken(id, lifetime: lifetime, context)
        case .revokeToken(let token): try decideRevoke(token)
        default: Decision(records: [], reply: CommandReply(position: position))
        }
    }

    private func decideSetOperator(_ body: FleetRecord.OperatorSet, isNew: Bool) throws(FleetError) -> Decision {
        let limits = FleetLimits.standard
        guard Self.isLabel(body.id.rawValue) else {
            throw FleetError(
                .invalidArgument, "\"\(body.id)\" is no name for an operator",
                reason: "an RFC 1123 label: at most 63 of a-z, 0-9 and -, not at the ends",
                next: "flotilla operator add alice --role install --on sv-oslo")
        }
        if isNew, operators[body.id] != nil {
            throw FleetError(
                .alreadyExists, "operator \(body.id) exists already", reason: "a name stands for one operator",
                next: "flotilla operator change \(body.id) …")
        }
        if !isNew { _ = try known(body.id) }
        if isNew, operators.count >= limits.operators { throw Self.limit("operators", limits.operators) }
        guard body.certificates.count <= limits.certificatesPerOperator else {
            throw Self.limit("certificates of an operator", limits.certificatesPerOperator)
        }
        for certificate in body.certificates {
            guard certificate.isWellFormed else {
                throw FleetError(.invalidArgument, "\(certificate) is no SHA-256 of a certificate")
            }
            let holder = operators.values.filter { $0.certificates.contains(certificate) && $0.id != body.id }
            if let holder = holder.map(\.id).min() {
                throw FleetError(
                    .alreadyExists, "the certificate stands for operator \(holder)",
                    reason: "a certificate stands for one operator", next: "flotilla operator change \(holder) …")
            }
        }
        if case .named(let ids) = body.scope {
            for id in ids { _ = try resolve(id) }
        }
        if case .labels(let text) = body.scope { try Self.checkSelector(text) }
        let rights = body.privileges.map(\.rawValue).joined(separator: ",")
        return Decision(
            records: [.operatorSet(body)],
            reply: CommandReply(
                position: position,
                lines: [
                    "\(isNew ? "added" : "changed")  operator \(body.id)  \(rights)  \(FleetCommand.text(body.scope))"
                ]))
    }

    private func decideLock(_ id: OperatorID, locked: Bool) throws(FleetError) -> Decision {
        let before = try known(id)
        let line = "\(locked ? "locked" : "unlocked")  operator \(id)"
        return Decision(
            records: before.locked == locked ? [] : [.operatorLocked(.init(id: id, locked: locked))],
            reply: CommandReply(position: position, lines: [line]))
    }

    private func decideToken(
        _ id: OperatorID, lifetime: Int, _ context: CommandContext
    ) throws(FleetError) -> Decision {
        let limits = FleetLimits.standard
        let holder = try known(id)
        guard (1...limits.operatorTokenLifetime).contains(lifetime) else {
            throw FleetError(
                .invalidArgument, "a token of \(id) cannot be valid for \(lifetime) s",
                reason: "1 s to \(limits.operatorTokenLifetime / 86_400) days",
                next: "flotilla token create \(id) --lifetime 30d")
        }
        guard holder.tokens.count(where: { $0.expires > context.at }) < limits.tokensPerOperator else {
            throw FleetError(
                .limitExceeded, "operator \(id) has \(limits.tokensPerOperator) tokens",
                reason: "the limit is tokensPerOperator", next: "flotilla token revoke ID")
        }
        guard let digest = context.accessToken else {
            throw FleetError(.internalError, "no token was prepared for \(id)")
        }
        let token = AccessToken(
            id: AccessTokenID("tk-" + digest.rawValue.dropFirst("sha256:".count).prefix(12)), digest: digest,
            createdAt: context.at, expires: context.at.advanced(byMilliseconds: Int64(lifetime) * 1000))
        return Decision(
            records: [.tokenCreated(.init(id: id, token: token))],
            reply: CommandReply(
                position: position,
                lines: ["created  token \(token.id)  operator \(id)  valid until \(token.expires.seconds)"]))
    }

    private func decideRevoke(_ token: AccessTokenID) throws(FleetError) -> Decision {
        let holder = operators.values.first { $0.tokens.contains { $0.id == token } }
        guard let holder else {
            throw FleetError(.notFound, "no token \(token)", next: "flotilla token list")
        }
        return Decision(
            records: [.tokenRevoked(.init(id: holder.id, token: token))],
            reply: CommandReply(position: position, lines: ["revoked  token \(token)  operator \(holder.id)"]))
    }

    private func known(_ id: OperatorID) throws(FleetError) -> FleetOperator {
        if let known = operators[id] { return known }
        let near = Suggestion.near(id.rawValue, among: operators.keys.map(\.rawValue))
        throw FleetError(
            .notFound, "no operator \"\(id)\"",
            reason: near.isEmpty ? "" : "Did you mean \(near.joined(separator: " or "))?",
            next: "flotilla operator list")
    }

    mutating func foldAccess(_ record: FleetRecord, at: Timestamp) {
        switch record {
        case .operatorSet(let body):
            var item =
                operators[body.id]
                ?? FleetOperator(
                    id: body.id, privileges: [], scope: body.scope, certificates: [], createdAt: at)
            item.privileges = body.privileges
            item.scope = body.scope
            item.certificates = body.certificates
            operators[body.id] = item
        case .operatorLocked(let body): operators[body.id]?.locked = body.locked
        case .operatorRemoved(let body): operators[body.id] = nil
        case .tokenCreated(let body):
            // Expired tokens make room: nothing is ever admitted by them again.
            operators[body.id]?.tokens.removeAll { $0.expires <= at }
            operators[body.id]?.tokens.append(body.token)
        case .tokenRevoked(let body): operators[body.id]?.tokens.removeAll { $0.id == body.token }
        default: break
        }
    }
}
