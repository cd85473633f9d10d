internal import FleetModel
internal import FleetRuntime
internal import HTTPTransport
internal import SupervisorCluster

/// Carries the questions to admission webhooks over HTTPS.
enum WebhookClient {
    /// Bytes of an answer that are read.
    private static let limit = 4 << 20

    static func ask(_ call: WebhookCall) async -> WebhookAnswer {
        let afterScheme = call.url.firstRange(of: "://")?.upperBound ?? call.url.startIndex
        let slash = call.url[afterScheme...].firstIndex { "/?".contains($0) } ?? call.url.endIndex
        let base = String(call.url[..<slash])
        var target = String(call.url[slash...])
        if !target.hasPrefix("/") { target = "/" + target }
        let transport: HTTPTransport
        do {
            transport = try HTTPTransport(
                HTTPEndpoint(
                    baseURL: base, certificateAuthorityPEM: call.authorityPEM, tlsServerName: call.serverName))
        } catch {
            return .failure("\(error.message): \(error.reason)")
        }
        let answer = await exchange(call, target, host: String(base[afterScheme...]), transport)
        await transport.shutdown()
        return answer
    }

    private static func exchange(
        _ call: WebhookCall, _ target: String, host: String, _ transport: HTTPTransport
    ) async -> WebhookAnswer {
        do throws(HTTPExchangeError) {
            let reply = try await transport.send(
                HTTPExchangeRequest(
                    method: "POST", target: target,
                    headers: [
                        HTTPHeader("Content-Type", "application/json"), HTTPHeader("Accept", "application/json, */*"),
                    ], body: call.body, timeout: call.timeout, idleTimeout: call.timeout))
            return .reply(status: reply.status, body: try await reply.body.collect(upTo: limit))
        } catch {
            switch error {
            case .timedOut: return .failure("context deadline exceeded")
            case .connection(let why):
                let isRefused = why.lowercased().contains("refused")
                if isRefused { return .failure("dial tcp \(host): connect: connection refused") }
                let isUntrusted = why.contains("CERTIFICATE_VERIFY_FAILED")
                return .failure(
                    isUntrusted
                        ? "tls: failed to verify certificate: x509: certificate signed by unknown authority" : why)
            case .interrupted: return .failure("unexpected EOF")
            case .tooLarge: return .failure("http: response body too large")
            case .cancelled: return .failure("context canceled")
            }
        }
    }
}
