internal import ResourceModel

/// Discovery, health, version and OpenAPI: what kubectl asks before it does anything.
extension ClusterState {
    func discovery(_ route: APIRoute, _ request: APIRequest) throws(APIStatus) -> APIResponse {
        switch route {
        case .root:
            var paths = ["/api", "/api/v1", "/apis"]
            for version in registry.groupVersions where version.contains("/") { paths.append("/apis/\(version)") }
            paths += ["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]
            return .json(["paths": .array(paths.map(Value.string))])
        case .versions:
            return .json([
                "kind": "APIVersions", "versions": ["v1"],
                "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:443"]],
            ])
        case .groups:
            let groups = groupNames.map(group)
            return .json(["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups)])
        case .group(let name):
            guard groupNames.contains(name) else { throw .pageNotFound }
            var group = group(name)
            group["kind"] = "APIGroup"
            group["apiVersion"] = "v1"
            return .json(group)
        case .resources(let version): return try resourceList(version)
        case .version: return .json(versionInfo)
        case .health(let check): return try health(request, check)
        case .openAPIIndex:
            var paths: [String: Value] = [:]
            for version in registry.groupVersions {
                let path = version.contains("/") ? "apis/\(version)" : "api/\(version)"
                let hash = registry.resources(apiVersion: version).reduce(into: UInt64(5381)) { hash, resource in
                    for byte in (resource.kind + JSONWriter.text(resource.custom?.schema ?? .null)).utf8 {
                        hash = hash &* 33 &+ UInt64(byte)
                    }
                }
                paths[path] = [
                    "serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(String(hash, radix: 16))")
                ]
            }
            return .json(["paths": .object(paths)])
        case .openAPI(let path): return try openAPI(path)
        case .openAPIv2: return openAPIv2(request)
        case .nodeSummary(let node): return try nodeSummary(node)
        case .objects, .faults, .serviceProxy, .unknown: throw .pageNotFound
        }
    }

    private var versionInfo: Value {
        let parts = profile.rawValue.split(separator: ".").map(String.init)
        return [
            "major": .string(parts.first ?? "1"), "minor": .string(parts.last ?? ""),
            "gitVersion": .string(profile.gitVersion), "gitCommit": "0000000000000000000000000000000000000000",
            "gitTreeState": "clean", "buildDate": "2026-01-01T00:00:00Z", "goVersion": "go1.22.0", "compiler": "gc",
            "platform": "linux/amd64",
        ]
    }

    /// One group version's kinds with their fields: what kubectl explains and leaves to this server to validate.
    private func openAPI(_ path: String) throws(APIStatus) -> APIResponse {
        let version = path.hasPrefix("apis/") ? String(path.dropFirst(5)) : String(path.dropFirst(4))
        let resources = registry.resources(apiVersion: version)
        guard !resources.isEmpty else { throw .pageNotFound }
        return .json(OpenAPIDocument.v3(resources, path: path, version: profile.gitVersion))
    }

    /// All kinds in one document, which kubectl up to 1.24 validates, explains and makes patches by.
    private func openAPIv2(_ request: APIRequest) -> APIResponse {
        let resources = registry.groupVersions.flatMap { registry.resources(apiVersion: $0) }
        let document = OpenAPIDocument.v2(resources, version: profile.gitVersion)
        guard request.headers["accept"]?.contains("proto-openapi.spec.v2") ?? false else { return .json(document) }
        return APIResponse(
            status: 200,
            headers: [
                .init("Cache-Control", "no-cache, private"), .init("Content-Type", OpenAPIMessage.contentType),
            ], body: OpenAPIMessage.bytes(document))
    }

    /// `/stats/summary` of a node as far as volumes go: the used bytes of each claim mounted there.
    private func nodeSummary(_ node: String) throws(APIStatus) -> APIResponse {
        guard object(resource("Node"), namespace: "", name: node) != nil else {
            throw .notFound(resource("Node"), node)
        }
        var pods: [Value] = []
        for pod in objects(resource("Pod"), namespace: nil) where pod[at: "spec", "nodeName"]?.stringValue == node {
            let volumes = (pod[at: "spec", "volumes"]?.arrayValue ?? []).compactMap { volumeStats($0, of: pod) }
            pods.append([
                "podRef": [
                    "name": .string(pod.objectName), "namespace": .string(pod.objectNamespace), "uid": .string(pod.uid),
                ],
                "volume": .array(volumes),
            ])
        }
        return .json(["node": ["nodeName": .string(node)], "pods": .array(pods)])
    }

    /// Where the volume controllers note how full a claim is, in percent.
    static let usedPercentAnnotation = "simulator.flotilla.dev/used-percent"

    private func volumeStats(_ volume: Value, of pod: Value) -> Value? {
        guard let name = volume[at: "persistentVolumeClaim", "claimName"]?.stringValue,
            let claim = object(resource("PersistentVolumeClaim"), namespace: pod.objectNamespace, name: name),
            let capacity = claim[at: "status", "capacity", "storage"]?.stringValue.flatMap(Quantity.init)?.roundedUp
        else { return nil }
        let percent = claim.objectAnnotations[Self.usedPercentAnnotation].flatMap { Int64($0) } ?? 1
        let used = capacity / 100 * percent
        return [
            "name": volume["name"] ?? "", "capacityBytes": .int(capacity), "usedBytes": .int(used),
            "availableBytes": .int(capacity - used),
            "pvcRef": ["name": .string(name), "namespace": .string(pod.objectNamespace)],
        ]
    }
}
