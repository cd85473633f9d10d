internal import FleetModel
internal import ResourceModel

/// Admission plugins: default storage class, protection finalizers, service addresses, quota, claim growth.
extension ClusterState {
    mutating func admitCreate(_ object: inout Value, _ resource: ResourceDefinition) throws(APIStatus) {
        switch (resource.group, resource.kind) {
        case ("", "PersistentVolumeClaim"):
            Defaults.addFinalizer(&object, "kubernetes.io/pvc-protection")
            if object[at: "spec", "storageClassName"] == nil, let name = defaultStorageClass {
                object[at: "spec", "storageClassName"] = .string(name)
            }
        case ("", "Pod"): try admitPod(&object, resource)
        case ("", "Secret"): fillTokenSecret(&object)
        case ("", "Namespace"): object[at: "spec", "finalizers"] = ["kubernetes"]
        case ("batch", "Job"): Defaults.jobSelector(&object, profile)
        case ("", "Service"): try admitService(&object, old: nil, resource)
        case ("certificates.k8s.io", _):
            if let caller = webhookCaller {
                object[at: "spec", "username"] = .string(caller.user)
                object[at: "spec", "groups"] = .array(caller.groups.map(Value.string))
            }
            object["status"] = .object([:])
        case ("apiextensions.k8s.io", _): object["status"] = initialStatus(ofCRD: object)
        case ("apiregistration.k8s.io", _):
            object["status"] = [
                "conditions": [
                    [
                        "type": "Available", "status": "True", "reason": "Passed", "message": "all checks passed",
                        "lastTransitionTime": .string(now.seconds),
                    ]
                ]
            ]
        default: break
        }
        try admitLimits(&object, resource)
        if resource.isNamespaced { try checkQuota(object, resource) }
    }

    mutating func admitUpdate(_ object: inout Value, _ old: Value, _ resource: ResourceDefinition) throws(APIStatus) {
        if resource.group.isEmpty, resource.kind == "Service" { try admitService(&object, old: old, resource) }
        if resource.group.isEmpty, resource.kind == "Namespace" {
            object[at: "spec", "finalizers"] = old[at: "spec", "finalizers"]
        }
        if resource.isNamespaced { try checkQuota(object, old: old, resource) }
    }

    private var defaultStorageClass: String? {
        objects(resource("StorageClass", group: "storage.k8s.io"), namespace: nil).first {
            $0.objectAnnotations["storageclass.kubernetes.io/is-default-class"] == "true"
        }?.objectName
    }

    private mutating func admitPod(_ object: inout Value, _ resource: ResourceDefinition) throws(APIStatus) {
        Defaults.fill(&object, ["spec", "serviceAccountName"], "default")
        object[at: "spec", "serviceAccount"] = object[at: "spec", "serviceAccountName"]
        try admitPriority(&object, resource)
        var tolerations = object[at: "spec", "tolerations"]?.arrayValue ?? []
        for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
        where !tolerations.contains(where: { $0["key"]?.stringValue == key }) {
            tolerations.append([
                "key": .string(key), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300,
            ])
        }
        object[at: "spec", "tolerations"] = .array(tolerations)
        try mountAccessToken(&object, resource)
    }

    private mutating func admitService(
        _ object: inout Value, old: Value?, _ resource: ResourceDefinition
    ) throws(APIStatus) {
        let type = object[at: "spec", "type"]?.stringValue ?? ""
        let name = object.objectName
        guard type != "ExternalName" else {
            object[at: "spec", "clusterIP"] = nil
            object[at: "spec", "clusterIPs"] = nil
            return
        }
        Defaults.fill(&object, ["spec", "ipFamilies"], ["IPv4"])
        Defaults.fill(&object, ["spec", "ipFamilyPolicy"], "SingleStack")
        if let wanted = object[at: "spec", "clusterIP"]?.stringValue, !wanted.isEmpty {
            if old == nil, wanted != "None" {
                let value = "[]string{\"\(wanted)\"}"
                if !wanted.hasPrefix("10.96.") {
                    throw .invalid(
                        resource, name,
                        [
                            .invalid(
                                "spec.clusterIPs", value,
                                "failed to allocate IP \(wanted): the provided IP (\(wanted)) is not in the valid "
                                    + "range. The range of valid IPs is \(settings.serviceRange)"
                            )
                        ])
                }
                if addresses.isTaken(address: wanted) {
                    throw .invalid(
                        resource, name,
                        [
                            .invalid(
                                "spec.clusterIPs", value,
                                "failed to allocate IP \(wanted): provided IP is already allocated")
                        ])
                }
            }
            Defaults.fill(&object, ["spec", "clusterIPs"], [.string(wanted)])
            if old != nil, object[at: "spec", "clusterIPs"]?[0]?.stringValue != wanted {
                object[at: "spec", "clusterIPs"] = [.string(wanted)]
            }
        } else {
            let address = addresses.allocate(.cluster)
            object[at: "spec", "clusterIP"] = .string(address)
            object[at: "spec", "clusterIPs"] = [.string(address)]
        }
        try admitNodePorts(&object, old: old, resource, type: type)
    }

    private mutating func admitNodePorts(
        _ object: inout Value, old: Value?, _ resource: ResourceDefinition, type: String
    ) throws(APIStatus) {
        let needsPorts =
            type == "NodePort"
            || type == "LoadBalancer" && object[at: "spec", "allocateLoadBalancerNodePorts"] != false
        let before = old?[at: "spec", "ports"]?.arrayValue ?? []
        let known = Set(before.compactMap { $0["nodePort"]?.intValue })
        var ports = object[at: "spec", "ports"]?.arrayValue ?? []
        for index in ports.indices {
            guard needsPorts else {
                if old?[at: "spec", "type"] != object[at: "spec", "type"] { ports[index]["nodePort"] = nil }
                continue
            }
            if let wanted = ports[index]["nodePort"]?.intValue, wanted > 0 {
                if !known.contains(wanted), addresses.isTaken(nodePort: wanted) {
                    throw .invalid(
                        resource, object.objectName,
                        [
                            .invalid(
                                "spec.ports[\(index)].nodePort", String(wanted), "provided port is already allocated")
                        ])
                }
                continue
            }
            let same = before.first { $0["port"] == ports[index]["port"] && $0["protocol"] == ports[index]["protocol"] }
            ports[index]["nodePort"] =
                same?["nodePort"] ?? .int(Int64(addresses.allocate(.nodePort)) ?? 0)
        }
        if !ports.isEmpty { object[at: "spec", "ports"] = .array(ports) }
    }

    /// The PersistentVolumeClaimResize plugin: growing needs a class that allows it.
    func checkGrowth(_ object: Value, _ old: Value, _ resource: ResourceDefinition) throws(APIStatus) {
        guard resource.group.isEmpty, resource.kind == "PersistentVolumeClaim",
            let wanted = object[at: "spec", "resources", "requests", "storage"]?.stringValue.flatMap(Quantity.init),
            let before = old[at: "spec", "resources", "requests", "storage"]?.stringValue.flatMap(Quantity.init),
            wanted > before
        else { return }
        let name = object[at: "spec", "storageClassName"]?.stringValue ?? ""
        let storageClass = self.object(resourceClass, namespace: "", name: name)
        guard storageClass?["allowVolumeExpansion"]?.boolValue ?? false else {
            throw .forbidden(
                resource, object.objectName,
                "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must "
                    + "support resize")
        }
    }

    private var resourceClass: ResourceDefinition { resource("StorageClass", group: "storage.k8s.io") }
}
