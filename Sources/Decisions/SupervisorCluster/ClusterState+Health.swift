/// `/healthz`, `/livez` and `/readyz`, with `?verbose`, `?exclude=` and one check by its name (apiserver `healthz`).
extension ClusterState {
    func health(_ request: APIRequest, _ only: String) throws(APIStatus) -> APIResponse {
        let name = request.segments.first ?? ""
        var checks = ["ping", "log", "etcd"]
        if name == "readyz" { checks += ["etcd-readiness", "informer-sync"] }
        checks += [
            "poststarthook/start-kube-apiserver-admission-initializer",
            "poststarthook/generic-apiserver-start-informers",
            "poststarthook/start-apiextensions-controllers", "poststarthook/crd-informer-synced",
            "poststarthook/bootstrap-controller", "poststarthook/rbac/bootstrap-roles",
            "poststarthook/apiservice-registration-controller", "autoregister-completion",
        ]
        if name == "readyz" { checks += ["shutdown"] }
        if !only.isEmpty {
            guard checks.contains(only) else { throw .pageNotFound }
            return .text("ok")
        }
        // Not of a real server: its controllers are no part of it.
        if isFrozen, name == "readyz" { return .text("[-]controllers frozen\n") }
        guard request.parameter("verbose") != nil else { return .text("ok") }
        let excluded = Set(request.query.filter { $0.name == "exclude" }.map(\.value))
        let lines = checks.map { "[+]\($0) \(excluded.contains($0) ? "excluded: ok" : "ok")\n" }
        return .text(lines.joined() + "\(name) check passed\n")
    }
}
