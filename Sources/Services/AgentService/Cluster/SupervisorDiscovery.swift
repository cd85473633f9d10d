internal import FleetModel
internal import KubernetesClient
internal import ResourceModel

/// Finds out by ordinary reads what makes a cluster a Supervisor; a plain Kubernetes cluster comes out empty.
///
/// | fact | where it stands |
/// |---|---|
/// | generation 8 | the API of Supervisor properties, of capabilities or of kapp-controller is served |
/// | generation 7 | none of these, but the ConfigMap of capabilities is there |
/// | version | a node's `kubeletVersion` ends in `-vsc<version>-<build>` |
/// | capabilities | `supervisor-capabilities`, else ConfigMap `kube-system/wcp-cluster-capabilities` |
struct SupervisorDiscovery: Sendable {
    private static let capabilitiesName = "supervisor-capabilities"
    private static let configMapName = "wcp-cluster-capabilities"
    private static let kindsOfEight = [
        ("appplatform.vmware.com", "SupervisorProperties"), ("iaas.vmware.com", "Capabilities"),
        ("packaging.carvel.dev", "PackageInstall"),
    ]

    let client: KubernetesClient
    let nodes: [Value]

    /// What `configured` does not say is looked up.
    func facts(_ configured: SupervisorFacts) async throws(KubernetesError) -> SupervisorFacts {
        var facts = configured
        let configMap = try await readable { () async throws(KubernetesError) in
            try await client.find(AppCluster.configMap, namespace: "kube-system", name: Self.configMapName)
        }
        if facts.capabilities == nil { facts.capabilities = try await capabilities(configMap) }
        if facts.generation == nil { facts.generation = try await generation(configMap != nil) }
        if facts.version == nil { facts.version = nodes.lazy.compactMap(Self.version).first }
        return facts
    }

    private func generation(_ hasConfigMap: Bool) async throws(KubernetesError) -> Int? {
        for (group, kind) in Self.kindsOfEight {
            let served = try await readable { () async throws(KubernetesError) in
                try await client.preferredResource(group: group, kind: kind)
            }
            if served != nil { return 8 }
        }
        return hasConfigMap ? 7 : nil
    }

    private func capabilities(_ configMap: Value?) async throws(KubernetesError) -> [String: Bool]? {
        let object = try await readable { () async throws(KubernetesError) -> Value? in
            guard
                let resource = try await client.preferredResource(group: "iaas.vmware.com", kind: "Capabilities")
            else { return nil }
            return try await client.find(resource.groupVersionKind, namespace: nil, name: Self.capabilitiesName)
        }
        if let listed = object?[at: "status", "supervisor"]?.objectValue {
            return listed.mapValues { $0["activated"]?.boolValue ?? false }
        }
        return configMap.map { $0.stringMap("data").mapValues { $0.lowercased() == "true" } }
    }

    /// `v1.26.8+vmware.wcp.1-vsc0.1.9-23708114` → `0.1.9`.
    private static func version(_ node: Value) -> String? {
        guard let kubelet = node[at: "status", "nodeInfo", "kubeletVersion"]?.stringValue,
            let mark = kubelet.firstRange(of: "-vsc")
        else { return nil }
        let version = kubelet[mark.upperBound...].prefix { $0 != "-" }
        return version.isEmpty ? nil : String(version)
    }

    /// A service account that may not look still manages its services.
    private func readable<Found: Sendable>(
        _ look: () async throws(KubernetesError) -> Found?
    ) async throws(KubernetesError) -> Found? {
        do throws(KubernetesError) {
            return try await look()
        } catch {
            if error.isUnreachable || error.isCancelled { throw error }
            return nil
        }
    }
}
