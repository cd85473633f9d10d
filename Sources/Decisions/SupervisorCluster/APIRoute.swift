/// What a request's path asks for.
enum APIRoute {
    struct Target {
        var resource: ResourceDefinition
        /// Empty for cluster-scoped resources and for lists over all namespaces.
        var namespace: String
        var name: String?
        var subresource: String?
    }

    case root
    case versions
    case groups
    case group(String)
    case resources(String)
    case version
    /// `/livez`, with what stands behind it.
    case health(String)
    case openAPIIndex
    case openAPI(String)
    case openAPIv2
    case faults
    case nodeSummary(String)
    /// `[scheme:]name[:port]` of a Service behind the API server's proxy.
    case serviceProxy(namespace: String, service: String)
    case objects(Target)
    case unknown

    init(_ request: APIRequest, _ registry: ResourceRegistry) {
        let segments = request.segments
        switch segments.first {
        case nil: self = .root
        case "version": self = .version
        case "healthz", "livez", "readyz":
            self = .health(segments.dropFirst().joined(separator: "/"))
        case "openapi" where segments.count >= 2 && segments[1] == "v3":
            self = segments.count == 2 ? .openAPIIndex : .openAPI(segments.dropFirst(2).joined(separator: "/"))
        case "openapi" where segments == ["openapi", "v2"]: self = .openAPIv2
        case ClusterState.controlSegment
        where segments.prefix(3).dropFirst() == ["v1", "faults"] && segments.count <= 4:
            self = .faults
        case "api": self = Self.api(segments, prefix: 2, apiVersion: segments.count > 1 ? segments[1] : "", registry)
        case "apis":
            switch segments.count {
            case 1: self = .groups
            case 2: self = .group(segments[1])
            default:
                self = Self.api(segments, prefix: 3, apiVersion: "\(segments[1])/\(segments[2])", registry)
            }
        default: self = .unknown
        }
    }

    private static func api(
        _ segments: [String], prefix: Int, apiVersion: String, _ registry: ResourceRegistry
    ) -> APIRoute {
        if segments.count == 1 { return .versions }
        if segments.count == prefix { return .resources(apiVersion) }
        var rest = Array(segments.dropFirst(prefix))
        if rest.count >= 4, rest[0] == "nodes", rest[2] == "proxy", rest[3] == "stats" { return .nodeSummary(rest[1]) }
        if apiVersion == "v1", rest.count >= 5, rest[0] == "namespaces", rest[2] == "services", rest[4] == "proxy" {
            return .serviceProxy(namespace: rest[1], service: rest[3])
        }
        var namespace = ""
        if rest[0] == "namespaces", rest.count >= 3,
            registry.resource(apiVersion: apiVersion, plural: rest[2])?.isNamespaced ?? false
        {
            namespace = rest[1]
            rest.removeFirst(2)
        }
        guard let resource = registry.resource(apiVersion: apiVersion, plural: rest[0]), rest.count <= 3 else {
            return .unknown
        }
        if resource.isNamespaced, namespace.isEmpty, rest.count > 1 { return .unknown }
        let subresource = rest.count == 3 ? rest[2] : nil
        if let subresource, !resource.serves(subresource) { return .unknown }
        return .objects(
            Target(
                resource: resource, namespace: namespace, name: rest.count > 1 ? rest[1] : nil,
                subresource: subresource))
    }
}

extension ResourceDefinition {
    func serves(_ subresource: String) -> Bool {
        switch subresource {
        case "status": hasStatus
        case "scale": hasScale
        default: otherSubresources.contains(subresource)
        }
    }
}
