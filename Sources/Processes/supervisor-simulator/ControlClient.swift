internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import HTTPTransport
internal import KubernetesClient
internal import ResourceModel

/// Talks to the fault switches of a running simulator, with its kubeconfig's address and token.
struct ControlClient {
    private let connection: ClusterConnection
    private let transport: HTTPTransport

    /// Bytes of a report.
    private static let maximumReport = 4 << 20

    init(kubeconfig path: String, context: String?) throws(FleetError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FleetError(.notFound, "the kubeconfig \(path) cannot be read", next: "check --kubeconfig")
        }
        HTTPTransport.useOneEventLoopThread()
        connection = try Kubeconfig(yaml: String(decoding: data, as: UTF8.self), path: path) { file in
            Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        }.connection(context: context)
        transport = try HTTPTransport(
            HTTPEndpoint(
                baseURL: connection.server, certificateAuthorityPEM: connection.certificateAuthorityPEM,
                // An expired certificate is one of the faults that are cleared from here.
                skipsTLSVerification: true, tlsServerName: connection.tlsServerName))
    }

    /// One request; the connections are closed after it.
    func send(_ method: String, name: String? = nil, body: Value? = nil) async throws(FleetError) -> Value {
        let result: Result<Value, FleetError>
        do { result = .success(try await exchange(method, name: name, body: body)) } catch { result = .failure(error) }
        await transport.shutdown()
        return try result.get()
    }

    private func exchange(_ method: String, name: String?, body: Value?) async throws(FleetError) -> Value {
        var headers = [HTTPHeader("Content-Type", "application/json")]
        if case .token(let token) = connection.credential {
            headers.append(HTTPHeader("Authorization", "Bearer \(token)"))
        }
        let target = "/flotilla-simulator/v1/faults" + (name.map { "/\($0)" } ?? "")
        let bytes: [UInt8]
        let status: Int
        do {
            let response = try await transport.send(
                HTTPExchangeRequest(
                    method: method, target: target, headers: headers, body: body.map(JSONWriter.bytes) ?? []))
            status = response.status
            bytes = try await response.body.collect(upTo: Self.maximumReport)
        } catch {
            throw FleetError(
                .unavailable, "the simulator at \(connection.server) does not answer", reason: "\(error)",
                next: "check that it runs")
        }
        let value = (try? JSONReader.read(bytes)) ?? .null
        guard status == 200 else {
            let words = value["message"]?.stringValue ?? String(decoding: bytes.prefix(500), as: UTF8.self)
            throw FleetError(
                status == 404 ? .notFound : .invalidArgument, "the simulator refused it", reason: words,
                next: status == 404 ? "is \(connection.server) a simulator? `fault list` shows what is set" : "")
        }
        return value
    }
}
