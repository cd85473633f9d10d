internal import FleetModel
internal import KubernetesClient
internal import Reconciliation
internal import ResourceModel

/// The namespace of a service, `svc-<name>-<moid>`, made by the platform and never shared by two services.
struct ServiceNamespace: Sendable {
    static let serviceLabel = "appplatform.vmware.com/serviceId"
    static let managerLabel = "managedBy"
    static let manager = "vSphere-AppPlatform"

    let name: String
    let service: ServiceID
    let client: KubernetesClient

    /// Makes the namespace, or checks that the one that is there is this service's.
    ///
    /// A namespace without the label is taken for ours when this service's app record is in it: packages that declare
    /// their own namespace replace its labels.
    func ensure() async throws {
        guard let live = try await client.find(AppCluster.namespaceKind, namespace: nil, name: name) else {
            return try await make()
        }
        if live.isBeingDeleted {
            throw KubernetesError(
                status: 409, reason: "Conflict", message: "namespace \(name) is still being deleted")
        }
        let owner = live.objectLabels[Self.serviceLabel]
        if owner == Self.labelValue(service) { return }
        let record = try await client.find(
            AppCluster.configMap, namespace: name, name: AppCluster.recordName(service))
        if owner == nil, record != nil { return }
        throw FleetError(
            .refused, "namespace \(name) exists and is not this service's",
            reason: owner.map { "it belongs to \($0) (label \(Self.serviceLabel))" }
                ?? "it has no label \(Self.serviceLabel)=\(Self.labelValue(service))",
            next: "kubectl get namespace \(name) --show-labels")
    }

    private func make() async throws {
        let namespace: Value = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
        _ = try await client.create(Self.owned(namespace, namespace: name, by: service))
    }

    /// A package that declares its own namespace would replace the platform's labels: they are added to what it
    /// declares. Any other object comes back as it is.
    static func owned(_ object: Value, namespace: String, by service: ServiceID) -> Value {
        guard object.kind == "Namespace", object.apiVersion == "v1", object.objectName == namespace else {
            return object
        }
        var owned = object
        owned[at: "metadata", "labels", serviceLabel] = .string(labelValue(service))
        owned[at: "metadata", "labels", managerLabel] = .string(manager)
        return owned
    }

    /// A label's value holds at most 63 characters and ends with a letter or digit.
    static func labelValue(_ service: ServiceID) -> String {
        var text = String(service.rawValue.prefix(63))
        while let last = text.last, !last.isLetter, !last.isNumber { text.removeLast() }
        return text
    }
}
