package import FleetModel
internal import ResourceModel

/// The API server of one simulated Supervisor, whole: its objects, their history, its clock, entropy and faults.
///
/// A value without IO: `handle` answers one request, `nextLines` continues a watch, `step` runs the controllers and
/// says when to come back. A copy of it is a rehearsal.
package struct ClusterState: Sendable {
    package let settings: ClusterSettings
    /// The cluster's clock, as of the last call.
    package internal(set) var now: Timestamp
    package internal(set) var clock: ClusterClock
    /// Real time of the last call.
    var real: Timestamp
    package internal(set) var registry: ResourceRegistry
    package internal(set) var faults: ClusterFaults
    /// A fault keeps the controllers still.
    var isFrozen = false
    /// The clock's speed when no fault changes it.
    var wantedSpeed: Double
    var marks: [RevisionMark] = []
    /// The newest resourceVersion.
    package internal(set) var revision = 0
    var entropy: ClusterEntropy
    var stores: [GroupResource: ObjectStore] = [:]
    var owners = OwnerIndex()
    var addresses = AddressBook()
    /// Controllers of workloads, volumes and pods; nil in tests of the API rules alone.
    package var controllers: (any ControllerSet)?
    /// Cluster time at which a controller wants to look again.
    var wakeTime: Timestamp?
    /// The newest change of a CRD that the CRD controller has looked at.
    var definitionsMark = -1
    /// CRDs nobody has established yet, and when that is due.
    var newDefinitions: [String: Timestamp] = [:]
    /// Answers of webhooks to the request that is being handled; nil = there is nobody who could ask them.
    package var webhookAnswers: [String: (call: WebhookCall, answer: WebhookAnswer)]?
    /// The webhook a request could not do without; what it did so far is to be thrown away.
    package internal(set) var pendingWebhook: WebhookCall?
    /// Who sends the request that is being handled.
    var webhookCaller: Caller?
    /// The revision the quotas' status was last worked out at.
    var quotaMark = -1
    /// Raised by every write: the controllers have something to look at.
    var isDirty = true
    /// Field manager of writes that come from controllers.
    static let controllerManager = "kube-controller-manager"

    package init(settings: ClusterSettings, at real: Timestamp, controllers: (any ControllerSet)? = nil) {
        self.settings = settings
        registry = ResourceRegistry(settings.profile)
        clock = ClusterClock(at: real, speed: settings.clockSpeed)
        now = real
        self.real = real
        entropy = ClusterEntropy(seed: settings.seed)
        faults = ClusterFaults(seed: settings.seed)
        wantedSpeed = settings.clockSpeed
        self.controllers = controllers
        preload()
    }

    /// A cluster as a snapshot left it. Time went on meanwhile, but never backwards.
    package init(
        settings: ClusterSettings, restoring snapshot: ClusterSnapshot, at real: Timestamp,
        controllers: (any ControllerSet)? = nil
    ) {
        self.settings = settings
        registry = ResourceRegistry(settings.profile)
        let start = max(real, snapshot.now)
        clock = ClusterClock(at: real, showing: start, speed: settings.clockSpeed)
        now = start
        self.real = real
        entropy = ClusterEntropy(seed: snapshot.entropy)
        faults = ClusterFaults(seed: settings.seed)
        wantedSpeed = settings.clockSpeed
        self.controllers = controllers
        restore(snapshot)
    }

    /// From here on other uids and other faults than those of the settings' seed: a copy of a cluster goes its own way.
    package mutating func reseed(_ seed: UInt64) {
        entropy = ClusterEntropy(seed: seed)
        faults = ClusterFaults(seed: seed)
    }

    package var profile: ServerProfile { settings.profile }

    mutating func advance(to real: Timestamp) {
        markRevision()
        self.real = real
        followFaults(at: real)
        now = max(now, clock.time(at: real))
    }

    // MARK: Objects

    func store(of resource: ResourceDefinition) -> ObjectStore { stores[resource.groupResource] ?? ObjectStore() }

    /// The stored object in the wanted version.
    func object(_ resource: ResourceDefinition, namespace: String, name: String) -> Value? {
        let key = ObjectKey(namespace: resource.isNamespaced ? namespace : "", name: name)
        return stores[resource.groupResource]?[key].map { converted($0, to: resource) }
    }

    func objects(_ resource: ResourceDefinition, namespace: String?) -> [Value] {
        let found = stores[resource.groupResource]?.list(namespace: namespace) ?? []
        return resource.hasConversion ? found.map { converted($0, to: resource) } : found
    }

    /// Versions of a CRD differ in nothing but `apiVersion` (conversion strategy None).
    func converted(_ object: Value, to resource: ResourceDefinition) -> Value {
        guard resource.hasConversion, object.apiVersion != resource.apiVersion else { return object }
        guard resource.isCustom else { return VersionConversion.converted(object, to: resource.apiVersion) }
        var converted = object
        converted["apiVersion"] = .string(resource.apiVersion)
        return converted
    }

    func resource(_ kind: String, group: String = "", version: String = "v1") -> ResourceDefinition {
        guard let found = registry.resource(GroupVersionKind(group: group, version: version, kind: kind)) else {
            preconditionFailure("\(kind) is a built-in kind")
        }
        return found
    }

    // MARK: Storing

    mutating func nextRevision() -> Int {
        revision += 1
        return revision
    }

    /// Stores an object under a new resourceVersion and returns it as stored.
    mutating func put(_ object: Value, _ resource: ResourceDefinition) -> Value {
        let revision = nextRevision()
        var stored = resource.isCustom ? object : storageForm(object, resource)
        stored[at: "metadata", "resourceVersion"] = .string(String(revision))
        let key = ObjectKey(namespace: resource.isNamespaced ? stored.objectNamespace : "", name: stored.objectName)
        let previous = stores[resource.groupResource]?[key]
        let limit = settings.watchHistoryLimit
        stores[resource.groupResource, default: ObjectStore()].put(
            stored, at: key, revision: revision, limit: limit)
        owners.update(
            OwnerIndex.Entry(resource: resource.groupResource, key: key), from: previous, to: stored)
        isDirty = true
        didChange(resource, from: previous, to: stored)
        return converted(stored, to: resource)
    }

    /// An object in the version its resource is stored in.
    private func storageForm(_ object: Value, _ resource: ResourceDefinition) -> Value {
        guard resource.hasConversion, let storage = registry.resource(resource.groupResource) else { return object }
        return object.apiVersion == storage.apiVersion
            ? object : VersionConversion.converted(object, to: storage.apiVersion)
    }

    /// Stores what a part of the server itself wrote, under its name.
    @discardableResult
    mutating func put(
        _ object: Value, replacing old: Value, _ resource: ResourceDefinition, by manager: String,
        subresource: String? = "status"
    ) -> Value {
        var object = object
        object[at: "metadata", "managedFields"] = ManagedFields.afterUpdate(
            from: old, to: object, manager: manager, subresource: subresource, resource: resource, at: now)
        return put(object, resource)
    }

    /// Takes an object out of the store; watchers see its last state with a new resourceVersion.
    mutating func take(_ object: Value, _ resource: ResourceDefinition) {
        let revision = nextRevision()
        var last = resource.isCustom ? object : storageForm(object, resource)
        last[at: "metadata", "resourceVersion"] = .string(String(revision))
        let key = ObjectKey(namespace: resource.isNamespaced ? last.objectNamespace : "", name: last.objectName)
        let limit = settings.watchHistoryLimit
        stores[resource.groupResource]?.remove(key, last: last, revision: revision, limit: limit)
        owners.update(OwnerIndex.Entry(resource: resource.groupResource, key: key), from: object, to: nil)
        isDirty = true
        didChange(resource, from: object, to: nil)
    }

    /// What the server itself derives from an object: served CRDs, taken addresses.
    private mutating func didChange(_ resource: ResourceDefinition, from old: Value?, to new: Value?) {
        switch (resource.group, resource.plural) {
        case ("", "services"): addresses.update(from: old, to: new)
        case ("apiextensions.k8s.io", "customresourcedefinitions"): serve(crd: new, replacing: old)
        default: break
        }
    }
}
