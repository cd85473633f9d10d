internal import ResourceModel

/// What is known of the server's kinds, by group and version.
struct DiscoveryCache {
    /// `apps/v1` → its kinds.
    var resources: [String: [String: APIResource]] = [:]
    /// Group → served versions, the preferred one first.
    var versions: [String: [String]]?
}
