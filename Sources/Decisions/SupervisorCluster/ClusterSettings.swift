/// What one simulated Supervisor is like.
package struct ClusterSettings: Sendable {
    package var profile = ServerProfile.kubernetes125
    /// Everything random (uids, name suffixes) comes from it.
    package var seed: UInt64 = 1
    /// vCenter's name of the Supervisor, such as `domain-c8`.
    package var moid = "domain-c8"
    /// What makes it a Supervisor.
    package var supervisor = SupervisorTraits()
    /// Cluster seconds per real second.
    package var clockSpeed: Double = 1
    /// Empty: anonymous requests may do everything (plain HTTP in tests).
    package var tokens: [AccessToken] = []
    package var workerNodes = 3
    /// Storage classes of a fresh cluster.
    package var storageClasses = StorageClassSetting.standard
    /// Changes kept per resource for watchers; an older watch gets 410.
    package var watchHistoryLimit = 1000
    /// Bytes of a request body; etcd's request limit with room for the HTTP body, as the API server has it.
    package var maximumBodyBytes = 3 * 1024 * 1024
    /// Objects of one resource; beyond it creation is refused with 507's cousin, 429.
    package var maximumObjectsPerResource = 20_000
    /// Rounds of the controllers at one instant before they are cut off until the next step.
    package var maximumControllerRounds = 50
    /// Lines one pull of a watch may return.
    package var watchBatch = 200
    /// Cluster addresses handed out to services.
    package var serviceRange = "10.96.0.0/16"

    /// Where webhooks behind a Service are asked: `namespace/name` of the Service to a base URL.
    package var webhookServices: [String: String] = [:]

    /// Cluster milliseconds until a new CRD is served; measured at some 20 on a real server.
    package var establishMilliseconds: Int64 = 20

    package init() {}
}
