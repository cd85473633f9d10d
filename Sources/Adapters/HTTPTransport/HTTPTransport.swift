internal import AsyncHTTPClient
package import FleetModel
package import FleetRuntime
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
import Synchronization

/// `HTTPExchange` over the network, to one server.
///
/// Bodies stream with back-pressure: a reader that stops reading stops the server. Dropping the body closes the
/// connection. `shutdown` must be called once before the last reference goes.
package final class HTTPTransport: HTTPExchange {
    /// Defaults of the timeouts and the bound on connections.
    package struct Limits: Sendable {
        package var connect = Duration.seconds(10)
        /// Until the response head.
        package var head = Duration.seconds(30)
        /// Longest silence while a body streams.
        package var idle = Duration.seconds(60)
        /// HTTP/1.1 connections at once; each open watch holds one.
        package var connections = 256
        package init() {}
    }

    private struct Clients {
        var byIdleSeconds: [Int64: HTTPClient] = [:]
        var isShutDown = false
    }

    private let base: String
    private let configuration: HTTPClient.Configuration
    private let limits: Limits
    /// The idle timeout belongs to a client, so there is one client for each that is asked for (two in practice:
    /// requests and watches).
    private let clients = Mutex(Clients())
    private static let mostClients = 8

    /// Makes every transport of this process share one event loop thread. Call first in `main`, at most once.
    package static func useOneEventLoopThread() { NIOSingletons.groupLoopCountSuggestion = 1 }

    package init(_ endpoint: HTTPEndpoint, limits: Limits = Limits()) throws(FleetError) {
        self.limits = limits
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: try TLSMaterial.configuration(endpoint), redirectConfiguration: .disallow)
        configuration.timeout.connect = TimeAmount(limits.connect)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limits.connections
        configuration.connectionPool.idleTimeout = .seconds(30)
        // Trying again is the caller's business: it knows what may be repeated, and it wants to know at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        var base = endpoint.baseURL
        while base.last == "/" { base.removeLast() }
        guard let address = ServerAddress(base) else {
            throw FleetError(
                .invalidArgument, "\"\(endpoint.baseURL)\" is not a server address",
                reason: "expected https://host:port or http://host:port")
        }
        if let name = endpoint.tlsServerName {
            configuration.dnsOverride = [name: address.host]
            base = address.replacing(host: name)
        }
        self.base = base
        self.configuration = configuration
    }

    package func send(
        _ request: HTTPExchangeRequest
    ) async throws(HTTPExchangeError) -> HTTPExchangeResponse {
        let client = try client(idle: request.idleTimeout ?? limits.idle)
        var outgoing = HTTPClientRequest(url: base + request.target)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
        if !request.body.isEmpty { outgoing.body = .bytes(request.body) }
        let response: HTTPClientResponse
        do {
            response = try await client.execute(outgoing, timeout: TimeAmount(request.timeout ?? limits.head))
        } catch {
            throw Self.failure(error, headCame: false)
        }
        let body = response.body
        return HTTPExchangeResponse(
            status: Int(response.status.code),
            headers: response.headers.map { HTTPHeader($0.name, $0.value) },
            body: HTTPBody {
                var iterator = body.makeAsyncIterator()
                return HTTPBody.AsyncIterator { () async throws(HTTPExchangeError) -> [UInt8]? in
                    do {
                        return try await iterator.next().map { Array(buffer: $0) }
                    } catch {
                        throw Self.failure(error, headCame: true)
                    }
                }
            })
    }

    /// Closes every connection; later requests are refused.
    package func shutdown() async {
        let open = clients.withLock { clients in
            clients.isShutDown = true
            defer { clients.byIdleSeconds = [:] }
            return clients.byIdleSeconds.sorted { $0.key < $1.key }.map(\.value)
        }
        for client in open { try? await client.shutdown() }
    }

    private func client(idle: Duration) throws(HTTPExchangeError) -> HTTPClient {
        let seconds = max(1, idle.components.seconds)
        let client = clients.withLock { clients -> HTTPClient? in
            if clients.isShutDown { return nil }
            if let known = clients.byIdleSeconds[seconds] { return known }
            if clients.byIdleSeconds.count >= Self.mostClients {
                // More distinct timeouts than that are rounded up to one that is there, or down to the longest.
                let lengths = clients.byIdleSeconds.keys.sorted()
                let nearest = lengths.first { $0 >= seconds } ?? lengths[lengths.count - 1]
                return clients.byIdleSeconds[nearest]
            }
            var configuration = self.configuration
            configuration.timeout.read = .seconds(seconds)
            let made = HTTPClient(
                eventLoopGroupProvider: .shared(HTTPClient.defaultEventLoopGroup), configuration: configuration)
            clients.byIdleSeconds[seconds] = made
            return made
        }
        guard let client else { throw .connection("the transport was shut down") }
        return client
    }

    private static func failure(_ error: any Error, headCame: Bool) -> HTTPExchangeError {
        if error is CancellationError || Task.isCancelled { return .cancelled }
        if let error = error as? HTTPClientError {
            switch error {
            case .cancelled: return .cancelled
            case .readTimeout, .deadlineExceeded, .connectTimeout, .getConnectionFromPoolTimeout: return .timedOut
            default: break
            }
        }
        let text = (error is NIOSSLError ? "TLS: " : "") + String(describing: error)
        return headCame ? .interrupted(text) : .connection(text)
    }
}

extension TimeAmount {
    fileprivate init(_ duration: Duration) {
        let parts = duration.components
        self = .nanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }
}
