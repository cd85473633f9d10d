internal import FleetModel

/// What is known of the last apply of a service, so that drift is found and removal works after a restart.
struct AppliedSummary: Hashable, Codable, Sendable {
    struct UsedKind: Hashable, Codable, Sendable {
        var group: String
        var kind: String
    }

    var generation: UInt64
    var version: String
    var namespace: String
    /// Value of the label `kapp.k14s.io/app`.
    var label: String
    var kinds: [UsedKind]
    var objectCount: Int
    var succeeded: Bool
    /// The last final message; `Reconcile succeeded` or the cluster's own words.
    var message: String
    var at: Timestamp
}
