internal import FleetModel
internal import KubernetesClient
internal import Reconciliation
internal import ResourceModel

/// The cluster as one app sees it: its record, its objects by label, and who owns what else.
struct AppCluster: Sendable {
    static let configMap = GroupVersionKind(group: "", version: "v1", kind: "ConfigMap")
    static let namespaceKind = GroupVersionKind(group: "", version: "v1", kind: "Namespace")
    static let claimKind = GroupVersionKind(group: "", version: "v1", kind: "PersistentVolumeClaim")
    static let volumeKind = GroupVersionKind(group: "", version: "v1", kind: "PersistentVolume")

    let client: KubernetesClient

    /// kapp-controller names the record after the App, and the App after the package install.
    static func recordName(_ service: ServiceID) -> String { "\(service.rawValue).app" }

    /// The app's record with its change records; nil when there is none.
    func record(of service: ServiceID, namespace: String) async throws(KubernetesError) -> AppRecord? {
        guard
            let found = try await client.find(
                Self.configMap, namespace: namespace, name: Self.recordName(service)),
            let bare = AppRecord(configMap: found)
        else { return nil }
        let changes = try await client.list(
            Self.configMap, namespace: namespace, options: ListOptions(labelSelector: bare.changesSelector))
        return AppRecord(configMap: found, changes: changes.items)
    }

    /// Writes the record, and its newest change.
    func write(_ record: AppRecord) async throws(KubernetesError) {
        if let change = record.lastChangeConfigMap { try await upsert(change) }
        try await upsert(record.configMap)
    }

    func deleteRecord(_ record: AppRecord) async throws(KubernetesError) {
        for name in record.changes.map(\.name) + [record.name] {
            try await deleteConfigMap(name, namespace: record.namespace)
        }
    }

    func deleteConfigMap(_ name: String, namespace: String) async throws(KubernetesError) {
        do {
            try await client.delete(Self.configMap, namespace: namespace, name: name)
        } catch  where error.isNotFound {
            return
        }
    }

    private func upsert(_ object: Value) async throws(KubernetesError) {
        do {
            _ = try await client.create(object)
        } catch  where error.isAlreadyExists {
            _ = try await client.patch(
                object.groupVersionKind, namespace: object.objectNamespace, name: object.objectName, type: .merge,
                body: object)
        }
    }

    /// All objects of these kinds with the label, in all namespaces, sorted. Kinds the server does not have are empty.
    func labelled(_ label: String, kinds: [GroupKind]) async throws(KubernetesError) -> [Value] {
        var objects: [Value] = []
        for kind in kinds.sorted() {
            guard let resource = try await client.preferredResource(group: kind.group, kind: kind.kind),
                resource.verbs.isEmpty || resource.verbs.contains("list")
            else { continue }
            do {
                objects += try await client.list(
                    resource.groupVersionKind, options: ListOptions(labelSelector: label)
                ).items
            } catch  where error.isNotFound && error.isPlainText {
                client.forgetDiscovery()
            }
        }
        return objects
    }

    /// Reads everything a comparison with `declared` needs.
    func live(
        declared: [Value], record: AppRecord
    ) async throws(KubernetesError) -> ChangeSet.Live {
        let kinds = ChangeSet.kinds(declared: declared, record: record)
        let found = try await labelled(record.label, kinds: kinds)
        let labelled = Self.at(versionsOf: declared, found)
        var byName: [Value] = []
        for wanted in ChangeSet.lookups(declared: declared, labelled: labelled) {
            if let object = try await find(wanted) { byName.append(object) }
        }
        let foreign = byName.contains { ($0.objectLabels[KappKey.app] ?? record.labelValue) != record.labelValue }
        return ChangeSet.Live(labelled: labelled, byName: byName, apps: foreign ? try await owners() : [:])
    }

    /// What others made of the kinds that these objects define: it would go with the definition. What another object
    /// owns goes and stays with its owner.
    func customs(_ objects: [Value], label: String) async throws(KubernetesError) -> [Value] {
        var customs: [Value] = []
        for kind in objects.compactMap(\.definedKind).sorted() {
            guard let resource = try await client.preferredResource(group: kind.group, kind: kind.kind) else {
                continue
            }
            do {
                customs += try await client.list(resource.groupVersionKind).items.filter { object in
                    object.objectLabels[KappKey.app] != label
                        && object.metadata["ownerReferences"]?.arrayValue?.isEmpty != false
                }
            } catch  where error.isNotFound {
                continue
            }
        }
        return customs
    }

    /// Read again by name; nil when it is gone.
    func find(_ object: Value) async throws(KubernetesError) -> Value? {
        try await client.find(
            object.groupVersionKind, namespace: object.objectNamespace, name: object.objectName)
    }

    /// Which app has which label, to name the owner in a conflict.
    private func owners() async throws(KubernetesError) -> [String: String] {
        let records = try await client.list(
            Self.configMap, options: ListOptions(labelSelector: KappKey.isApp))
        var owners: [String: String] = [:]
        for record in records.items.compactMap({ AppRecord(configMap: $0) }) {
            owners[record.labelValue] = ChangeSet.owner(name: record.name, namespace: record.namespace)
        }
        return owners
    }

    /// An object listed at the preferred version is shown at the version it is declared with when the two have the
    /// same content; the API version is no difference by itself (kapp compares objects as listed).
    private static func at(versionsOf declared: [Value], _ found: [Value]) -> [Value] {
        var versions: [ObjectIdentity: String] = [:]
        for object in declared { versions[object.identity] = object.apiVersion }
        return found.map { object in
            guard let version = versions[object.identity], version != object.apiVersion else { return object }
            var shown = object
            shown["apiVersion"] = .string(version)
            return shown
        }
    }
}
