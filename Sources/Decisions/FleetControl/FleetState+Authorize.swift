package import FleetModel
internal import ResourceModel

/// Who may do what (contract C7). Rights are looked up at the moment of the decision, never carried by a request.
extension FleetState {
    /// The operator behind a bearer token, by the token's digest.
    package func authenticate(
        token digest: ContentDigest, from: String, at: Timestamp
    ) throws(FleetError) -> Principal {
        for candidate in operators.values {
            guard let token = candidate.tokens.first(where: { $0.digest == digest }) else { continue }
            let principal = Principal(operator: candidate.id, credential: .token(token.id), from: from)
            _ = try admitted(principal, at: at)
            return principal
        }
        throw FleetError(
            .unauthenticated, "the token is not known", reason: "it was revoked, or is of another coordinator",
            next: "flotilla token create NAME, on the coordinator's host")
    }

    /// The operator behind a client certificate, by the SHA-256 of its DER form.
    package func authenticate(
        certificate digest: ContentDigest, from: String, at: Timestamp
    ) throws(FleetError) -> Principal {
        guard let candidate = operators.values.first(where: { $0.certificates.contains(digest) }) else {
            throw FleetError(
                .unauthenticated, "the client certificate stands for no operator", reason: digest.rawValue,
                next: "flotilla operator change NAME --certificate FILE, on the coordinator's host")
        }
        let principal = Principal(operator: candidate.id, credential: .certificate(digest), from: from)
        _ = try admitted(principal, at: at)
        return principal
    }

    /// The operator, when its credential still lets it in; nil for an administrator of the host.
    package func admitted(_ principal: Principal, at: Timestamp) throws(FleetError) -> FleetOperator? {
        guard let id = principal.operatorID else { return nil }
        guard let known = operators[id] else {
            throw FleetError(.unauthenticated, "operator \(id) was removed", next: "ask an administrator of the fleet")
        }
        guard !known.locked else {
            throw FleetError(
                .unauthenticated, "operator \(id) is locked",
                next: "an administrator types: flotilla operator unlock \(id)")
        }
        switch principal.credential {
        case .token(let token):
            guard let held = known.tokens.first(where: { $0.id == token }) else {
                throw FleetError(
                    .unauthenticated, "token \(token) of operator \(id) was revoked",
                    next: "an administrator types: flotilla token create \(id)")
            }
            guard at < held.expires else {
                throw FleetError(
                    .unauthenticated, "token \(token) of operator \(id) expired",
                    reason: "it was valid until \(held.expires.seconds)",
                    next: "an administrator types: flotilla token create \(id)")
            }
        case .certificate(let digest):
            guard known.certificates.contains(digest) else {
                throw FleetError(.unauthenticated, "the client certificate stands for operator \(id) no longer")
            }
        case nil:
            throw FleetError(.unauthenticated, "operator \(id) gave no credential")
        }
        return known
    }

    /// Refuses what the principal has no right to: `privilege`, and for `install` on each of `supervisors`.
    package func authorize(
        _ privilege: Privilege, on targets: [SupervisorID] = [], to action: String, by principal: Principal,
        at: Timestamp
    ) throws(FleetError) {
        guard let known = try admitted(principal, at: at) else { return }
        guard privilege == .read || known.privileges.contains(privilege) else {
            throw FleetError(
                .unauthorized, "operator \(known.id) may not \(action)",
                reason: "it needs the privilege \(privilege.rawValue)",
                next: "an administrator types: flotilla operator change \(known.id) --role \(privilege.rawValue)")
        }
        let outside = outside(known.scope, targets)
        guard outside.isEmpty else {
            throw FleetError(
                .unauthorized, "operator \(known.id) may not \(action)",
                reason: "\(outside.prefix(10).map(\.rawValue).joined(separator: ", ")) is outside its scope: "
                    + FleetCommand.text(known.scope),
                next: "name Supervisors of the scope with --on")
        }
    }

    package func authorize(_ command: FleetCommand, by principal: Principal, at: Timestamp) throws(FleetError) {
        guard principal.operatorID != nil else { return }
        try authorize(
            command.privilege, on: try targets(of: command), to: command.action, by: principal, at: at)
        if let second = command.secondPrivilege { try authorize(second, to: command.action, by: principal, at: at) }
    }

    /// A retry may be about what is gone by now: its giver must hold the privilege; the scope was checked before.
    func authorizeRetry(_ command: FleetCommand, by principal: Principal, at: Timestamp) throws(FleetError) {
        try authorize(command.privilege, to: command.action, by: principal, at: at)
        if let second = command.secondPrivilege { try authorize(second, to: command.action, by: principal, at: at) }
    }

    /// The Supervisors a command changes, as far as its privilege is bound to them.
    private func targets(of command: FleetCommand) throws(FleetError) -> [SupervisorID] {
        switch command {
        case .install(let request): try select(request.targets, having: nil, operation: .install)
        case .upgrade(let request): try select(request.targets, having: request.service, operation: .upgrade)
        case .reconfigure(let request):
            try select(request.targets, having: request.service, operation: .reconfigure)
        case .uninstall(let request): try select(request.targets, having: request.service, operation: .uninstall)
        case .adoptDrift(let key, _): [key.supervisor]
        case .savePlan(_, let seen): seen.map(\.supervisor)
        case .applyPlan(let id): plans[id]?.targets.map(\.supervisor) ?? []
        case .registerService, .addVersion, .activateService, .deactivateService, .activateVersion,
            .deactivateVersion, .deleteVersion, .deleteService, .addSupervisor, .removeSupervisor, .acceptSupervisor,
            .rejectSupervisor, .rotateKey, .setOperator, .lockOperator, .removeOperator, .createToken, .revokeToken:
            []
        }
    }

    /// Those of `targets` that a scope does not cover. A selector that cannot be read covers none.
    private func outside(_ scope: TargetSelection, _ targets: [SupervisorID]) -> [SupervisorID] {
        switch scope {
        case .all: return []
        case .named(let ids): return targets.filter { !ids.contains($0) }
        case .labels(let text):
            guard let selector = try? LabelSelector(parsing: text) else { return targets }
            return targets.filter { !selector.matches(supervisors[$0]?.labels ?? [:]) }
        }
    }

    static func checkReason(_ reason: String?) throws(FleetError) {
        guard let reason, reason.utf8.count > FleetLimits.standard.reasonBytes else { return }
        throw FleetError(
            .limitExceeded, "the remark of --reason is too long",
            reason: "the limit reasonBytes is \(FleetLimits.standard.reasonBytes)", next: "shorten it")
    }
}

extension FleetCommand {
    /// The privilege its giver needs.
    package var privilege: Privilege {
        switch self {
        case .registerService, .addVersion, .activateService, .deactivateService, .activateVersion,
            .deactivateVersion, .deleteVersion, .deleteService, .addSupervisor, .removeSupervisor:
            .manage
        case .install, .upgrade, .reconfigure, .uninstall, .adoptDrift, .savePlan, .applyPlan: .install
        case .acceptSupervisor, .rejectSupervisor, .rotateKey, .setOperator, .lockOperator, .removeOperator,
            .createToken, .revokeToken:
            .administer
        }
    }

    /// What its giver needs besides: a token that lets an agent in unseen takes both rights, to invite and to accept.
    package var secondPrivilege: Privilege? {
        if case .addSupervisor(_, _, _, _, true) = self { return .administer }
        return nil
    }
}
