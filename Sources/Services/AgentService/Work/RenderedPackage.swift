internal import Reconciliation
internal import ResourceModel

/// What a package's template steps came to.
struct RenderedPackage: Sendable {
    /// In order, as they will be declared.
    var documents: [Value]
    /// Image references that the package's lock does not pin.
    var unresolvedImages: [String]
}

/// The same, prepared for the cluster.
struct PreparedPackage: Sendable {
    var manifests: ManifestSet
    var unresolvedImages: [String]
}
