package import FleetModel
package import ResourceModel

extension Documents {
    package static func fleetOperator(_ known: FleetOperator) -> Value {
        document(
            "Operator",
            [
                "name": .string(known.id.rawValue), "roles": .array(known.privileges.map { .string($0.rawValue) }),
                "scope": .string(FleetCommand.text(known.scope)), "locked": .bool(known.locked),
                "createdAt": .string(known.createdAt.description),
                "certificates": .array(known.certificates.map { .string($0.rawValue) }),
                "tokens": .array(known.tokens.map { token($0, of: known) }),
            ])
    }

    package static func token(_ token: AccessToken, of known: FleetOperator) -> Value {
        document(
            "Token",
            [
                "id": .string(token.id.rawValue), "operator": .string(known.id.rawValue),
                "createdAt": .string(token.createdAt.description), "expires": .string(token.expires.description),
            ])
    }

    package static func audit(_ entry: AuditEntry) -> Value {
        document(
            "AuditEntry",
            [
                "position": .int(Int64(clamping: entry.position)), "at": .string(entry.at.description),
                "by": .string(entry.by),
                "from": .string(entry.from), "action": .string(entry.action),
                "outcome": .string(entry.outcome.rawValue), "reason": .string(entry.reason),
                "task": entry.task.map { .string($0.rawValue) } ?? .null,
                "command": entry.command.map { .string($0.rawValue) } ?? .null,
                "plan": entry.plan.map { .string($0.rawValue) } ?? .null,
            ])
    }
}
