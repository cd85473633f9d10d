package import AgentLink
package import FleetModel
package import FleetRuntime
package import ZeroMQ

/// An agent's enrolment: one request on the enrolment socket, one answer.
package enum ZeroMQEnrolment {
    /// Silence after which the request is repeated over a new connection; each silence after it is twice as long.
    private static let redialFirst = Duration.seconds(3)
    private static let redialLongest = Duration.seconds(30)

    package enum Answer: Hashable, Sendable {
        case enrolled(SupervisorID, moid: String)
        /// The key waits to be accepted.
        case pending(SupervisorID, fingerprint: String)
    }

    /// - Throws: `timedOut`, `invalidArgument` (keys, endpoint), or the coordinator's own refusal.
    package static func enrol(
        _ request: EnrolmentRequest, endpoint: String, serverKey: LinkKey, keys: CurveKeyPair, timeout: Duration,
        time: TimeSource
    ) async throws(FleetError) -> Answer {
        let transport: ZeroMQAgentTransport
        do throws(ZeroMQError) {
            transport = try ZeroMQAgentTransport(
                configuration: .init(endpoint: endpoint, serverKey: serverKey), keys: keys)
        } catch {
            throw FleetError(
                .invalidArgument, "enrolment at \(endpoint)", reason: "\(error)", next: "check the join file")
        }
        let frame = EnrolmentCodec.encode(request)
        let reply = await withTaskGroup(of: EnrolmentReply?.self) { group in
            group.addTask { await exchange(frame, over: transport) }
            group.addTask {
                try? await time.sleep(for: timeout)
                transport.close()
                return nil
            }
            // A request that the coordinator dropped (its enrolment rate) must not cost the whole timeout: ask again.
            // The coordinator answers a repeated request of the same key and token as it did the first time.
            group.addTask {
                var silence = redialFirst
                while (try? await time.sleep(for: silence)) != nil, !Task.isCancelled {
                    transport.reconnect()
                    silence = min(silence * 2, redialLongest)
                }
                return nil
            }
            // The timer closes the transport, which ends the exchange; either way the first word counts.
            let first = await group.next() ?? nil
            group.cancelAll()
            transport.close()
            return first
        }
        switch reply {
        case .enrolled(let supervisor, let moid): return .enrolled(supervisor, moid: moid)
        case .pending(let supervisor, _, let fingerprint): return .pending(supervisor, fingerprint: fingerprint)
        case .refused(let error): throw error
        case nil:
            throw FleetError(
                .timedOut, "no answer from the coordinator's enrolment socket at \(endpoint)",
                reason: "a wrong coordinator key in the join file looks the same as an unreachable coordinator",
                next: "check the address and the join file, then try again")
        }
    }

    private static func exchange(_ frame: [UInt8], over transport: ZeroMQAgentTransport) async -> EnrolmentReply? {
        while let inputs = await transport.next() {
            for input in inputs {
                switch input {
                case .connected:
                    if Failpoint.linkEnrolmentAsk.fails() { continue }
                    _ = transport.send(frame)
                case .disconnected: break
                case .frame(let bytes):
                    if let reply = try? EnrolmentCodec.reply(bytes) { return reply }
                }
            }
        }
        return nil
    }
}
