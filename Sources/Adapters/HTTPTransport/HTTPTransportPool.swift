package import FleetModel
package import FleetRuntime
import Synchronization

/// Transports to many servers, each made when it is first asked for.
package final class HTTPTransportPool: Sendable {
    private struct State {
        var transports: [String: HTTPTransport] = [:]
        var isShutDown = false
    }

    /// Registries, their token servers and the storage they redirect to: few in any fleet.
    private static let mostServers = 64
    private let state = Mutex(State())

    package init() {}

    /// The transport to the server; a server's trust is what it was asked for first.
    package func exchange(_ endpoint: HTTPEndpoint) throws(FleetError) -> any HTTPExchange {
        try state.withLock { state throws(FleetError) -> HTTPTransport in
            if let known = state.transports[endpoint.baseURL] { return known }
            guard !state.isShutDown else { throw FleetError(.unavailable, "the program is stopping") }
            guard state.transports.count < Self.mostServers else {
                throw FleetError(
                    .limitExceeded, "too many servers", reason: "connections go to at most \(Self.mostServers)")
            }
            let made = try HTTPTransport(endpoint)
            state.transports[endpoint.baseURL] = made
            return made
        }
    }

    package func shutdown() async {
        let open = state.withLock { state in
            state.isShutDown = true
            defer { state.transports = [:] }
            return state.transports.sorted { $0.key < $1.key }.map(\.value)
        }
        for transport in open { await transport.shutdown() }
    }
}
