internal import ResourceModel

/// The proxy subresource of Services. No pod runs anything here: a Service says by annotation what it would answer.
extension ClusterState {
    static let answerAnnotation = "simulator.flotilla.dev/answer"
    static let answerStatusAnnotation = "simulator.flotilla.dev/answer-status"

    func proxied(
        _ request: APIRequest, _ caller: Caller, namespace: String, service: String
    ) throws(APIStatus) -> APIResponse {
        let services = resource("Service")
        let parts = service.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let name = parts.count > 1 && ["http", "https", ""].contains(parts[0]) ? parts[1] : parts[0]
        try authorize(
            caller, request.method == "GET" ? "get" : "create",
            APIRoute.Target(resource: services, namespace: namespace, name: name, subresource: "proxy"))
        guard let found = object(services, namespace: namespace, name: name) else { throw .notFound(services, name) }
        guard let answer = found.objectAnnotations[Self.answerAnnotation] else {
            throw APIStatus(503, "ServiceUnavailable", "no endpoints available for service \"\(service)\"")
        }
        let status = found.objectAnnotations[Self.answerStatusAnnotation].flatMap { Int($0) } ?? 200
        return APIResponse(
            status: (100...599).contains(status) ? status : 500,
            headers: [APIResponse.Header("Content-Type", "application/json")], body: Array(answer.utf8))
    }
}
