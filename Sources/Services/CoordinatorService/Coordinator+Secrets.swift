internal import Synchronization
internal import Crypto
internal import FleetControl
internal import FleetModel
internal import FleetRuntime

/// Join files and tokens.
extension Coordinator {
    /// Derived from the secret and the command: a retry prints the same token, and none is ever stored.
    func joinToken(_ supervisor: SupervisorID, _ id: CommandID) -> String {
        secret("join\0\(supervisor)\0\(id)")
    }

    /// `flotilla_` and 64 hexadecimal digits, so that a leaked one is found by a search for the prefix.
    func accessToken(_ holder: OperatorID, _ id: CommandID) -> String {
        "flotilla_" + secret("access\0\(holder)\0\(id)")
    }

    private func secret(_ purpose: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(purpose.utf8), using: SymmetricKey(data: configuration.tokenSecret))
        return code.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// The answer with the secret that belongs to it, made again: none is ever stored.
    func withSecret(_ reply: CommandReply, _ command: FleetCommand, _ id: CommandID) -> CommandReply {
        if case .createToken(let holder, _) = command {
            var reply = reply
            reply.token = accessToken(holder, id)
            return reply
        }
        return withJoinFile(reply, command, id)
    }

    private func withJoinFile(_ reply: CommandReply, _ command: FleetCommand, _ id: CommandID) -> CommandReply {
        guard case .addSupervisor(let name, _, _, _, _) = command else { return reply }
        var reply = reply
        let token = joinToken(name, id)
        guard let supervisor = published.withLock({ $0.state.supervisors[name] }),
            supervisor.joinTokenDigest == ContentDigest(sha256Of: Array(token.utf8)),
            let expires = supervisor.joinTokenExpires
        else {
            reply.warnings.append("the join file of this command is void: \(name) was added again or removed")
            return reply
        }
        reply.joinFile = JoinFile(
            supervisor: name, moid: supervisor.moid, coordinator: configuration.address,
            enrolment: configuration.enrolmentAddress, coordinatorKey: configuration.publicKey, token: token,
            expires: expires)
        return reply
    }
}
