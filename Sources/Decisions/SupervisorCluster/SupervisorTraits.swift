package import FleetModel
package import ResourceModel

/// What makes a cluster a vSphere Supervisor: what its clients find out by ordinary reads.
///
/// | fact | where it is read |
/// |---|---|
/// | generation 8 | `supervisorproperties.appplatform.vmware.com` is served; 7 has only the ConfigMap below |
/// | version | control plane nodes: `status.nodeInfo.kubeletVersion` ends in `-vsc<version>-<build>` |
/// | capabilities | ConfigMap `kube-system/wcp-cluster-capabilities`; 8 also `Capabilities` `supervisor-capabilities` |
/// | properties | `SupervisorProperties` `vmware-system-supervisor-services/supervisor-env-props` |
/// | moid | name of the `AvailabilityZone`, node label `topology.kubernetes.io/zone`, `spec.providerID` of nodes |
///
/// Names and shapes are those of vm-operator's `external/` types and of VMware's "environment-aware" packages; the
/// version stands there as vCenter writes it (`v1.26.8+vmware.wcp.1-vsc0.1.9-23708114`).
package struct SupervisorTraits: Hashable, Sendable {
    /// vSphere's release the Supervisor belongs to.
    package enum Generation: Int, CaseIterable, Sendable {
        case seven = 7
        case eight = 8
    }

    package var generation = Generation.eight
    /// Up to four numbers; the newest release of the generation when nil.
    package var version: String?
    /// On top of what the generation has.
    package var capabilities: [String: Bool] = [:]
    /// Fields of `SupervisorProperties.spec` that replace the standard ones; null leaves a field out.
    package var properties: [String: Value] = [:]
    /// Namespaces beyond the generation's own.
    package var namespaces: [String] = []
    /// Services that are there from the start: each gets a namespace `svc-NAME-MOID`.
    package var services: [String] = []

    package init() {}

    package var effectiveVersion: String {
        if let version { return version }
        return generation == .seven ? "7.0.3.0" : "8.0.3.0"
    }

    /// The build number at the end of a version; any will do.
    private static let build = "24022510"

    func controlPlaneKubelet(_ profile: ServerProfile) -> String {
        "\(profile.gitVersion)+vmware.wcp.1-vsc\(effectiveVersion)-\(Self.build)"
    }

    func hostKubelet(_ profile: ServerProfile) -> String { "\(profile.gitVersion)-sph-4e0a0cd" }

    /// Most namespaces, services, capabilities and properties that may be named.
    private static let maximumNames = 100

    /// As the settings carry them; every refusal names the key.
    package init(
        generation: Int, version: String, capabilities: [String: Value], properties: [String: Value],
        namespaces: [String], services: [String]
    ) throws(FleetError) {
        guard let known = Generation(rawValue: generation) else {
            throw FleetError(.invalidArgument, "supervisor.generation: \(generation)", reason: "7 or 8")
        }
        self.generation = known
        if !version.isEmpty {
            let parts = version.split(separator: ".", omittingEmptySubsequences: false)
            guard (2...4).contains(parts.count), parts.allSatisfy({ $0.utf8.count < 10 && UInt32($0) != nil }) else {
                throw FleetError(
                    .invalidArgument, "supervisor.version: \"\(version)\"", reason: "two to four numbers, as 8.0.3.0")
            }
            self.version = version
        }
        guard [capabilities.count, properties.count, namespaces.count, services.count].max() ?? 0 <= Self.maximumNames
        else { throw FleetError(.invalidArgument, "supervisor: at most \(Self.maximumNames) of each kind") }
        for (name, value) in capabilities {
            guard let flag = value.boolValue ?? value.stringValue.flatMap({ Bool($0) }) else {
                throw FleetError(.invalidArgument, "supervisor.capabilities: \(name) must be true or false")
            }
            self.capabilities[name] = flag
        }
        self.properties = properties
        for name in namespaces + services where !Names.isLabel(name) {
            throw FleetError(
                .invalidArgument, "supervisor: \"\(name)\" is no name of a namespace or service",
                reason: "lower case letters, digits and '-'")
        }
        self.namespaces = namespaces
        self.services = services
    }
}
