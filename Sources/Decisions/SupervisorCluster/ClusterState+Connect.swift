internal import ResourceModel

/// Subresources that a real server passes on to a node: exec, attach, portforward, proxy. No node is there to answer.
extension ClusterState {
    static let connecting: Set<String> = ["exec", "attach", "portforward", "proxy"]

    func connect(_ call: APICall) throws(APIStatus) -> APIResponse {
        let object = try existing(call)
        if call.subresource == "proxy" {
            if call.resource.plural == "services" {
                throw APIStatus(
                    503, "ServiceUnavailable", "no endpoints available for service \"\(call.name)\"")
            }
            let address =
                object[at: "status", "podIP"]?.stringValue ?? object[at: "status", "addresses"]?[0]?["address"]?
                .stringValue ?? ""
            throw unreachable("error trying to reach service: dial tcp \(address)", port: 80)
        }
        let node = object[at: "spec", "nodeName"]?.stringValue ?? ""
        guard !node.isEmpty else {
            throw .badRequest("pod \(call.name) does not have a host assigned")
        }
        try checkContainer(object, call)
        guard (call.request.headers["upgrade"] ?? "").isEmpty == false else {
            throw .badRequest("Upgrade request required")
        }
        let host = self.object(resource("Node"), namespace: "", name: node)
        let address =
            (host?[at: "status", "addresses"]?.arrayValue ?? []).first { $0["type"] == "InternalIP" }?["address"]?
            .stringValue ?? node
        throw unreachable("error dialing backend: dial tcp \(address)", port: 10_250)
    }

    /// A kubelet that does not answer, as the API server reports it.
    private func unreachable(_ text: String, port: Int) -> APIStatus {
        APIStatus(500, "", "\(text):\(port): connect: connection refused")
    }

    private func checkContainer(_ pod: Value, _ call: APICall) throws(APIStatus) {
        guard call.subresource != "portforward" else { return }
        let names = ["containers", "initContainers", "ephemeralContainers"].flatMap {
            (pod[at: "spec", $0]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        }
        let count = pod[at: "spec", "containers"]?.arrayValue?.count ?? 0
        guard let wanted = call.request.parameter("container"), !wanted.isEmpty else {
            guard count > 1 else { return }
            throw .badRequest(
                "a container name must be specified for pod \(call.name), choose one of: "
                    + "[\(names.joined(separator: " "))]")
        }
        guard names.contains(wanted) else { throw .badRequest("container \(wanted) is not valid for pod \(call.name)") }
    }

    /// The old health report of the control plane (deprecated, but `kubectl get cs` still asks).
    func componentStatuses(_ call: APICall) throws(APIStatus) -> APIResponse {
        let all = ["controller-manager", "etcd-0", "scheduler"].map { name -> Value in
            [
                "metadata": ["name": .string(name), "creationTimestamp": .null],
                "conditions": [["type": "Healthy", "status": "True", "message": "ok"]],
            ]
        }
        let warning = Self.warningHeaders(["v1 ComponentStatus is deprecated in v1.19+"])
        guard let name = call.target.name else {
            return .json(
                [
                    "kind": "ComponentStatusList", "apiVersion": "v1", "metadata": .object([:]), "items": .array(all),
                ], headers: warning)
        }
        guard var found = all.first(where: { $0.objectName == name }) else { throw .notFound(call.resource, name) }
        found["kind"] = "ComponentStatus"
        found["apiVersion"] = "v1"
        return .json(found, headers: warning)
    }
}
