internal import AsyncHTTPClient
package import FleetModel
package import FleetRuntime
internal import Foundation
internal import NIOCore
internal import NIOFoundationCompat
internal import NIOHTTP1
internal import NIOSSL
internal import Synchronization

/// The caller's side of the operators' interface.
///
/// A request whose connection broke is sent again (`Retry`), a command always with the same id, so that it takes
/// effect at most once.
package final class OperatorClient: Sendable {
    /// How often and how long a broken connection is tried again.
    package struct Retry: Sendable {
        package var attempts = 3
        /// After an earlier answer: long enough for a restart of the coordinator.
        package var attemptsOnceReached = 30
        /// Doubles with each attempt, up to `maximumDelay`.
        package var firstDelay: Duration = .milliseconds(100)
        package var maximumDelay: Duration = .seconds(1)
        package init() {}
    }

    /// A document and the tag that names exactly this state of it.
    package struct Tagged<Body: Sendable>: Sendable {
        package var body: Body
        package var tag: String
        package var position: UInt64
    }

    /// Answers larger than this are refused.
    static let maximumAnswerBytes = 64 << 20

    package let endpoint: OperatorEndpoint
    let http: HTTPClient
    private let token: String?
    /// The operator's remark, sent with every command.
    let reason: String?
    private let retry: Retry
    private let reached = Atomic(false)

    package init(
        endpoint: OperatorEndpoint, token: String? = nil, trust: OperatorTrust = OperatorTrust(),
        retry: Retry = Retry(),
        reason: String? = nil
    ) throws(FleetError) {
        self.endpoint = endpoint
        self.token = token
        self.reason = reason
        self.retry = retry
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = try trust.configuration()
        // A refused connection is tried again inside this time, which covers a restart of the coordinator.
        configuration.timeout.connect = .seconds(2)
        // Above the longest answer to a question; the feed sends a heartbeat every 15 s.
        configuration.timeout.read = .seconds(Int64(OperatorAPI.maximumAskSeconds) + 10)
        configuration.redirectConfiguration = .disallow
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Must be called before the last reference goes.
    package func shutdown() async { try? await http.shutdown() }

    // MARK: Requests

    func request(_ method: HTTPMethod, _ target: String, body: [UInt8]? = nil) throws(FleetError)
        -> HTTPClientRequest
    {
        let url: String
        switch endpoint {
        case .unixSocket(let path):
            try checkSocket(path)
            let host = path.addingPercentEncoding(withAllowedCharacters: Self.hostCharacters) ?? path
            url = "http+unix://\(host)\(target)"
        case .http(let base): url = base + target
        }
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        return request
    }

    private static let hostCharacters = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
    static let queryCharacters = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~:@"))

    static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: queryCharacters) ?? text
    }

    /// A name as one step of a path; without one the path would be that of the list.
    static func segment(_ name: String) throws(FleetError) -> String {
        guard !name.isEmpty, name != ".", name != ".." else {
            throw FleetError(
                .invalidArgument, "\"\(name)\" is no name", reason: "a service, Supervisor or task is named",
                next: "flotilla service list, flotilla supervisor list, flotilla task list")
        }
        return escaped(name)
    }

    /// Says at once what a missing or forbidden socket means, instead of waiting for a connection.
    private func checkSocket(_ path: String) throws(FleetError) {
        let manager = FileManager.default
        guard manager.fileExists(atPath: path) else { throw unreachable("no such file: \(path)") }
        guard manager.isWritableFile(atPath: path) else {
            throw FleetError(
                .unauthorized, "\(path) may not be opened by you", reason: "the socket's mode is 0660",
                next: "sudo flotilla …, or join its group: sudo usermod -aG flotilla $USER")
        }
    }

    func unreachable(_ reason: String) -> FleetError {
        FleetError(
            .unavailable, "no coordinator answers at \(endpoint)", reason: reason,
            next: "systemctl status flotilla-coordinator, or name another one with --server")
    }

    /// What a failed connection means; a certificate that is not trusted stays so, however often it is tried.
    func failure(_ error: any Error) -> FleetError {
        if let error = error as? FleetError { return error }
        let text = "\(error)"
        let isUntrusted = text.contains("CERTIFICATE_VERIFY_FAILED")
        guard isUntrusted || text.contains("failedToValidateHostname") else { return unreachable(text) }
        return FleetError(
            .unauthenticated, "the coordinator at \(endpoint) is not trusted",
            reason: isUntrusted
                ? "no authority that is known here signed its certificate" : "its certificate is for another name",
            next: isUntrusted
                ? "flotilla --ca-file FILE …, with the certificate that signed it"
                : "flotilla --server https://NAME:PORT …, as the certificate says it")
    }

    /// Sends, with retries while no answer came, and gives the answer whatever its status.
    func exchange(
        _ method: HTTPMethod, _ target: String, body: [UInt8]? = nil, headers: [(String, String)] = [],
        timeout: Duration = .seconds(30)
    ) async throws(FleetError) -> (response: HTTPClientResponse, body: [UInt8]) {
        var delay = retry.firstDelay
        var attempt = 1
        while true {
            do {
                var request = try request(method, target, body: body)
                for (name, value) in headers { request.headers.add(name: name, value: value) }
                let response = try await http.execute(request, timeout: .init(timeout))
                let buffer = try await response.body.collect(upTo: Self.maximumAnswerBytes)
                reached.store(true, ordering: .relaxed)
                return (response, Array(buffer.readableBytesView))
            } catch let error as FleetError where error.code != .unavailable || !reached.load(ordering: .relaxed) {
                // A coordinator that was never there is not waited for; one that answered before may be restarting.
                throw error
            } catch is CancellationError {
                throw FleetError(.unavailable, "the request was cancelled")
            } catch let error as NIOTooManyBytesError {
                throw FleetError(.limitExceeded, "the coordinator's answer is too large", reason: "\(error)")
            } catch {
                if Task.isCancelled { throw FleetError(.unavailable, "the request was cancelled") }
                if let error = error as? HTTPClientError, error == .deadlineExceeded {
                    throw FleetError(
                        .timedOut, "the coordinator did not answer \(method) \(target) in time",
                        reason: "waited \(timeout)", next: "flotilla doctor")
                }
                let attempts = reached.load(ordering: .relaxed) ? retry.attemptsOnceReached : retry.attempts
                let failure = failure(error)
                guard attempt < attempts, failure.code == .unavailable else { throw failure }
                attempt += 1
                try? await Task.sleep(for: delay)
                delay = min(delay * 2, retry.maximumDelay)
            }
        }
    }

    func call<Answer: Decodable>(
        _ method: HTTPMethod, _ target: String, body: [UInt8]? = nil, as type: Answer.Type,
        timeout: Duration = .seconds(30)
    ) async throws(FleetError) -> Answer {
        let (response, bytes) = try await exchange(method, target, body: body, timeout: timeout)
        guard response.status.code == 200 else { throw refusal(response.status, bytes) }
        return try decode(type, bytes)
    }

    /// Reads a document; with `known`, waits up to `wait` for it to differ and gives nil when it does not.
    package func read<Answer: Decodable & Sendable>(
        _ target: String, as type: Answer.Type, unless known: String? = nil, wait: Int = 0
    ) async throws(FleetError) -> Tagged<Answer>? {
        let separator = target.contains("?") ? "&" : "?"
        let full = wait > 0 ? "\(target)\(separator)wait=\(wait)" : target
        let (response, bytes) = try await exchange(
            .GET, full, headers: known.map { [("if-none-match", $0)] } ?? [], timeout: .seconds(30 + wait))
        if response.status.code == 304 { return nil }
        guard response.status.code == 200 else { throw refusal(response.status, bytes) }
        return Tagged(
            body: try decode(type, bytes), tag: response.headers.first(name: "etag") ?? "",
            position: response.headers.first(name: OperatorAPI.positionHeader).flatMap { UInt64($0) } ?? 0)
    }

    // MARK: Reading answers

    static func encode(_ value: some Encodable) throws(FleetError) -> [UInt8] {
        do { return Array(try JSONEncoder().encode(value)) } catch {
            throw FleetError(.internalError, "the request cannot be written as JSON", reason: "\(error)")
        }
    }

    func decode<Answer: Decodable>(_ type: Answer.Type, _ bytes: [UInt8]) throws(FleetError) -> Answer {
        do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch {
            throw FleetError(
                .internalError, "the answer of the coordinator at \(endpoint) cannot be read", reason: "\(error)",
                next: "compare the versions: flotilla --version, flotilla doctor")
        }
    }

    func refusal(_ status: HTTPResponseStatus, _ bytes: [UInt8]) -> FleetError {
        if let document = try? JSONDecoder().decode(ErrorDocument.self, from: Data(bytes)) { return document.error }
        return FleetError(
            .internalError, "\(endpoint) answered \(status.code) \(status.reasonPhrase)",
            reason: String(decoding: bytes.prefix(200), as: UTF8.self),
            next: "is a flotilla-coordinator listening there?")
    }
}

extension TimeAmount {
    /// Whole nanoseconds of a `Duration`.
    fileprivate init(_ duration: Duration) {
        let parts = duration.components
        self = .nanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }
}

extension OperatorTrust {
    fileprivate func configuration() throws(FleetError) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        do {
            if let authorityFile {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorityFile))
            }
            if let certificateFile {
                tls.certificateChain = try NIOSSLCertificate.fromPEMFile(certificateFile).map { .certificate($0) }
                tls.privateKey = .privateKey(
                    try NIOSSLPrivateKey(file: keyFile ?? certificateFile, format: .pem))
                // Says at once that the key is of another certificate.
                _ = try NIOSSLContext(configuration: tls)
            }
        } catch {
            throw FleetError(
                .invalidArgument, "the certificates for the coordinator cannot be used",
                reason: "\(error): a file is not PEM, or the key is of another certificate",
                next: "check --ca-file, --client-certificate and --client-key")
        }
        return tls
    }
}
