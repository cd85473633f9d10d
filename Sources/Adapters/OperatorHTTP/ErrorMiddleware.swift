internal import FleetModel
internal import FleetRuntime
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Turns every error into the JSON document of a `FleetError` with a fitting status.
struct ErrorMiddleware: RouterMiddleware {
    let metrics: MetricsRegistry
    let logger: Logger

    func handle(
        _ request: Request, context: OperatorContext,
        next: (Request, OperatorContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as FleetError {
            response = Self.response(to: error)
        } catch let error as any HTTPResponseError {
            response = Self.response(to: Self.refusal(of: request, status: error.status), status: error.status)
        } catch is CancellationError {
            response = Self.response(to: FleetError(.unavailable, "the coordinator is stopping", next: "try again"))
        } catch {
            logger.error("Request failed", metadata: ["error": "\(error)"])
            response = Self.response(to: FleetError(.internalError, "the coordinator failed", reason: "\(error)"))
        }
        metrics.count(
            "flotilla_operator_requests_total",
            [("method", request.method.rawValue), ("status", "\(response.status.code)")])
        return response
    }

    private static func refusal(of request: Request, status: HTTPResponse.Status) -> FleetError {
        switch status {
        case .notFound:
            FleetError(
                .notFound, "\(request.method.rawValue) \(request.uri.path): there is no such path",
                next: "GET /v1/status")
        case .methodNotAllowed:
            FleetError(
                .invalidArgument, "\(request.uri.path) does not take \(request.method.rawValue)",
                next: "GET \(request.uri.path)")
        case .contentTooLarge:
            FleetError(
                .limitExceeded, "the request body is too large", reason: "the limit is \(limitText)",
                next: "send fewer documents in one command")
        default:
            FleetError(.invalidArgument, "the request is not well formed", reason: status.reasonPhrase)
        }
    }

    private static let limitText = "16 MiB"

    static func response(to error: FleetError, status: HTTPResponse.Status? = nil) -> Response {
        JSONBody.response(ErrorDocument(error: error), status: status ?? self.status(of: error.code))
    }

    /// One status per code; unknown codes are the server's fault.
    static func status(of code: FleetError.Code) -> HTTPResponse.Status {
        switch code {
        case .invalidArgument: .badRequest
        case .unauthenticated: .unauthorized
        case .unauthorized: .forbidden
        case .notFound: .notFound
        case .alreadyExists, .notAllowedInCurrentState, .conflict: .conflict
        case .refused, .incompatible: .unprocessableContent
        case .limitExceeded: .tooManyRequests
        case .unsupported: .notImplemented
        case .unavailable: .serviceUnavailable
        case .timedOut: .gatewayTimeout
        default: .internalServerError
        }
    }
}
