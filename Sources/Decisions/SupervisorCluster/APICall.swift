internal import ResourceModel

/// One authorized request for objects, with its options read.
struct APICall {
    var request: APIRequest
    var target: APIRoute.Target
    var caller: Caller

    var resource: ResourceDefinition { target.resource }
    var namespace: String { target.namespace }
    var name: String { target.name ?? "" }
    var subresource: String? { target.subresource }
    var isDryRun: Bool { request.parameter("dryRun") == "All" }
    var wantsTable: Bool { request.headers["accept"]?.contains("as=Table") ?? false }
    var wantsYAML: Bool {
        guard let accept = request.headers["accept"] else { return false }
        return accept.contains("application/yaml") && !accept.contains("json")
    }
    var contentType: String {
        String(
            (request.headers["content-type"] ?? "").split(separator: ";").first.map { $0.filter { $0 != " " } } ?? "")
    }

    /// `fieldManager`, else the first part of the user agent, as the API server names a manager.
    var manager: String {
        if let manager = request.parameter("fieldManager"), !manager.isEmpty { return manager }
        let agent = request.headers["user-agent"] ?? ""
        let first = agent.prefix { $0 != "/" && $0 != " " }
        return first.isEmpty ? "unknown" : String(first.prefix(128))
    }

    var fieldValidation: String { request.parameter("fieldValidation") ?? "Warn" }
}
