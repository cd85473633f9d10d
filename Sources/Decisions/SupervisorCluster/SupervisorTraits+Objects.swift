internal import ResourceModel

/// The objects that tell of the Supervisor.
extension SupervisorTraits {
    static let servicesNamespace = "vmware-system-supervisor-services"
    static let propertiesName = "supervisor-env-props"

    private static let namespacesOfSeven = [
        "vmware-system-appplatform-operator-system", "vmware-system-capw", "vmware-system-cert-manager",
        "vmware-system-csi", "vmware-system-kubeimage", "vmware-system-license-operator", "vmware-system-logging",
        "vmware-system-netop", "vmware-system-nsx", "vmware-system-registry", "vmware-system-tkg",
        "vmware-system-ucs", "vmware-system-vmop",
    ]
    private static let namespacesOfEight = [
        "vmware-system-imageregistry", "vmware-system-monitoring", "vmware-system-pinniped", "vmware-system-pkgs",
        "vmware-system-zoneop",
    ]

    /// Sorted names of all namespaces of a fresh Supervisor but the `svc-` ones.
    var allNamespaces: [String] {
        var names = Set(
            ["default", "kube-node-lease", "kube-public", "kube-system", Self.servicesNamespace] + namespaces)
        names.formUnion(Self.namespacesOfSeven)
        if generation == .eight { names.formUnion(Self.namespacesOfEight) }
        return names.sorted()
    }

    func serviceNamespaces(_ moid: String) -> [Value] {
        services.map { service in
            [
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": [
                    "name": .string("svc-\(service)-\(moid)"),
                    "labels": [
                        "appplatform.vmware.com/serviceId": .string(service), "managedBy": "vSphere-AppPlatform",
                        "vSphereClusterID": .string(moid),
                    ],
                ],
            ]
        }
    }

    private static let capabilitiesOfSeven = [
        "MultipleCL_For_TKG_Supported": false, "VM_Operator_Supported": true,
    ]
    private static let capabilitiesOfEight = [
        "Bring_Your_Own_Key_Provider_Supported": true, "MultipleCL_For_TKG_Supported": true,
        "Workload_Domain_Isolation_Supported": true, "supports_VM_service_VM_snapshots": false,
        "supports_VM_service_mutable_networks": true, "supports_supervisor_async_upgrade": true,
    ]

    var allCapabilities: [String: Bool] {
        let standard = generation == .seven ? Self.capabilitiesOfSeven : Self.capabilitiesOfEight
        return standard.merging(capabilities) { $1 }
    }

    /// Custom kinds in which the facts stand.
    var definitions: [Value] {
        let zones = Preload.definition(
            "topology.tanzu.vmware.com", "v1alpha1", "AvailabilityZone", "availabilityzones", ["zone"],
            isNamespaced: false)
        guard generation == .eight else { return [zones] }
        return [
            zones,
            Preload.definition(
                "iaas.vmware.com", "v1alpha1", "Capabilities", "capabilities", [], singular: "capabilities",
                isNamespaced: false),
            Preload.definition(
                "appplatform.vmware.com", "v1alpha1", "SupervisorProperties", "supervisorproperties", [],
                singular: "supervisorproperty"),
        ]
    }

    /// Objects that need the namespaces and kinds above; a status among them is written after its object.
    func facts(_ settings: ClusterSettings) -> [Value] {
        let texts = allCapabilities.mapValues { Value.string($0 ? "true" : "false") }
        var objects: [Value] = [
            [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "wcp-cluster-capabilities", "namespace": "kube-system"],
                "data": .object(texts),
            ],
            [
                "apiVersion": "topology.tanzu.vmware.com/v1alpha1", "kind": "AvailabilityZone",
                "metadata": ["name": .string(settings.moid)],
                "spec": ["clusterComputeResourceMoIDs": [.string(settings.moid)]],
            ],
        ]
        guard generation == .eight else { return objects }
        let listed = allCapabilities.sorted { $0.key < $1.key }
        objects.append([
            "apiVersion": "iaas.vmware.com/v1alpha1", "kind": "Capabilities",
            "metadata": ["name": "supervisor-capabilities"],
            "spec": [
                "supervisor": .array(
                    listed.map {
                        ["name": .string($0.key), "type": "Supervisor", "enabled": .bool($0.value)]
                    })
            ],
            "status": ["supervisor": .object(allCapabilities.mapValues { ["activated": .bool($0)] })],
        ])
        objects.append([
            "apiVersion": "appplatform.vmware.com/v1alpha1", "kind": "SupervisorProperties",
            "metadata": ["name": .string(Self.propertiesName), "namespace": .string(Self.servicesNamespace)],
            "spec": .object(allProperties(settings)),
        ])
        return objects
    }

    private func allProperties(_ settings: ClusterSettings) -> [String: Value] {
        let standard: [String: Value] = [
            "apiServerDNSNames": [.string("supervisor.\(settings.moid).vsphere.example")],
            "capabilities": .array(
                allCapabilities.sorted { $0.key < $1.key }.map {
                    ["name": .string($0.key), "value": .bool($0.value)]
                }),
            "controlPlaneCount": 3, "controlPlaneResources": ["cpuCount": 4, "memoryMiB": 16384],
            "cpVMSize": "SMALL", "namespacesCLIPluginVersion": "v1.2.0", "networkProvider": "vsphere-network",
            "podVMSupported": true, "ssoDomain": "vsphere.local", "stretchedSupervisor": false,
            "supervisorUUID": .string(identifier(settings, "supervisor")),
            "vCenterUUID": .string(identifier(settings, "vcenter")), "vcPNID": "vcenter.vsphere.example",
            "vcPort": "443", "virtualIP": "192.168.128.2",
        ]
        return standard.merging(properties) { $1 }.filter { !$0.value.isNull }
    }

    /// The same for the same seed and moid; a vCenter has one for all its Supervisors.
    private func identifier(_ settings: ClusterSettings, _ purpose: String) -> String {
        let text = purpose == "vcenter" ? purpose : purpose + settings.moid
        let hash = text.utf8.reduce(into: UInt64(14_695_981_039_346_656_037)) { hash, byte in
            hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211
        }
        var entropy = ClusterEntropy(seed: settings.seed ^ hash)
        return entropy.uid()
    }
}
