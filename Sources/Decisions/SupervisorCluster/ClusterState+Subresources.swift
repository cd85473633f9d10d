internal import FleetModel
internal import ResourceModel

/// Scale, log, eviction, binding.
extension ClusterState {
    func scale(of object: Value, _ resource: ResourceDefinition) -> Value {
        var metadata: [String: Value] = [:]
        for key in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[key] = object.metadata[key]
        }
        let selector = object[at: "spec", "selector"] ?? .object([:])
        let labels = (selector["matchLabels"] ?? selector).objectValue ?? [:]
        let text = labels.compactMap { key, value in value.stringValue.map { "\(key)=\($0)" } }.sorted()
        var status: [String: Value] = ["replicas": object[at: "status", "replicas"] ?? 0]
        if !text.isEmpty { status["selector"] = .string(text.joined(separator: ",")) }
        return [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": .object(metadata),
            "spec": ["replicas": object[at: "spec", "replicas"] ?? 0], "status": .object(status),
        ]
    }

    mutating func updateScale(_ call: APICall, _ body: Value) throws(APIStatus) -> APIResponse {
        let old = try existing(call)
        if !body.resourceVersion.isEmpty, body.resourceVersion != old.resourceVersion {
            throw .modified(call.resource, call.name)
        }
        let replicas = body[at: "spec", "replicas"]?.intValue ?? 0
        guard replicas >= 0 else {
            throw .invalid(
                kind: "Scale", group: "autoscaling", call.name,
                [.invalid("spec.replicas", String(replicas), "must be greater than or equal to 0")])
        }
        var object = old
        object[at: "spec", "replicas"] = .int(replicas)
        var options = options(call)
        options.subresource = nil
        let stored = try replace(old, with: object, call.resource, &options)
        return .json(scale(of: stored, call.resource))
    }

    /// Canned: what a container of that image would say at its start.
    func log(_ call: APICall) throws(APIStatus) -> APIResponse {
        let pod = try existing(call)
        let lists = ["initContainers", "containers", "ephemeralContainers"]
        let containers = lists.flatMap { pod[at: "spec", $0]?.arrayValue ?? [] }
        let names = containers.compactMap { $0["name"]?.stringValue }
        let wanted = call.request.parameter("container")
        let chosen = wanted ?? pod[at: "spec", "containers"]?[0]?["name"]?.stringValue ?? ""
        if wanted == nil, (pod[at: "spec", "containers"]?.arrayValue ?? []).count > 1,
            pod.objectAnnotations["kubectl.kubernetes.io/default-container"] == nil
        {
            throw .badRequest(
                "a container name must be specified for pod \(call.name), choose one of: "
                    + "[\(names.joined(separator: " "))]"
            )
        }
        guard let container = containers.first(where: { $0["name"]?.stringValue == chosen }) else {
            throw .badRequest("container \(chosen) is not valid for pod \(call.name)")
        }
        let statuses = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"].flatMap {
            pod[at: "status", $0]?.arrayValue ?? []
        }
        let status = statuses.first { $0["name"]?.stringValue == chosen }
        if call.request.flag("previous"), status?[at: "lastState", "terminated"] == nil {
            throw .badRequest("previous terminated container \"\(chosen)\" in pod \"\(call.name)\" not found")
        }
        if let reason = status?[at: "state", "waiting", "reason"]?.stringValue {
            let why = reason == "ContainerCreating" ? "ContainerCreating" : "trying and failing to pull image"
            throw .badRequest(
                "container \"\(chosen)\" in pod \"\(call.name)\" is waiting to start: \(why)")
        }
        let image = container["image"]?.stringValue ?? ""
        let started = status?[at: "state", "running", "startedAt"]?.stringValue ?? now.seconds
        return .text("\(started) \(chosen): started from \(image)\n\(started) \(chosen): ready\n")
    }

    /// `POST bindings`: the pod is named in the body.
    mutating func bindNamed(_ call: APICall) throws(APIStatus) -> APIResponse {
        let name = try RequestBody(call).value.objectName
        var target = call.target
        target.resource = resource("Pod")
        target.name = name
        target.subresource = "binding"
        return try bind(APICall(request: call.request, target: target, caller: call.caller))
    }

    mutating func bind(_ call: APICall) throws(APIStatus) -> APIResponse {
        let body = try RequestBody(call).value
        var pod = try existing(call)
        guard (pod[at: "spec", "nodeName"]?.stringValue ?? "").isEmpty else {
            throw .conflict(call.resource, call.name, "pod \(call.name) is already assigned to node")
        }
        pod[at: "spec", "nodeName"] = body[at: "target", "name"]
        if !call.isDryRun { _ = put(pod, call.resource) }
        return .json(
            ["kind": "Status", "apiVersion": "v1", "metadata": .object([:]), "status": "Success"], status: 201)
    }
}
