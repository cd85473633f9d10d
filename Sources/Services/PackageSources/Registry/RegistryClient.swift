internal import FleetModel
internal import FleetRuntime
internal import ResourceModel

/// Requests to one repository of a registry (OCI distribution specification 1.1, docker registry HTTP API v2).
struct RegistryClient: Sendable {
    enum Authorization: Sendable {
        /// As the registry asks for, with the configured credential.
        case asAsked
        case fixed(String?)
    }

    private enum Outcome {
        case answer(HTTPExchangeResponse)
        /// Worth another try, after so long when the server said so.
        case again(String, after: Duration?)
    }

    let access: RegistryAccess
    /// As image references name the registry.
    let host: String
    let repository: String

    func address(_ path: String) -> WebAddress {
        var address = access.address(of: host)
        address.target = "/v2/\(repository)/\(path)"
        return address
    }

    /// The answer with status 200, 206 or 416; anything else is a failure in the registry's words.
    func send(
        _ request: RegistryRequest, _ authorization: Authorization = .asAsked
    ) async throws(PlaceFailure) -> HTTPExchangeResponse {
        var attempt = 1
        while true {
            switch try await once(request, authorization) {
            case .answer(let response): return response
            case .again(let reason, let after):
                if let after, after > access.limits.retryAfterLongest {
                    throw .unreachable("\(reason), and asks to come back in \(after.components.seconds) s")
                }
                guard attempt < access.limits.attempts else {
                    throw .unreachable("\(reason) (\(attempt) tries)")
                }
                attempt += 1
                try await wait(max(after ?? .zero, access.backoff(before: attempt)))
            }
        }
    }

    func wait(_ duration: Duration) async throws(PlaceFailure) {
        do {
            try await access.time.sleep(for: duration)
        } catch {
            throw .unreachable("stopped while waiting for it")
        }
    }

    private func once(
        _ request: RegistryRequest, _ authorization: Authorization
    ) async throws(PlaceFailure) -> Outcome {
        var address = request.address
        var redirects = 0
        var header: String? =
            switch authorization {
            case .asAsked: access.token(tokenKey)
            case .fixed(let text): text
            }
        var mayAuthorize = if case .asAsked = authorization { true } else { false }
        while true {
            let isHome = address.origin == request.address.origin
            let response: HTTPExchangeResponse
            do throws(HTTPExchangeError) {
                response = try await exchange(address).send(
                    message(request, address, authorization: isHome ? header : nil))
            } catch {
                return .again(try Self.text(error, address), after: nil)
            }
            switch response.status {
            case 200, 206, 416: return .answer(response)
            case 301, 302, 303, 307, 308:
                redirects += 1
                address = try redirected(response, from: address, count: redirects)
            case 401 where isHome && mayAuthorize:
                mayAuthorize = false
                access.forgetToken(tokenKey)
                header = try await authorize(response)
            case 401, 403: throw .denied(await words(response) + (await hint(isHome)))
            case 404: throw .absent(await words(response))
            case 408, 429, 500, 502, 503, 504:
                return .again(await words(response), after: RetryAfter.read(response, now: access.time.now))
            default: throw .refused("answered \(await words(response))")
            }
        }
    }

    private func exchange(_ address: WebAddress) throws(HTTPExchangeError) -> any HTTPExchange {
        do throws(FleetError) {
            return try access.exchange(address)
        } catch {
            throw .connection([error.message, error.reason].filter { !$0.isEmpty }.joined(separator: ": "))
        }
    }

    private func message(
        _ request: RegistryRequest, _ address: WebAddress, authorization: String?
    ) -> HTTPExchangeRequest {
        var headers = [HTTPHeader("User-Agent", "flotilla")]
        if !request.accept.isEmpty { headers.append(HTTPHeader("Accept", request.accept.joined(separator: ", "))) }
        if request.from > 0 { headers.append(HTTPHeader("Range", "bytes=\(request.from)-")) }
        if let authorization { headers.append(HTTPHeader("Authorization", authorization)) }
        if !request.form.isEmpty {
            headers.append(HTTPHeader("Content-Type", "application/x-www-form-urlencoded"))
        }
        return HTTPExchangeRequest(
            method: request.method, target: address.target, headers: headers, body: request.form,
            timeout: access.limits.timeout, idleTimeout: access.limits.idle)
    }

    /// Authorization stays at home: the caller sends none to another host.
    private func redirected(
        _ response: HTTPExchangeResponse, from address: WebAddress, count: Int
    ) throws(PlaceFailure) -> WebAddress {
        guard count <= access.limits.redirects else {
            throw .refused("redirects more than \(access.limits.redirects) times")
        }
        guard let next = WebAddress(response.header("Location") ?? "", relativeTo: address) else {
            throw .refused("redirects to an address that cannot be read")
        }
        guard next.scheme == "https" || address.scheme == "http" else {
            throw .refused("redirects from https to \(next.shown), where nothing protects the content")
        }
        return next
    }

    private func hint(_ isHome: Bool) async -> String {
        guard isHome else { return " (at the server it redirects to)" }
        let credential = try? await access.credential(for: host)
        return credential == nil
            ? " (no credential is configured for \(host))" : " (the configured credential was not accepted)"
    }

    /// The registry's own words: `404 MANIFEST_UNKNOWN: manifest unknown`.
    func words(_ response: HTTPExchangeResponse) async -> String {
        let body = try? await response.body.collect(upTo: access.limits.answerBytes)
        guard let body, let first = (try? JSONReader.read(body))?["errors"]?.arrayValue?.first else {
            return "\(response.status)"
        }
        let said = [first["code"]?.stringValue, first["message"]?.stringValue].compactMap { $0 }
        return said.isEmpty
            ? "\(response.status)" : "\(response.status) \(TarReader.shown(said.joined(separator: ": ")))"
    }

    static func text(_ error: HTTPExchangeError, _ address: WebAddress) throws(PlaceFailure) -> String {
        switch error {
        case .connection(let text), .interrupted(let text): "\(address.origin): \(text)"
        case .timedOut: "\(address.origin): no answer in time"
        case .tooLarge(let limit): throw .refused("answered more than \(limit) bytes")
        case .cancelled: throw .unreachable("stopped while asking it")
        }
    }
}
