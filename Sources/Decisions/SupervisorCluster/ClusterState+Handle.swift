package import FleetModel
internal import ResourceModel

/// The entry point: authentication, routing, authorization, dispatch.
extension ClusterState {
    /// Answers one request; time is the real one, the cluster's clock follows from it.
    package mutating func handle(_ request: APIRequest, at real: Timestamp) -> APIReply {
        advance(to: real)
        let effect = effect(of: request, at: real)
        return handle(request, under: effect, at: real)
    }

    /// Answers a request whose faults were found before, so that whoever carries it could wait.
    package mutating func handle(_ request: APIRequest, under effect: FaultEffect, at real: Timestamp) -> APIReply {
        advance(to: real)
        // What controllers write meanwhile is not asked about.
        defer { webhookCaller = nil }
        do {
            let reply: APIReply
            if effect.staleness > .zero, var past = past(request, behind: effect.staleness) {
                reply = try past.route(request, effect, at: real)
            } else {
                reply = try route(request, effect, at: real)
            }
            guard case .response(var response) = reply else { return reply }
            response.headers += flowHeaders
            return .response(response)
        } catch {
            var response = error.response
            // A caller nobody knows is refused before flow control looks at the request.
            if response.status != 401 { response.headers += flowHeaders }
            return .response(response)
        }
    }

    private var bodyLimit: APIStatus {
        APIStatus(
            413, "RequestEntityTooLarge", "Request entity too large: limit is \(settings.maximumBodyBytes)")
    }

    package var tooLarge: APIResponse { bodyLimit.response }

    /// Which flow schema and priority level let the request in (API priority and fairness); constant per cluster.
    private var flowHeaders: [APIResponse.Header] {
        let seed = String(settings.seed % 0xFFFF_FFFF, radix: 16)
        let tail = String(repeating: "0", count: 12 - min(12, seed.count)) + seed
        return [
            .init("X-Kubernetes-Pf-Flowschema-Uid", "5d2922c3-9fed-4392-9d77-\(tail)"),
            .init("X-Kubernetes-Pf-Prioritylevel-Uid", "db59de5d-48cb-4d25-8097-\(tail)"),
        ]
    }

    /// What a watch stream starts with.
    package var watchHeaders: [APIResponse.Header] {
        [.init("Cache-Control", "no-cache, private"), .init("Content-Type", "application/json")] + flowHeaders
    }

    private mutating func route(
        _ request: APIRequest, _ effect: FaultEffect, at real: Timestamp
    ) throws(APIStatus) -> APIReply {
        let route = APIRoute(request, registry)
        let caller = try authenticate(request)
        webhookCaller = caller
        if let refusal = effect.refusal { return .response(refusal) }
        guard request.body.count <= settings.maximumBodyBytes else {
            throw bodyLimit
        }
        switch route {
        case .objects(let target):
            let reply = try serve(request, target, caller)
            guard let warning = target.resource.custom?.deprecation, case .response(var response) = reply else {
                return reply
            }
            response.headers += Self.warningHeaders([warning])
            return .response(response)
        case .faults:
            try authorize(caller, path: request)
            return .response(try control(request, at: real))
        case .serviceProxy(let namespace, let service):
            return .response(try proxied(request, caller, namespace: namespace, service: service))
        case .unknown:
            try authorize(caller, path: request)
            throw .pageNotFound
        case .root, .versions, .groups, .group, .resources, .version, .health, .openAPIIndex, .openAPI, .openAPIv2,
            .nodeSummary:
            if case .nodeSummary = route {} else { try authorize(caller, path: request) }
            guard request.method == "GET" || request.method == "HEAD" else { throw .methodNotAllowed }
            return .response(try discovery(route, request))
        }
    }

    private mutating func serve(
        _ request: APIRequest, _ target: APIRoute.Target, _ caller: Caller
    ) throws(APIStatus) -> APIReply {
        let isWatch = target.name == nil && request.method == "GET" && request.flag("watch")
        let verb = try verb(of: request, target, isWatch: isWatch)
        try authorize(caller, verb, target)
        try checkAccept(request)
        let call = APICall(request: request, target: target, caller: caller)
        try QueryRules.check(call, verb: verb, profile: profile)
        if target.resource.isVirtual {
            guard verb == "create" else { throw .methodNotAllowed }
            return .response(try review(call))
        }
        if target.resource.isReadOnly {
            guard verb == "get" || verb == "list" else { throw .methodNotAllowed }
            return .response(try componentStatuses(call))
        }
        if let subresource = target.subresource, Self.connecting.contains(subresource) {
            return .response(try connect(call))
        }
        switch verb {
        case "watch": return .watch(try startWatch(call))
        case "list": return .response(try list(call))
        case "get": return .response(try get(call))
        case "create": return .response(try create(call))
        case "update": return .response(try update(call))
        case "patch": return .response(try patch(call))
        case "delete": return .response(try delete(call))
        case "deletecollection": return .response(try deleteCollection(call))
        default: throw .methodNotAllowed
        }
    }

    private func verb(
        of request: APIRequest, _ target: APIRoute.Target, isWatch: Bool
    ) throws(APIStatus) -> String {
        switch (request.method, target.name != nil) {
        case ("GET", true), ("HEAD", true): return "get"
        case ("GET", false), ("HEAD", false): return isWatch ? "watch" : "list"
        case ("POST", false): return "create"
        case ("POST", true) where ["eviction", "binding", "token"].contains(target.subresource): return "create"
        case ("POST", true) where target.subresource.map(Self.connecting.contains) ?? false: return "create"
        case ("DELETE", true) where target.subresource == "proxy": return "delete"
        case ("PUT", true): return "update"
        case ("PATCH", true): return "patch"
        case ("DELETE", true) where target.subresource == nil: return "delete"
        case ("DELETE", false): return "deletecollection"
        default: throw .methodNotAllowed
        }
    }

    private func checkAccept(_ request: APIRequest) throws(APIStatus) {
        guard let accept = request.headers["accept"], !accept.isEmpty else { return }
        let usable = accept.split(separator: ",").contains { part in
            let type = part.split(separator: ";").first.map { $0.filter { $0 != " " } } ?? ""
            return ["application/json", "application/yaml", "*/*", "application/*"].contains(type)
                || type == "application/vnd.kubernetes.protobuf" && accept.contains("json")
        }
        guard usable else {
            throw APIStatus(
                406, "NotAcceptable",
                "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, "
                    + "application/vnd.kubernetes.protobuf, application/json;stream=watch, "
                    + "application/vnd.kubernetes.protobuf;stream=watch",
                details: .object([:]))
        }
    }
}
