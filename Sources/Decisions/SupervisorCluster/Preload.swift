internal import FleetModel
internal import ResourceModel

/// What a fresh Supervisor has: namespaces, storage classes, nodes, and the kinds of cert-manager and Contour.
enum Preload {
    static func objects(_ settings: ClusterSettings) -> [Value] {
        let traits = settings.supervisor
        return traits.allNamespaces.map { name in
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
        } + traits.serviceNamespaces(settings.moid) + settings.storageClasses.map(\.object) + nodes(settings)
            + leases(nodes(settings)) + apiService
            + ClusterState.systemPriorityClasses + definitions + traits.definitions + roles + traits.facts(settings)
    }

    private static func nodes(_ settings: ClusterSettings) -> [Value] {
        (1...3).map { node("supervisor-cp-\($0)", index: $0, isControlPlane: true, settings) }
            + (0..<max(0, settings.workerNodes)).map {
                node("esx-\($0 + 1)", index: $0 + 11, isControlPlane: false, settings)
            }
    }

    /// The API server's own Service in every cluster, with the control plane's addresses behind it.
    private static let apiService: [Value] = {
        let port: Value = ["name": "https", "port": 6443, "protocol": "TCP"]
        let addresses = (1...3).map { "192.168.128.\($0)" }
        return [
            [
                "apiVersion": "v1", "kind": "Service",
                "metadata": [
                    "name": "kubernetes", "namespace": "default",
                    "labels": ["component": "apiserver", "provider": "kubernetes"],
                ],
                "spec": [
                    "clusterIP": "10.96.0.1",
                    "ports": [["name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443]],
                ],
            ],
            [
                "apiVersion": "v1", "kind": "Endpoints", "metadata": ["name": "kubernetes", "namespace": "default"],
                "subsets": [
                    ["addresses": .array(addresses.map { ["ip": .string($0)] }), "ports": [port]]
                ],
            ],
            [
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                "metadata": [
                    "name": "kubernetes", "namespace": "default",
                    "labels": ["kubernetes.io/service-name": "kubernetes"],
                ],
                "endpoints": .array(
                    addresses.map { ["addresses": .array([.string($0)]), "conditions": ["ready": true]] }),
                "ports": [port],
            ],
        ]
    }()

    /// What a node holds to say that it is alive; nothing renews it, as no node here fails by itself.
    private static func leases(_ nodes: [Value]) -> [Value] {
        nodes.map { node in
            [
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": ["name": .string(node.objectName), "namespace": "kube-node-lease"],
                "spec": ["holderIdentity": .string(node.objectName), "leaseDurationSeconds": 40],
            ]
        }
    }

    private static func node(_ name: String, index: Int, isControlPlane: Bool, _ settings: ClusterSettings) -> Value {
        var labels: [String: Value] = [
            "kubernetes.io/hostname": .string(name), "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
        ]
        labels["topology.kubernetes.io/zone"] = .string(settings.moid)
        if isControlPlane {
            // Both, as Supervisors have them: older operators select `master`.
            labels["node-role.kubernetes.io/control-plane"] = ""
            labels["node-role.kubernetes.io/master"] = ""
        } else {
            labels["node-role.kubernetes.io/agent"] = ""
        }
        let amounts: Value = ["cpu": "16", "memory": "64Gi", "pods": "250", "ephemeral-storage": "200Gi"]
        let conditions: [Value] = [
            ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        ].map {
            ["type": .string($0.0), "status": .string($0.1), "reason": .string($0.2), "message": .string($0.3)]
        }
        // Required by the API's schema; the same for the same seed and name.
        var identifiers = ClusterEntropy(
            seed: settings.seed &+ name.utf8.reduce(UInt64(5381)) { $0 &* 33 ^ UInt64($1) })
        let machine = String(identifiers.uid().filter { $0 != "-" })
        let release = settings.supervisor.generation == .seven ? "7.0.3" : "8.0.3"
        let role = settings.supervisor.generation == .seven ? "master" : "control-plane"
        var object: Value = [
            "apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(name), "labels": .object(labels)],
            "spec": [
                "podCIDR": .string("10.244.\(index).0/24"), "providerID": .string("vsphere://\(settings.moid)/\(name)"),
            ],
            "status": [
                "addresses": [
                    ["type": "InternalIP", "address": .string("192.168.128.\(index)")],
                    ["type": "Hostname", "address": .string(name)],
                ],
                "capacity": amounts, "allocatable": amounts, "conditions": .array(conditions),
                "nodeInfo": [
                    "kubeletVersion": .string(
                        isControlPlane
                            ? settings.supervisor.controlPlaneKubelet(settings.profile)
                            : settings.supervisor.hostKubelet(settings.profile)),
                    "osImage": .string(isControlPlane ? "VMware Photon OS/Linux" : "VMware ESXi \(release)"),
                    "kernelVersion": .string(isControlPlane ? "6.1.79-1.ph5" : release),
                    "bootID": .string(identifiers.uid()), "machineID": .string(machine),
                    "systemUUID": .string(identifiers.uid()),
                    "kubeProxyVersion": .string(settings.profile.gitVersion),
                    "containerRuntimeVersion": "containerd://1.6.24", "architecture": "amd64",
                    "operatingSystem": "linux",
                ],
            ],
        ]
        if isControlPlane {
            object[at: "spec", "taints"] = [
                ["key": .string("node-role.kubernetes.io/\(role)"), "effect": "NoSchedule"]
            ]
        }
        return object
    }

    // MARK: Custom kinds that a Supervisor brings

    private static let definitions: [Value] = [
        definition(
            "cert-manager.io", "v1", "Certificate", "certificates", ["cert", "certs"],
            columns: [
                ("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status"),
                ("Secret", "string", ".spec.secretName"),
            ]),
        definition("cert-manager.io", "v1", "CertificateRequest", "certificaterequests", ["cr", "crs"]),
        definition(
            "cert-manager.io", "v1", "Issuer", "issuers", [],
            columns: [
                ("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status")
            ]),
        definition(
            "cert-manager.io", "v1", "ClusterIssuer", "clusterissuers", [], isNamespaced: false,
            columns: [
                ("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status")
            ]),
        definition(
            "projectcontour.io", "v1", "HTTPProxy", "httpproxies", ["proxy", "proxies"],
            columns: [
                ("FQDN", "string", ".spec.virtualhost.fqdn"),
                ("TLS Secret", "string", ".spec.virtualhost.tls.secretName"),
                ("Status", "string", ".status.currentStatus"),
                ("Status Description", "string", ".status.description"),
            ]),
        definition("projectcontour.io", "v1", "TLSCertificateDelegation", "tlscertificatedelegations", ["tlscerts"]),
    ]

    static func definition(
        _ group: String, _ version: String, _ kind: String, _ plural: String, _ shortNames: [String],
        singular: String? = nil, isNamespaced: Bool = true, columns: [(String, String, String)] = []
    ) -> Value {
        var served: Value = [
            "name": .string(version), "served": true, "storage": true, "subresources": ["status": .object([:])],
            "schema": [
                "openAPIV3Schema": [
                    "type": "object",
                    "properties": [
                        "spec": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                        "status": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                    ],
                ]
            ],
        ]
        let age = ("Age", "date", ".metadata.creationTimestamp")
        served["additionalPrinterColumns"] = .array(
            (columns + [age]).map {
                ["name": .string($0.0), "type": .string($0.1), "jsonPath": .string($0.2)]
            })
        var names: Value = ["kind": .string(kind), "plural": .string(plural)]
        if let singular { names["singular"] = .string(singular) }
        if !shortNames.isEmpty { names["shortNames"] = .array(shortNames.map(Value.string)) }
        return [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": .string("\(plural).\(group)")],
            "spec": [
                "group": .string(group), "names": names, "scope": isNamespaced ? "Namespaced" : "Cluster",
                "versions": [served],
            ],
        ]
    }
}

extension ClusterState {
    /// Fills a fresh cluster through the same rules as any client; what does not pass them is a mistake of ours.
    mutating func preload() {
        for object in Preload.objects(settings) {
            guard let resource = registry.resource(object.groupVersionKind) else {
                preconditionFailure("\(object.kind) is served from the start")
            }
            var options = WriteOptions(manager: "kube-apiserver")
            var object = object
            if object.kind == "Node" {
                let conditions = object[at: "status", "conditions"]?.arrayValue ?? []
                object[at: "status", "conditions"] = .array(
                    conditions.map { condition in
                        var condition = condition
                        condition["lastHeartbeatTime"] = .string(now.seconds)
                        condition["lastTransitionTime"] = .string(now.seconds)
                        return condition
                    })
            }
            do {
                var stored = try create(object, resource, &options)
                // Its objects come next: nobody waits for the CRD controllers here.
                if resource.kind == "CustomResourceDefinition" { establish(stored, resource) }
                if resource.isCustom, let status = object["status"] {
                    stored["status"] = status
                    _ = put(stored, resource)
                }
            } catch {
                preconditionFailure("preloading \(object.kind) \(object.objectName): \(error)")
            }
        }
        newDefinitions = [:]
    }
}
