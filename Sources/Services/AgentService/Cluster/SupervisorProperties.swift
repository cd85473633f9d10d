package import FleetModel
internal import KubernetesClient
internal import Reconciliation
package import ResourceModel

/// The well-known properties of a Supervisor that packages may declare in their values schema (VMware's
/// "environment-aware" packages): what the settings say, and what the cluster itself tells.
package struct SupervisorProperties: Hashable, Sendable {
    private static let controlPlaneCount = "controlPlaneCount"
    private static let supervisorUUID = "supervisorUUID"
    private static let controlPlaneLabel = "node-role.kubernetes.io/control-plane"
    private static let nodeKind = GroupVersionKind(group: "", version: "v1", kind: "Node")

    private let configured: [String: Value]

    /// Only what the cluster tells.
    package init() { configured = [:] }

    /// Refuses names that no package can ask for: they would be dropped in silence.
    package init(configured: [String: Value]) throws(FleetError) {
        if let unknown = configured.keys.sorted().first(where: { !PlatformValues.wellKnown.contains($0) }) {
            throw FleetError(
                .invalidArgument, "setting supervisorProperties: \(unknown) is not a property of a Supervisor",
                reason: "known: " + PlatformValues.wellKnown.sorted().joined(separator: ", "),
                next: "correct or remove \(unknown)")
        }
        self.configured = configured
    }

    /// The properties that `schema` (`valuesSchema.openAPIv3`) asks for; those that are not known are left out, so that
    /// the schema's default stands. The settings win over the cluster.
    func values(for schema: Value, client: KubernetesClient) async throws(KubernetesError) -> [String: Value] {
        let wanted = PlatformValues.wanted(schema: schema)
        var values = configured.filter { wanted.contains($0.key) }
        if wanted.contains(Self.controlPlaneCount), values[Self.controlPlaneCount] == nil,
            let nodes = try await Self.unlessForbidden({ () async throws(KubernetesError) in
                try await client.list(Self.nodeKind, options: ListOptions(labelSelector: Self.controlPlaneLabel)).items
            }), !nodes.isEmpty
        {
            let type = schema[at: "properties", Self.controlPlaneCount, "type"]?.stringValue
            values[Self.controlPlaneCount] = type == "string" ? .string("\(nodes.count)") : .int(Int64(nodes.count))
        }
        if wanted.contains(Self.supervisorUUID), values[Self.supervisorUUID] == nil,
            let system = try await Self.unlessForbidden({ () async throws(KubernetesError) in
                try await client.find(AppCluster.namespaceKind, namespace: nil, name: "kube-system")
            }), let found = system, !found.uid.isEmpty
        {
            values[Self.supervisorUUID] = .string(found.uid)
        }
        return values
    }

    /// A service account that may not look still manages its services.
    private static func unlessForbidden<Found>(
        _ look: () async throws(KubernetesError) -> Found
    ) async throws(KubernetesError) -> Found? {
        do throws(KubernetesError) {
            return try await look()
        } catch {
            if error.status == 403 || error.status == 401 { return nil }
            throw error
        }
    }
}
