internal import Reconciliation

/// A rendered package, prepared for the cluster.
struct PreparedPackage: Sendable {
    var manifests: ManifestSet
    var unresolvedImages: [String]
}
