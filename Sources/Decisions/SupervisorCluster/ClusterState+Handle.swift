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
        do {
            if effect.staleness > .zero, var past = past(request, behind: effect.staleness) {
                return try past.route(request, effect, at: real)
            }
            return try route(request, effect, at: real)
        } catch {
            return .response(error.response)
        }
    }

    private mutating func route(
        _ request: APIRequest, _ effect: FaultEffect, at real: Timestamp
    ) throws(APIStatus) -> APIReply {
        let route = APIRoute(request, registry)
        let caller = try authenticate(request)
        if let refusal = effect.refusal { return .response(refusal) }
        guard request.body.count <= settings.maximumBodyBytes else {
            throw APIStatus(
                413, "RequestEntityTooLarge",
                "Request entity too large: limit is \(settings.maximumBodyBytes)")
        }
        switch route {
        case .objects(let target): return try serve(request, target, caller)
        case .faults:
            guard caller.isMaster else { throw forbiddenPath(request, caller) }
            return .response(try control(request, at: real))
        case .unknown:
            guard caller.isMaster || caller.groups.contains("system:authenticated") else {
                throw forbiddenPath(request, caller)
            }
            if request.path == "/metrics", !caller.isMaster { throw forbiddenPath(request, caller) }
            throw .pageNotFound
        case .root, .versions, .groups, .group, .resources, .version, .health, .openAPIIndex, .openAPI, .nodeSummary:
            guard request.method == "GET" || request.method == "HEAD" else { throw .methodNotAllowed }
            return .response(try discovery(route, request))
        }
    }

    private func forbiddenPath(_ request: APIRequest, _ caller: Caller) -> APIStatus {
        APIStatus(
            403, "Forbidden",
            "forbidden: User \"\(caller.user)\" cannot \(request.method.lowercased()) path \"\(request.path)\"",
            details: .object([:]))
    }

    private mutating func serve(
        _ request: APIRequest, _ target: APIRoute.Target, _ caller: Caller
    ) throws(APIStatus) -> APIReply {
        let isWatch = target.name == nil && request.method == "GET" && request.flag("watch")
        let verb = try verb(of: request, target, isWatch: isWatch)
        try authorize(caller, verb, target)
        try checkAccept(request)
        let call = APICall(request: request, target: target, caller: caller)
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
        case ("POST", true) where ["eviction", "binding"].contains(target.subresource): return "create"
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
