import FleetModel
import ResourceModel
import SupervisorCluster
import Testing

/// A cluster's state with a clock of its own, for tests of the API's rules.
struct TestCluster {
    var state: ClusterState
    var now: Timestamp
    /// Sent with every request; nil over plain HTTP.
    var authorization: String?

    init(profile: ServerProfile = .kubernetes132, controllers: (any ControllerSet)? = nil) {
        var settings = ClusterSettings()
        settings.profile = profile
        self.init(settings: settings, controllers: controllers)
    }

    init(settings: ClusterSettings, controllers: (any ControllerSet)? = nil) {
        now = Timestamp(milliseconds: 1_795_000_000_000)
        state = ClusterState(settings: settings, at: now, controllers: controllers)
        authorization = settings.tokens.first.map { "Bearer \($0.token)" }
        guard settings.tokens.isEmpty else { return }
        for name in ["t1", "t2", "t3", "t4", "t5"] {
            make("v1", "namespaces", nil, ["metadata": ["name": .string(name)]])
        }
        for (name, expands) in [("sc-exp", Value.bool(true)), ("sc-noexp", false), ("sc-unset", .null)] {
            var body: Value = ["metadata": ["name": .string(name)], "provisioner": "csi.vsphere.vmware.com"]
            if !expands.isNull { body["allowVolumeExpansion"] = expands }
            make("storage.k8s.io/v1", "storageclasses", nil, body)
        }
    }

    mutating func send(_ request: APIRequest) -> APIResponse {
        now = now.advanced(byMilliseconds: 1)
        switch state.handle(request, at: now) {
        case .response(let response): return response
        case .watch(var session):
            let lines = state.nextLines(&session, at: now)
            return APIResponse(status: 200, headers: state.watchHeaders, body: Array(lines.joined()))
        }
    }

    mutating func send(
        _ method: String, _ target: String, _ body: Value? = nil, type: String = "application/json",
        headers: [String: String] = [:]
    ) -> APIResponse {
        var all = headers
        if body != nil { all["content-type"] = type }
        return send(
            APIRequest(method: method, target: target, headers: all, body: body.map(JSONWriter.bytes) ?? []))
    }

    static func path(_ apiVersion: String, _ plural: String, _ namespace: String?) -> String {
        (apiVersion == "v1" ? "/api/v1" : "/apis/\(apiVersion)") + (namespace.map { "/namespaces/\($0)" } ?? "")
            + "/\(plural)"
    }

    @discardableResult
    mutating func make(_ apiVersion: String, _ plural: String, _ namespace: String?, _ body: Value) -> Value {
        let response = send("POST", Self.path(apiVersion, plural, namespace), body)
        #expect(response.status == 201, "\(plural): \(String(decoding: response.body, as: UTF8.self))")
        return response.value
    }

    /// A claim of 10Gi in t2 that has a volume.
    mutating func bindClaim(_ name: String, storageClass: String) {
        make(
            "v1", "persistentvolumeclaims", "t2",
            [
                "metadata": ["name": .string(name)],
                "spec": [
                    "accessModes": ["ReadWriteOnce"], "storageClassName": .string(storageClass),
                    "resources": ["requests": ["storage": "10Gi"]],
                ],
            ])
        bind(claim: name)
    }

    /// What the volume controller does to a claim of t2 when its volume is there.
    mutating func bind(claim name: String) {
        let path = "/api/v1/namespaces/t2/persistentvolumeclaims/\(name)"
        let merge = "application/merge-patch+json"
        let manager = "?fieldManager=kube-controller-manager"
        var annotations: Value = [
            "pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes",
        ]
        if name == "harbor-registry", state.profile == .kubernetes132 {
            annotations["volume.beta.kubernetes.io/storage-provisioner"] = "csi.vsphere.vmware.com"
            annotations["volume.kubernetes.io/storage-provisioner"] = "csi.vsphere.vmware.com"
        }
        let bound = send(
            "PATCH", path + manager,
            ["metadata": ["annotations": annotations], "spec": ["volumeName": .string("pvc-\(name)")]], type: merge)
        #expect(bound.status == 200)
        let status: Value = [
            "status": ["phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": ["storage": "10Gi"]]
        ]
        #expect(send("PATCH", path + "/status" + manager, status, type: merge).status == 200)
    }

    mutating func step(afterMilliseconds milliseconds: Int64 = 1) {
        now = now.advanced(byMilliseconds: milliseconds)
        _ = state.step(at: now)
    }

    /// Runs the controllers at every wake until the time is over.
    mutating func run(milliseconds: Int64) {
        let end = now.advanced(byMilliseconds: milliseconds)
        var steps = 0
        while let next = state.step(at: now), next <= end, steps < 10_000 {
            steps += 1
            now = max(now, next)
        }
        now = end
        _ = state.step(at: now)
    }
}
