package import FleetModel
package import ResourceModel

/// What a controller of the simulated Supervisor may see and do: the cluster's objects, through the same rules as
/// any client, and the cluster's clock and entropy.
///
/// Controllers are pure: `step(store)` looks at the objects and makes the writes that are due now; when something is
/// due later it asks to be called again with `wake(at:)`. All writes are level-triggered and may be repeated.
package protocol ControllerStore {
    /// The cluster's clock in wall time (sped up or frozen by a setting).
    var now: Timestamp { get }
    /// The API server profile: `1.25` or `1.32`. Event and condition texts depend on it.
    var profile: ServerProfile { get }

    /// Objects of a kind, sorted by namespace and name; `namespace` nil = all.
    func list(_ kind: GroupVersionKind, namespace: String?) -> [Value]
    func get(_ kind: GroupVersionKind, namespace: String, name: String) -> Value?
    /// A number that differs after every change of an object of that kind.
    func changeMark(_ kind: GroupVersionKind) -> Int

    /// Creates through defaulting and validation; returns the stored object. `generateName` is honoured.
    @discardableResult
    mutating func create(_ object: Value) throws -> Value
    /// Replaces spec and metadata (not status), as the controller's own field manager.
    @discardableResult
    mutating func update(_ object: Value) throws -> Value
    /// Replaces the status subresource only. A write that changes nothing makes no new resourceVersion.
    @discardableResult
    mutating func updateStatus(_ object: Value) throws -> Value
    /// Deletes in the background, honouring finalizers and grace (pods: sets deletionTimestamp until `finalize`).
    mutating func delete(_ kind: GroupVersionKind, namespace: String, name: String) throws
    /// Removes an object that is being deleted and whose grace has passed (kubelet's last step for a pod).
    mutating func finalize(_ kind: GroupVersionKind, namespace: String, name: String) throws

    /// Records a core v1 Event about `object`; a repeat within the series raises `count` and `lastTimestamp`.
    mutating func recordEvent(
        about object: Value, type: String, reason: String, message: String, component: String)
    /// Asks for a further step no later than `time`.
    mutating func wake(at time: Timestamp)
    /// Five random characters of Kubernetes' name alphabet (`bcdfghjklmnpqrstvwxz2456789`), from the seed.
    mutating func randomSuffix() -> String
    /// The next free pod address, node port or cluster address.
    mutating func allocateAddress(_ kind: AddressKind) -> String
}

extension ControllerStore {
    /// For stores that keep no such number: taken from the objects' resourceVersions.
    package func changeMark(_ kind: GroupVersionKind) -> Int {
        var hasher = Hasher()
        for object in list(kind, namespace: nil) { hasher.combine(object.resourceVersion) }
        return hasher.finalize()
    }
}
