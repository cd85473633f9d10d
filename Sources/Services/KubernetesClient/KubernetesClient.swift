internal import FleetModel
package import FleetRuntime
package import Logging
internal import ResourceModel
import Synchronization

/// A client of one Kubernetes API server, real or simulated: it cannot tell and does not ask.
///
/// Temporary refusals (429, 503, GOAWAY, etcd leader change, quota conflict, failing webhooks) are tried again as kapp
/// does, bounded and on the injected clock. Everything else is thrown as `KubernetesError` with the server's words.
package final class KubernetesClient: Sendable {
    let exchange: any HTTPExchange
    let time: TimeSource
    let limits: ClientLimits
    let logger: Logger
    private let credential: ClusterConnection.Credential
    private let token = Mutex<(value: String, readAtMilliseconds: Int64)?>(nil)
    let discovery = Mutex(DiscoveryCache())

    package init(
        exchange: any HTTPExchange, credential: ClusterConnection.Credential = .none, time: TimeSource,
        limits: ClientLimits = ClientLimits(), logger: Logger
    ) {
        self.exchange = exchange
        self.credential = credential
        self.time = time
        self.limits = limits
        self.logger = logger
    }

    /// `GET /version`: the `gitVersion`, `v1.25.10`.
    package func serverVersion() async throws(KubernetesError) -> String {
        let value = try await value(of: HTTPExchangeRequest(method: "GET", target: "/version"))
        return value["gitVersion"]?.stringValue ?? ""
    }

    /// True when the server says it serves (`/readyz`); false when it answers anything else.
    package func isReady() async throws(KubernetesError) -> Bool {
        do {
            _ = try await send(HTTPExchangeRequest(method: "GET", target: "/readyz"), retrying: false)
            return true
        } catch  where error.status != 0 {
            return false
        }
    }

    /// Sends, and reads the answer as JSON.
    func value(of request: HTTPExchangeRequest) async throws(KubernetesError) -> Value {
        let body = try await send(request)
        do {
            return try JSONReader.read(body)
        } catch {
            throw KubernetesError(
                status: 0, reason: "Unintelligible",
                message: "the answer to \(request.method) \(request.target) is not JSON: \(error.description)")
        }
    }

    /// Sends with retries; returns the body of a 2xx answer.
    func send(_ request: HTTPExchangeRequest, retrying: Bool = true) async throws(KubernetesError) -> [UInt8] {
        var attempt = 0
        while true {
            do {
                return try await sendOnce(request)
            } catch {
                guard retrying, attempt < limits.retries,
                    Self.isTemporary(error, reading: request.method == "GET")
                else { throw error }
                attempt += 1
                try await pause(retryDelay(error))
            }
        }
    }

    /// The head of a streamed answer; throws for anything but 2xx.
    func open(_ request: HTTPExchangeRequest) async throws(KubernetesError) -> HTTPExchangeResponse {
        let response = try await answer(to: request)
        guard (200..<300).contains(response.status) else {
            if response.status == 401 { token.withLock { $0 = nil } }
            let body = (try? await response.body.collect(upTo: 1 << 20)) ?? []
            throw KubernetesError(status: response.status, headers: response.headers, body: body)
        }
        return response
    }

    /// Asks a Service through the API server's proxy; any status is an answer, whose body comes up to `limit` bytes.
    package func proxied(
        _ target: ServiceProxyTarget, method: String, body: [UInt8], limit: Int
    ) async throws(KubernetesError) -> (status: Int, body: [UInt8]) {
        let response = try await answer(to: HTTPExchangeRequest(method: method, target: target.path, body: body))
        do {
            return (response.status, try await response.body.collect(upTo: limit))
        } catch {
            throw KubernetesError(error)
        }
    }

    private func answer(to request: HTTPExchangeRequest) async throws(KubernetesError) -> HTTPExchangeResponse {
        var request = request
        request.headers += [HTTPHeader("Accept", "application/json"), HTTPHeader("User-Agent", "flotilla-agent")]
        if !request.body.isEmpty, !request.headers.contains(where: { $0.name == "Content-Type" }) {
            request.headers.append(HTTPHeader("Content-Type", "application/json"))
        }
        if let token = try bearerToken() { request.headers.append(HTTPHeader("Authorization", "Bearer \(token)")) }
        try Failpoint.kubernetesRequest.failRequest()
        let response: HTTPExchangeResponse
        do {
            response = try await exchange.send(request)
        } catch {
            throw KubernetesError(error)
        }
        // The server has done it, and the answer is lost.
        try Failpoint.kubernetesAnswered.failRequest()
        return response
    }

    private func sendOnce(_ request: HTTPExchangeRequest) async throws(KubernetesError) -> [UInt8] {
        let response = try await open(request)
        do {
            return try await response.body.collect(upTo: limits.bodyBytes)
        } catch {
            throw KubernetesError(error)
        }
    }

    package func pause(_ duration: Duration) async throws(KubernetesError) {
        do {
            try await time.sleep(for: duration)
        } catch {
            throw .cancelled
        }
    }

    private func retryDelay(_ error: KubernetesError) -> Duration {
        guard let seconds = error.retryAfterSeconds, seconds > 0 else { return limits.retryInterval }
        return min(.seconds(seconds), limits.longestRetryAfter)
    }

    /// kapp's list (pkg/kapp/resources/retry.go): what the server refuses for a moment only. A connection that broke is
    /// tried again only for reads: whether a write arrived is not known.
    private static func isTemporary(_ error: KubernetesError, reading: Bool) -> Bool {
        switch error.status {
        case 0: return reading && error.isUnreachable
        case 429: return !error.message.contains("disruption budget")
        case 503: return true
        case 500:
            let message = error.message
            return error.reason == "InternalError" || message.contains("etcdserver: leader changed")
                || message.contains("failed calling webhook") || message.contains("GOAWAY")
        case 403:
            return error.message.contains("Operation cannot be fulfilled on resourcequotas")
        case 409:
            return error.message.contains("Operation cannot be fulfilled on resourcequotas")
        default: return false
        }
    }

    private func bearerToken() throws(KubernetesError) -> String? {
        switch credential {
        case .none: return nil
        case .token(let token): return token
        case .tokenFile(let read):
            let now = time.now.milliseconds
            let age = limits.tokenAge.components.seconds * 1000
            if let known = token.withLock({ $0 }), now - known.readAtMilliseconds < age { return known.value }
            do {
                let text = String(decoding: try read(), as: UTF8.self).filter { !$0.isWhitespace }
                token.withLock { $0 = (text, now) }
                return text
            } catch {
                throw KubernetesError(
                    status: 0, reason: "Unauthorized", message: "cannot read the token file: \(error)")
            }
        }
    }
}
