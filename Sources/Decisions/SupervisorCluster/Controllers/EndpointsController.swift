package import FleetModel
package import ResourceModel

/// Endpoints and one EndpointSlice per Service with a selector, following the pods that are ready.
package struct EndpointsController: Controller {
    private var memo = WorkMemo()

    package init() {}

    package func watchedKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.service, ControllerKinds.pod, ControllerKinds.endpoints, ControllerKinds.endpointSlice]
    }
    package func writtenKinds(_ settings: ControllerSettings) -> [GroupVersionKind] {
        [ControllerKinds.endpoints, ControllerKinds.endpointSlice]
    }

    package mutating func step(_ store: inout some ControllerStore, settings: ControllerSettings) -> Timestamp? {
        let services = store.list(ControllerKinds.service, namespace: nil)
        guard !services.isEmpty else { return nil }
        var labelled: [String: [(labels: [String: String], pod: Value)]] = [:]
        for pod in store.list(ControllerKinds.pod, namespace: nil) where pod[at: "status", "podIP"] != nil {
            guard !pod.isPodFinished else { continue }
            labelled[pod.objectNamespace, default: []].append((pod.objectLabels, pod))
        }
        for service in services where !service.isBeingDeleted {
            let selector = (service["spec"] ?? [:]).stringMap("selector")
            guard !selector.isEmpty else { continue }
            let pods = (labelled[service.objectNamespace] ?? []).filter { entry in
                selector.allSatisfy { entry.labels[$0.key] == $0.value }
            }.map(\.pod)
            let (space, name) = (service.objectNamespace, service.objectName)
            let endpoints = store.get(ControllerKinds.endpoints, namespace: space, name: name)
            let slices = store.list(ControllerKinds.endpointSlice, namespace: space).filter {
                $0.objectLabels["kubernetes.io/service-name"] == name
            }
            let signature = WorkMemo.signature(service, pods, (endpoints.map { [$0] } ?? []) + slices)
            if memo.settled(service.uid, signature, now: store.now) != nil { continue }
            memo.settle(service.uid, signature, due: nil)
            writeEndpoints(service, pods, endpoints, &store)
            writeSlice(service, pods, slices.first, &store)
        }
        memo.forget(exceptFor: services)
        return nil
    }

    private func writeEndpoints(
        _ service: Value, _ pods: [Value], _ present: Value?, _ store: inout some ControllerStore
    ) {
        var ready: [Value] = []
        var notReady: [Value] = []
        // Addresses stand in the order of their texts, as the controller's repacking leaves them.
        let sorted = pods.sorted { $0.textAt("status", "podIP") < $1.textAt("status", "podIP") }
        for pod in sorted where !pod.isBeingDeleted {
            let address: Value = [
                "ip": .string(pod.textAt("status", "podIP")), "nodeName": .string(pod.textAt("spec", "nodeName")),
                "targetRef": Self.reference(pod),
            ]
            if pod.isPodReady || service.flagAt("spec", "publishNotReadyAddresses") {
                ready.append(address)
            } else {
                notReady.append(address)
            }
        }
        var object =
            present ?? [
                "apiVersion": "v1", "kind": "Endpoints",
                "metadata": ["name": .string(service.objectName), "namespace": .string(service.objectNamespace)],
            ]
        object[at: "metadata", "labels"] = Value.texts(service.objectLabels)
        var subset: Value = [:]
        if !ready.isEmpty { subset["addresses"] = .array(ready) }
        if !notReady.isEmpty { subset["notReadyAddresses"] = .array(notReady) }
        let ports = Self.ports(service, pods)
        if !ports.isEmpty { subset["ports"] = .array(ports) }
        object["subsets"] = ready.isEmpty && notReady.isEmpty ? nil : .array([subset])
        if let present {
            store.put(object, over: present)
        } else {
            _ = try? store.create(object)
        }
    }

    private func writeSlice(
        _ service: Value, _ pods: [Value], _ present: Value?, _ store: inout some ControllerStore
    ) {
        let endpoints: [Value] = pods.map { pod in
            let isReady = pod.isPodReady
            let publishes = service.flagAt("spec", "publishNotReadyAddresses")
            return [
                "addresses": .array([.string(pod.textAt("status", "podIP"))]),
                "conditions": [
                    "ready": .bool(publishes || (isReady && !pod.isBeingDeleted)), "serving": .bool(isReady),
                    "terminating": .bool(pod.isBeingDeleted),
                ],
                "nodeName": .string(pod.textAt("spec", "nodeName")), "targetRef": Self.reference(pod),
            ]
        }
        var object =
            present ?? [
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                "metadata": [
                    "generateName": .string(service.objectName + "-"),
                    "namespace": .string(service.objectNamespace),
                    "ownerReferences": .array([service.controllerReference]),
                ],
            ]
        var labels = service.objectLabels
        labels["kubernetes.io/service-name"] = service.objectName
        labels["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io"
        object[at: "metadata", "labels"] = Value.texts(labels)
        object["endpoints"] = .array(endpoints)
        object["ports"] = .array(
            Self.ports(service, pods).map { port in
                var named = port
                if named["name"] == nil { named["name"] = "" }
                return named
            })
        if let present {
            store.put(object, over: present)
        } else {
            _ = try? store.create(object)
        }
    }

    private static func reference(_ pod: Value) -> Value {
        [
            "kind": "Pod", "namespace": .string(pod.objectNamespace), "name": .string(pod.objectName),
            "uid": .string(pod.uid),
        ]
    }

    private static func ports(_ service: Value, _ pods: [Value]) -> [Value] {
        service.itemsAt("spec", "ports").compactMap { port in
            let number: Int64?
            switch port["targetPort"] ?? port["port"] ?? 0 {
            case .int(let target) where target > 0: number = target
            case .string(let name):
                number =
                    Int64(name)
                    ?? pods.lazy.flatMap { $0.itemsAt("spec", "containers") }.flatMap { $0.itemsAt("ports") }
                    .first { $0.textAt("name") == name }?["containerPort"]?.intValue
            default: number = port["port"]?.intValue
            }
            guard let number else { return nil }
            var result: Value = ["port": .int(number), "protocol": port["protocol"] ?? "TCP"]
            if let name = port["name"] { result["name"] = name }
            return result
        }
    }
}
