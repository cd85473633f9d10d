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
        while true {
            guard time.now < join.expires else {
                throw FleetError(
                    .unauthenticated, "the join file of \(join.supervisor) expired at \(join.expires)",
                    reason: "a token can be used until then, once",
                    next: "flotilla supervisor add \(join.supervisor) --moid \(join.moid)")
            }
            do throws(FleetError) {
                let answer = try await ZeroMQEnrolment.enrol(
                    EnrolmentRequest(
                        token: join.token, publicKey: keys.publicKey, agentVersion: FlotillaAgent.version,
                        supervisor: join.supervisor),
                    endpoint: join.enrolment, serverKey: LinkKey(join.coordinatorKey), keys: keys,
                    timeout: Self.timeout, time: time)
                logger.notice("enrolled", metadata: ["\(LogKey.supervisor)": "\(answer.supervisor)"])
                return AgentIdentity(
                    supervisor: answer.supervisor, moid: answer.moid, coordinator: join.coordinator,
                    coordinatorKey: join.coordinatorKey)
            } catch {
                guard error.code == .timedOut || error.code == .unavailable else { throw error }
                logger.warning("not enrolled yet", metadata: ["\(LogKey.error)": "\(error.message): \(error.reason)"])
            }
            do { try await time.sleep(for: Self.pause) } catch {
                throw FleetError(.unavailable, "stopped before it was enrolled")
            }
        }
    }
}
