internal import FleetModel
internal import HTTPTypes
internal import Hummingbird

/// Lets only requests with the configured token through (loopback TCP; the unix socket needs none).
struct BearerMiddleware: RouterMiddleware {
    let token: String

    func handle(
        _ request: Request, context: OperatorContext,
        next: (Request, OperatorContext) async throws -> Response
    ) async throws -> Response {
        let given = request.headers[.authorization].flatMap { header -> String? in
            header.hasPrefix("Bearer ") ? String(header.dropFirst(7)) : nil
        }
        guard let given, Self.equal(given, token) else {
            throw FleetError(
                .unauthenticated, "the request carries no valid token",
                reason: "loopback TCP asks for the bearer token of operator.token-file",
                next: "flotilla --token-file FILE …, or use the unix socket on the coordinator's host")
        }
        return try await next(request, context)
    }

    /// Takes the same time wherever the first difference is.
    private static func equal(_ left: String, _ right: String) -> Bool {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }
}
