internal import CoordinatorService
internal import FleetModel
internal import FleetRuntime
internal import Hummingbird

/// Operators and the audit: for administrators.
extension OperatorRoutes {
    func registerAccess(on router: Router<OperatorContext>) {
        router.get("/v1/operators") { _, context in
            try await backend.authorize(.administer, on: [], to: "list operators", by: context.principal)
            return JSONBody.response(ItemList(items: await backend.operators()))
        }
        router.get("/v1/audit") { request, context in
            try await backend.authorize(.administer, on: [], to: "read the audit", by: context.principal)
            let limit = try number(request, "limit", default: 100, in: 1...10_000)
            let filter = AuditFilter(
                by: query(request, "by"), since: try time(request, "since"), action: query(request, "action"))
            return JSONBody.response(ItemList(items: try await backend.audit(filter, limit: limit)))
        }
    }
}
