package import FleetModel

/// Records about operators and about those who were kept out.
extension FleetRecord {
    package struct OperatorSet: Hashable, Codable, Sendable {
        package var id: OperatorID
        package var privileges: [Privilege]
        package var scope: TargetSelection
        package var certificates: [ContentDigest]
    }

    package struct OperatorLocked: Hashable, Codable, Sendable {
        package var id: OperatorID
        package var locked: Bool
    }

    package struct OperatorRemoved: Hashable, Codable, Sendable {
        package var id: OperatorID
    }

    package struct TokenCreated: Hashable, Codable, Sendable {
        package var id: OperatorID
        package var token: AccessToken
    }

    package struct TokenRevoked: Hashable, Codable, Sendable {
        package var id: OperatorID
        package var token: AccessTokenID
    }

    /// Attempts that were kept out since the last record of the same kind from the same place.
    package struct AccessRefused: Hashable, Codable, Sendable {
        /// `operator` or `agent`.
        package var kind: String
        /// As far as it is known: `operator:alice`, a key's name, or empty.
        package var name: String
        package var from: String
        /// What was tried.
        package var action: String
        package var reason: String
        package var count: Int
        /// The Supervisor it was about, if any.
        package var supervisor: SupervisorID?

        package init(
            kind: String, name: String, from: String, action: String, reason: String, count: Int,
            supervisor: SupervisorID? = nil
        ) {
            self.kind = kind
            self.name = name
            self.from = from
            self.action = action
            self.reason = reason
            self.count = count
            self.supervisor = supervisor
        }
    }

    func accessEvent(_ make: Make) -> FleetEvent? {
        switch self {
        case .operatorSet(let body):
            let rights = body.privileges.map(\.rawValue).joined(separator: ", ")
            return make(
                "OperatorSet", "operator \(body.id) may \(rights) on \(FleetCommand.text(body.scope))", .normal, nil,
                nil,
                nil)
        case .operatorLocked(let body):
            return make(
                body.locked ? "OperatorLocked" : "OperatorUnlocked",
                "operator \(body.id) is \(body.locked ? "locked" : "unlocked")", .normal, nil, nil, nil)
        case .operatorRemoved(let body):
            return make("OperatorRemoved", "removed operator \(body.id)", .normal, nil, nil, nil)
        case .tokenCreated(let body):
            return make(
                "TokenCreated",
                "token \(body.token.id) of operator \(body.id), valid until \(body.token.expires.seconds)",
                .normal, nil, nil, nil)
        case .tokenRevoked(let body):
            return make("TokenRevoked", "token \(body.token) of operator \(body.id) is void", .normal, nil, nil, nil)
        case .accessRefused(let body):
            let who = body.name.isEmpty ? body.kind : body.name
            let times = body.count > 1 ? " (\(body.count) times)" : ""
            return make(
                "AccessRefused", "\(who) from \(body.from) was kept out: \(body.action): \(body.reason)\(times)",
                .warning, body.supervisor, nil, nil)
        default: return nil
        }
    }

    /// The record's line of the audit, or nil where it has none.
    package func auditEntry(at: Timestamp, position: UInt64) -> AuditEntry? {
        switch self {
        case .commandAccepted(let body):
            AuditEntry(
                position: position, at: at, by: body.by.name, from: body.by.from,
                action: body.action ?? body.lines.first ?? "", outcome: .accepted, reason: body.reason ?? "",
                task: body.task, command: body.id, plan: body.plan)
        case .accessRefused(let body):
            AuditEntry(
                position: position, at: at, by: body.name.isEmpty ? body.kind : body.name, from: body.from,
                action: body.action, outcome: .refused,
                reason: body.reason + (body.count > 1 ? " (\(body.count) times)" : ""))
        default: nil
        }
    }
}
