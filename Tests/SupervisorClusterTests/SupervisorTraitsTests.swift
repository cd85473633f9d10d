import FleetModel
import ResourceModel
import SupervisorCluster
import Testing

/// What a client finds out about a Supervisor by ordinary reads.
struct SupervisorTraitsTests {
    private func cluster(
        _ generation: Int, version: String = "", capabilities: [String: Value] = [:], properties: [String: Value] = [:],
        services: [String] = []
    ) throws -> TestCluster {
        var settings = ClusterSettings()
        settings.moid = "domain-c42"
        settings.supervisor = try SupervisorTraits(
            generation: generation, version: version, capabilities: capabilities, properties: properties,
            namespaces: ["vmware-system-extra"], services: services)
        return TestCluster(settings: settings)
    }

    @Test func generationEightTellsItsCapabilitiesInAnObject() throws {
        var cluster = try cluster(8, capabilities: ["supports_private_registry": true])
        let found = cluster.send("GET", "/apis/iaas.vmware.com/v1alpha1/capabilities/supervisor-capabilities")
        #expect(found.status == 200)
        #expect(found.value[at: "status", "supervisor", "supports_private_registry", "activated"] == true)
        #expect(found.value[at: "status", "supervisor", "supports_VM_service_VM_snapshots", "activated"] == false)
        let map = cluster.send("GET", "/api/v1/namespaces/kube-system/configmaps/wcp-cluster-capabilities")
        #expect(map.value[at: "data", "supports_private_registry"] == "true")
    }

    @Test func whatEveryClusterHasIsThere() throws {
        var cluster = try cluster(8)
        func get(_ target: String) -> Value { cluster.send("GET", target).value }
        #expect(get("/api/v1/namespaces/default/services/kubernetes")[at: "spec", "clusterIP"] == "10.96.0.1")
        let slice = get("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes")
        #expect(slice["endpoints"]?.arrayValue?.count == 3)
        let lease = get("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/esx-1")
        #expect(lease[at: "spec", "holderIdentity"] == "esx-1")
        let critical = get("/apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical")
        #expect(critical["value"] == 2_000_001_000)
    }

    @Test func generationSevenHasOnlyTheConfigMap() throws {
        var cluster = try cluster(7)
        #expect(cluster.send("GET", "/apis/iaas.vmware.com/v1alpha1/capabilities").status == 404)
        #expect(cluster.send("GET", "/apis/appplatform.vmware.com/v1alpha1/supervisorproperties").status == 404)
        let map = cluster.send("GET", "/api/v1/namespaces/kube-system/configmaps/wcp-cluster-capabilities")
        #expect(map.value[at: "data", "MultipleCL_For_TKG_Supported"] == "false")
        let taints = cluster.send("GET", "/api/v1/nodes/supervisor-cp-1").value[at: "spec", "taints"]
        #expect(taints?[0]?["key"] == "node-role.kubernetes.io/master")
    }

    @Test func propertiesAreThoseThatPackagesAskFor() throws {
        var cluster = try cluster(8, properties: ["networkProvider": "nsx-vpc", "podVMSupported": .null])
        let target =
            "/apis/appplatform.vmware.com/v1alpha1/namespaces/vmware-system-supervisor-services/"
            + "supervisorproperties/supervisor-env-props"
        let spec = cluster.send("GET", target).value["spec"] ?? .null
        #expect(spec["networkProvider"] == "nsx-vpc")
        #expect(spec["podVMSupported"] == nil)
        #expect(spec["controlPlaneCount"] == 3)
        #expect(spec["supervisorUUID"]?.stringValue?.utf8.count == 36)
        #expect(spec[at: "capabilities"]?.arrayValue?.isEmpty == false)
    }

    @Test(arguments: [(7, "", "7.0.3.0"), (8, "", "8.0.3.0"), (8, "8.0.2.1", "8.0.2.1")])
    func theVersionStandsOnTheControlPlane(generation: Int, version: String, expected: String) throws {
        var cluster = try cluster(generation, version: version)
        let node = cluster.send("GET", "/api/v1/nodes/supervisor-cp-1").value
        let kubelet = node[at: "status", "nodeInfo", "kubeletVersion"]?.stringValue ?? ""
        #expect(kubelet.hasPrefix("v1.25.10+vmware.wcp.1-vsc\(expected)-"))
        #expect(node[at: "metadata", "labels", "topology.kubernetes.io/zone"] == "domain-c42")
        let zone = cluster.send("GET", "/apis/topology.tanzu.vmware.com/v1alpha1/availabilityzones/domain-c42")
        #expect(zone.value[at: "spec", "clusterComputeResourceMoIDs"] == ["domain-c42"])
    }

    @Test func namespacesAreThoseOfASupervisor() throws {
        var cluster = try cluster(8, services: ["tkg"])
        for name in ["vmware-system-csi", "vmware-system-pkgs", "vmware-system-extra", "svc-tkg-domain-c42"] {
            #expect(cluster.send("GET", "/api/v1/namespaces/\(name)").status == 200, "\(name)")
        }
        let service = cluster.send("GET", "/api/v1/namespaces/svc-tkg-domain-c42").value
        #expect(service[at: "metadata", "labels", "appplatform.vmware.com/serviceId"] == "tkg")
    }

    @Test func storagePoliciesAreClasses() throws {
        var cluster = try cluster(8)
        let late = cluster.send(
            "GET", "/apis/storage.k8s.io/v1/storageclasses/vsan-default-storage-policy-latebinding")
        #expect(late.value["volumeBindingMode"] == "WaitForFirstConsumer")
        #expect(late.value[at: "parameters", "storagePolicyID"]?.stringValue?.utf8.count == 36)
    }

    @Test(arguments: [("8.0.3.0.1", "svc"), ("eight", "svc"), ("", "Not-A-Name")])
    func aWrongFactIsRefused(version: String, service: String) {
        #expect(throws: FleetError.self) { try cluster(8, version: version, services: [service]) }
    }
}
