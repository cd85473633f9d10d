internal import CoordinatorService
internal import FleetModel
internal import FleetRuntime
internal import HTTPTypes
internal import Hummingbird

/// Finds out who calls before any route runs; who cannot be named is refused, counted and told to the audit.
struct AuthenticationMiddleware: RouterMiddleware {
    let listener: OperatorServer.Listener
    let backend: any OperatorBackend

    func handle(
        _ request: Request, context: OperatorContext,
        next: (Request, OperatorContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        do {
            context.principal = try await principal(request, context)
        } catch let error as FleetError {
            await backend.noteRefusal(
                error, name: "", from: context.peer,
                action: "\(request.method.rawValue) \(request.uri.path.prefix(100))")
            throw error
        }
        return try await next(request, context)
    }

    private func principal(_ request: Request, _ context: OperatorContext) async throws -> Principal {
        switch listener {
        case .unixSocket:
            return Principal(name: await PeerIdentity.user(of: context.channel), from: "unix")
        case .loopback(_, let administrators):
            let token = try bearer(request)
            if let token, Self.equal(token, administrators) { return Principal(name: "loopback", from: context.peer) }
            if let token { return try await backend.authenticate(token: token, from: context.peer) }
            throw FleetError(
                .unauthenticated, "the request carries no valid token",
                reason: "loopback TCP asks for the bearer token of operator.token-file or of an operator",
                next: "flotilla --token-file FILE …, or use the unix socket on the coordinator's host")
        case .tls:
            if let token = try bearer(request) {
                return try await backend.authenticate(token: token, from: context.peer)
            }
            if let certificate = try await PeerIdentity.certificate(of: context.channel) {
                return try await backend.authenticate(certificate: certificate, from: context.peer)
            }
            throw FleetError(
                .unauthenticated, "the request carries neither a token nor a client certificate",
                reason: "operators over TLS are known by one of them",
                next: "flotilla --token-file FILE …; an administrator types: flotilla token create NAME -o FILE")
        }
    }

    private func bearer(_ request: Request) throws(FleetError) -> String? {
        guard let header = request.headers[.authorization] else { return nil }
        guard header.hasPrefix("Bearer "), header.utf8.count <= 512 else {
            throw FleetError(
                .unauthenticated, "the Authorization header is not well formed", reason: "Bearer TOKEN is expected")
        }
        return String(header.dropFirst(7))
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
