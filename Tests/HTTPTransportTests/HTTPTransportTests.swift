import FleetModel
import FleetRuntime
import HTTPTransport
import KubernetesClient
import Logging
import ResourceModel
import SupervisorCluster
import SupervisorHTTP
import Testing

private let time = TimeSource(clock: ContinuousClock()) { Timestamp(milliseconds: 1_700_000_000_000) }

/// Serves a simulated Supervisor on a free port while `body` works with its address.
private func withServer(
    identity: ServerIdentity? = nil, _ body: @escaping @Sendable (String) async throws -> Void
) async throws {
    let supervisor = SimulatedSupervisor(settings: ClusterSettings(), time: time)
    var configuration = SupervisorFront.Configuration()
    configuration.identity = identity
    let (ports, found) = AsyncStream.makeStream(of: Int.self)
    let front = SupervisorFront(supervisor, configuration: configuration, logger: Logger(label: "test")) { port in
        found.yield(port)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try? await front.run() }
        for await port in ports {
            try await body("\(identity == nil ? "http" : "https")://127.0.0.1:\(port)")
            break
        }
        group.cancelAll()
    }
}

@Suite struct HTTPTransportTests {
    private let kind = GroupVersionKind(group: "", version: "v1", kind: "ConfigMap")

    private func object(_ name: String) -> Value {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "namespace": "default"], "data": ["a": "b"],
        ]
    }

    @Test func carriesRequestsAndWatchesOverPlainHTTP() async throws {
        try await withServer { address in
            let transport = try HTTPTransport(HTTPEndpoint(baseURL: address))
            let client = KubernetesClient(exchange: transport, time: time, logger: Logger(label: "test"))
            #expect(try await client.serverVersion() == "v1.25.10")
            let before = try await client.list(kind, namespace: "default").resourceVersion
            _ = try await client.create(object("one"))
            _ = try await client.create(object("two"))
            let response = try await transport.send(
                HTTPExchangeRequest(
                    method: "GET",
                    target: "/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=\(before)"))
            var text = ""
            var iterator = response.body.makeAsyncIterator()
            while !text.contains("\"two\""), let chunk = try await iterator.next() {
                text += String(decoding: chunk, as: UTF8.self)
            }
            #expect(text.contains("\"one\""))
            #expect(text.contains("\"two\""))
            await transport.shutdown()
        }
    }

    /// The server is in the middle of its response: it does not close its side of the TLS connection for us.
    ///
    /// swift-nio-ssl waits 5 s for the other side, each time, unless it is told otherwise. A busy machine may make one
    /// shutdown that long, not ten of them.
    @Test func shuttingDownDoesNotWaitForOpenWatches() async throws {
        let identity = try ServerIdentity(hosts: ["127.0.0.1", "localhost"])
        try await withServer(identity: identity) { address in
            var quickest = Duration.seconds(3600)
            for _ in 0..<10 where quickest >= .seconds(4) {
                let transport = try HTTPTransport(
                    HTTPEndpoint(baseURL: address, certificateAuthorityPEM: Array(identity.authorityPEM.utf8)))
                let client = KubernetesClient(exchange: transport, time: time, logger: Logger(label: "test"))
                let before = try await client.list(kind, namespace: "default").resourceVersion
                let response = try await transport.send(
                    HTTPExchangeRequest(
                        method: "GET",
                        target: "/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=\(before)"))
                #expect(response.status == 200)
                let start = ContinuousClock.now
                await transport.shutdown()
                quickest = min(quickest, ContinuousClock.now - start)
            }
            #expect(quickest < .seconds(4))
        }
    }

    @Test func trustsOnlyTheGivenAuthority() async throws {
        let identity = try ServerIdentity(hosts: ["127.0.0.1", "localhost"])
        let authority = Array(identity.authorityPEM.utf8)
        try await withServer(identity: identity) { address in
            let trusting = try HTTPTransport(
                HTTPEndpoint(baseURL: address, certificateAuthorityPEM: authority))
            let request = HTTPExchangeRequest(method: "GET", target: "/version")
            #expect(try await trusting.send(request).status == 200)
            await trusting.shutdown()
            let strict = try HTTPTransport(HTTPEndpoint(baseURL: address))
            await #expect(throws: HTTPExchangeError.self) { _ = try await strict.send(request) }
            await strict.shutdown()
            let careless = try HTTPTransport(HTTPEndpoint(baseURL: address, skipsTLSVerification: true))
            #expect(try await careless.send(request).status == 200)
            await careless.shutdown()
        }
    }

    @Test func saysThatNobodyAnswers() async throws {
        let transport = try HTTPTransport(HTTPEndpoint(baseURL: "http://127.0.0.1:1"))
        await #expect(throws: HTTPExchangeError.self) {
            _ = try await transport.send(HTTPExchangeRequest(method: "GET", target: "/"))
        }
        await transport.shutdown()
        await #expect(throws: HTTPExchangeError.connection("the transport was shut down")) {
            _ = try await transport.send(HTTPExchangeRequest(method: "GET", target: "/"))
        }
    }

    @Test(arguments: ["", "ftp://a", "https://", "nonsense"]) func refusesWhatIsNoAddress(text: String) {
        #expect(throws: FleetError.self) { _ = try HTTPTransport(HTTPEndpoint(baseURL: text)) }
    }
}
