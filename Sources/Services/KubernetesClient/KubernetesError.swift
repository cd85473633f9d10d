package import FleetModel
package import FleetRuntime
internal import ResourceModel

/// A call to a Kubernetes API server that did not succeed, with the server's own words kept verbatim.
package struct KubernetesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One entry of `details.causes`; kubectl prints a 422 from these.
    package struct Cause: Hashable, Sendable {
        package var reason: String
        package var message: String
        package var field: String

        package init(reason: String, message: String, field: String) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    /// HTTP status; 0 when there was no answer at all.
    package var status: Int
    /// The API's reason word (`NotFound`, `Invalid`, `Conflict`, `Expired` …), or one of this client's own:
    /// `NoKindMatch`, `Unreachable`, `Timeout`, `Cancelled`, `Unintelligible`.
    package var reason: String
    /// The server's message, verbatim.
    package var message: String
    package var causes: [Cause]
    /// From `details.retryAfterSeconds` or the header `retry-after`.
    package var retryAfterSeconds: Int?
    /// The body was not a Status object (`404 page not found`): the path itself is unknown to the server.
    package var isPlainText: Bool

    package init(
        status: Int, reason: String, message: String, causes: [Cause] = [], retryAfterSeconds: Int? = nil,
        isPlainText: Bool = false
    ) {
        self.status = status
        self.reason = reason
        self.message = message
        self.causes = causes
        self.retryAfterSeconds = retryAfterSeconds
        self.isPlainText = isPlainText
    }

    package static let noKindMatch = "NoKindMatch"
    package static let unreachable = "Unreachable"
    package static let cancelledReason = "Cancelled"

    package static let cancelled = KubernetesError(status: 0, reason: cancelledReason, message: "cancelled")

    package static func unreachable(at point: Failpoint) -> KubernetesError {
        KubernetesError(status: 0, reason: unreachable, message: point.text)
    }

    package var isNotFound: Bool { status == 404 }
    package var isConflict: Bool { status == 409 && reason == "Conflict" }
    package var isAlreadyExists: Bool { status == 409 && reason == "AlreadyExists" }
    package var isInvalid: Bool { status == 422 }
    package var isExpired: Bool { status == 410 }
    package var isNoKindMatch: Bool { reason == Self.noKindMatch }
    package var isCancelled: Bool { reason == Self.cancelledReason }
    /// No answer was had: the server is away, not refusing.
    package var isUnreachable: Bool { status == 0 && !isNoKindMatch && !isCancelled }

    package var description: String {
        reason.isEmpty ? message : "\(message) (reason: \(reason))"
    }

    /// The same as an error for people; `object` names what was being done.
    package func fleetError(_ object: String) -> FleetError {
        let code: FleetError.Code =
            switch status {
            case 0: isNoKindMatch ? .notFound : .unavailable
            case 401: .unauthenticated
            case 403: .unauthorized
            case 404: .notFound
            case 409: .conflict
            case 429, 500...599: .unavailable
            default: .refused
            }
        return FleetError(code, object, reason: description)
    }
}

extension KubernetesError {
    init(_ error: HTTPExchangeError) {
        switch error {
        case .connection(let detail):
            self.init(status: 0, reason: Self.unreachable, message: "cannot reach the Kubernetes API: \(detail)")
        case .timedOut:
            self.init(status: 0, reason: "Timeout", message: "the Kubernetes API did not answer in time")
        case .tooLarge(let limit):
            self.init(
                status: 0, reason: "Unintelligible",
                message: "the Kubernetes API's answer is larger than \(limit) bytes")
        case .interrupted(let detail):
            self.init(
                status: 0, reason: Self.unreachable, message: "the Kubernetes API's answer broke off: \(detail)")
        case .cancelled:
            self = .cancelled
        }
    }

    /// Reads a failed answer: a Status object, or plain text as proxies and unknown paths give it.
    init(status: Int, headers: [HTTPHeader], body: [UInt8]) {
        let retryHeader = headers.first { $0.name.lowercased() == "retry-after" }.flatMap { Int($0.value) }
        guard let value = try? JSONReader.read(body), value.kind == "Status" else {
            var text = String(decoding: body.prefix(4096), as: UTF8.self)
            while text.last?.isNewline == true { text.removeLast() }
            self.init(
                status: status, reason: Self.reasonWord(status), message: text.isEmpty ? "HTTP \(status)" : text,
                retryAfterSeconds: retryHeader, isPlainText: true)
            return
        }
        self.init(statusObject: value, httpStatus: status)
        if retryAfterSeconds == nil { retryAfterSeconds = retryHeader }
    }

    init(statusObject value: Value, httpStatus: Int) {
        let causes = (value[at: "details", "causes"]?.arrayValue ?? []).map { cause in
            Cause(
                reason: cause["reason"]?.stringValue ?? "", message: cause["message"]?.stringValue ?? "",
                field: cause["field"]?.stringValue ?? "")
        }
        let code = value["code"]?.intValue.map { Int(clamping: $0) } ?? httpStatus
        self.init(
            status: code, reason: value["reason"]?.stringValue ?? "",
            message: value["message"]?.stringValue ?? "HTTP \(httpStatus)", causes: causes,
            retryAfterSeconds: value[at: "details", "retryAfterSeconds"]?.intValue.map { Int(clamping: $0) })
    }

    private static func reasonWord(_ status: Int) -> String {
        switch status {
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "NotFound"
        case 429: "TooManyRequests"
        case 500: "InternalError"
        case 503: "ServiceUnavailable"
        case 504: "Timeout"
        default: ""
        }
    }
}
