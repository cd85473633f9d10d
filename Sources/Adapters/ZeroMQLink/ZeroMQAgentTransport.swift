package import FleetModel
package import FleetRuntime
internal import Foundation
internal import Synchronization
package import ZeroMQ

/// The agent's DEALER on its own thread; dials until it is closed.
package final class ZeroMQAgentTransport: AgentTransport {
    package struct Configuration: Hashable, Sendable {
        package var endpoint: String
        /// Z85 public key of the coordinator.
        package var serverKey: LinkKey
        package var bounds = SocketBounds()
        package var inboxInputs = 4096
        package var outboxFrames = 512
        package var outboxBytes = 16 << 20

        package init(endpoint: String, serverKey: LinkKey) {
            self.endpoint = endpoint
            self.serverKey = serverKey
        }
    }

    private let shared: AgentShared

    /// Throws on keys and endpoints that libzmq refuses; an unreachable coordinator is no error.
    package init(configuration: Configuration, keys: CurveKeyPair) throws(ZeroMQError) {
        let shared = try AgentShared(configuration: configuration, keys: keys)
        let gate = StartGate<Void, ZeroMQError>()
        let thread = Thread {
            var failure: ZeroMQError?
            do throws(ZeroMQError) {
                let reactor = try AgentReactor(shared: shared)
                gate.open(.success(()))
                try reactor.run()
            } catch {
                failure = error
                gate.open(.failure(error))
            }
            shared.ended(failure)
        }
        thread.name = "flotilla-link"
        thread.start()
        try gate.wait()
        self.shared = shared
    }

    deinit { shared.close() }

    package var failure: FleetError? {
        shared.state.withLock { $0.failure }.map {
            FleetError(
                .internalError, "the link to the coordinator failed", reason: "\($0)", next: "start the agent again")
        }
    }

    package func send(_ frame: [UInt8]) -> Bool { shared.send(frame) }
    package func next() async -> [AgentTransportInput]? {
        await shared.inbox.next { [shared] in shared.bell.ring() }
    }
    package func reconnect() { shared.reconnect() }
    /// Dials anew, with these keys from now on.
    package func use(_ keys: CurveKeyPair) { shared.reconnect(with: keys) }
    package func close() { shared.close() }
}
