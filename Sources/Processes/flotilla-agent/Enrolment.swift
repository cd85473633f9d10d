internal import AgentLink
internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import Logging
internal import Settings
internal import ZeroMQ
internal import ZeroMQLink

/// The first start: the token of the join file against a pinned key.
struct Enrolment {
    /// One try waits this long; an unreachable coordinator is tried again until the token expires.
    private static let timeout = Duration.seconds(15)
    private static let pause = Duration.seconds(3)
    /// Between two questions whether somebody has accepted: many may wait, and the enrolment socket has a rate.
    private static let acceptancePause = Duration.seconds(5)

    let join: JoinFile
    let keys: CurveKeyPair
    let time: TimeSource
    let logger: Logger

    static func readJoinFile(_ path: String) throws(FleetError) -> JoinFile {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FleetError(
                .notFound, "the join file \(path) cannot be read",
                next: "flotilla supervisor add NAME --moid MOID -o \(path)")
        }
        return try JoinFileDocument.read(String(decoding: data, as: UTF8.self), name: path)
    }

    func run() async throws(FleetError) -> AgentIdentity {
        let fingerprint = KeyFingerprint.text(of: keys.publicKey)
        logger.notice(
            "asking to join",
            metadata: ["\(LogKey.supervisor)": "\(join.supervisor)", "key.fingerprint": "\(fingerprint)"])
        var isPending = false
        while true {
            do throws(FleetError) {
                let answer = try await ask()
                switch answer {
                case .enrolled(let supervisor, let moid):
                    logger.notice("enrolled", metadata: ["\(LogKey.supervisor)": "\(supervisor)"])
                    return AgentIdentity(
                        supervisor: supervisor, moid: moid, coordinator: join.coordinator,
                        coordinatorKey: join.coordinatorKey)
                case .pending(let supervisor, let seen):
                    if !isPending {
                        logger.notice(
                            "waiting to be accepted: flotilla supervisor accept \(supervisor)",
                            metadata: ["\(LogKey.supervisor)": "\(supervisor)", "key.fingerprint": "\(seen)"])
                    }
                    isPending = true
                }
            } catch {
                guard error.code == .timedOut || error.code == .unavailable else { throw named(error) }
                logger.warning("not enrolled yet", metadata: ["\(LogKey.error)": "\(error.message): \(error.reason)"])
                // The coordinator alone knows whether a token that was used in time still waits to be accepted.
                guard isPending || time.now < join.expires else { throw expired }
            }
            do { try await time.sleep(for: isPending ? Self.acceptancePause : Self.pause) } catch {
                throw FleetError(.unavailable, "stopped before it was enrolled")
            }
        }
    }

    private func ask() async throws(FleetError) -> ZeroMQEnrolment.Answer {
        try await ZeroMQEnrolment.enrol(
            EnrolmentRequest(
                token: join.token, publicKey: keys.publicKey, agentVersion: FlotillaAgent.version,
                supervisor: join.supervisor),
            endpoint: join.enrolment, serverKey: LinkKey(join.coordinatorKey), keys: keys, timeout: Self.timeout,
            time: time)
    }

    /// The coordinator does not tell one who shows an unknown token for whom it was; the join file says it.
    private func named(_ error: FleetError) -> FleetError {
        var error = error
        if error.next.contains("supervisor add NAME") {
            error.next = "flotilla supervisor add \(join.supervisor) --moid \(join.moid)"
        }
        return error
    }

    private var expired: FleetError {
        FleetError(
            .unauthenticated, "the join file of \(join.supervisor) expired at \(join.expires)",
            reason: "a token can be used until then, once",
            next: "flotilla supervisor add \(join.supervisor) --moid \(join.moid)")
    }
}
