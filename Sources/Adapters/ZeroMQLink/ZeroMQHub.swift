package import AgentLink
package import FleetModel
package import FleetRuntime
internal import Foundation
internal import Synchronization
package import ZeroMQ

/// The coordinator's sockets: a command ROUTER for enrolled keys and an enrolment ROUTER for any key, on one thread.
package final class ZeroMQHub: HubTransport {
    package struct Configuration: Hashable, Sendable {
        /// `tcp://0.0.0.0:7000`; `tcp://127.0.0.1:*` takes a free port.
        package var commandEndpoint: String
        package var enrolmentEndpoint: String
        package var bounds = SocketBounds()
        /// Bytes of one enrolment message.
        package var enrolmentBytes: Int64 = 4096
        /// Enrolment messages per second that are handed over; the rest is dropped.
        package var enrolmentsPerSecond = 50
        /// Inputs that may wait for the consumer before the sockets are no longer read.
        package var inboxInputs = 4096
        /// Frames and bytes that may wait for one peer.
        package var peerFrames = 512
        package var peerBytes = 16 << 20
        /// Whose new connections are dropped; with no failures a second nobody's are, and nobody's are counted.
        package var connectionGuard = ConnectionGuard.Limits()

        package init(commandEndpoint: String, enrolmentEndpoint: String) {
            self.commandEndpoint = commandEndpoint
            self.enrolmentEndpoint = enrolmentEndpoint
        }
    }

    /// The endpoints as bound, wildcard ports resolved.
    package let commandEndpoint: String
    package let enrolmentEndpoint: String
    package let publicKey: LinkKey
    private let shared: HubShared

    /// Binds both sockets, or throws what libzmq says.
    package init(configuration: Configuration, keys: CurveKeyPair) throws(ZeroMQError) {
        let shared = try HubShared(configuration: configuration)
        let gate = StartGate<[String], ZeroMQError>()
        let thread = Thread {
            var failure: ZeroMQError?
            do throws(ZeroMQError) {
                let reactor = try HubReactor(shared: shared, keys: keys)
                gate.open(.success(try reactor.endpoints()))
                try reactor.run()
            } catch {
                failure = error
                gate.open(.failure(error))
            }
            shared.ended(failure)
        }
        thread.name = "flotilla-link"
        thread.start()
        let endpoints = try gate.wait() ?? []
        guard endpoints.count == 2 else {
            throw ZeroMQError(call: "bind", number: 0, text: "the socket thread did not start")
        }
        self.shared = shared
        commandEndpoint = endpoints[0]
        enrolmentEndpoint = endpoints[1]
        publicKey = LinkKey(keys.publicKey)
    }

    deinit { shared.close() }

    package var failure: FleetError? {
        shared.state.withLock { $0.failure }.map {
            FleetError(
                .internalError, "the sockets for agents failed", reason: "\($0)",
                next: "start the coordinator again; agents come back by themselves")
        }
    }

    package func send(_ frame: [UInt8], to peer: LinkPeer) -> Bool { shared.send(frame, to: peer) }

    package func next() async -> [HubTransportInput]? {
        await shared.inbox.next { [shared] in shared.bell.ring() }
    }

    /// Until the first call handshakes on the command socket wait.
    package func admit(_ keys: [LinkKey: SupervisorID]) { shared.admit(Set(keys.keys)) }

    /// Forgets the connection and what waits for it; a frame it sends later is a new beginning.
    package func cut(_ peer: LinkPeer) { shared.forget(peer) }

    package func mute(_ key: LinkKey, for pause: Duration) { shared.mute(key, for: pause) }

    /// Sends what is queued for as long as LINGER allows, then closes; `next` returns nil.
    package func close() { shared.close() }

    /// Frames that were dropped because of their key, their form or the enrolment rate.
    package var droppedFrames: Int { shared.refusals.frames }
}
