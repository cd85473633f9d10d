package import FleetModel

/// What `decide` needs to know of a Package document; its text is content, named by `package`.
///
/// The driver parses and stores the document first, so that deciding stays pure.
package struct PackageFacts: Hashable, Codable, Sendable {
    /// `spec.refName`.
    package var service: ServiceID
    /// `spec.version`.
    package var version: String
    /// Content name of the Package document.
    package var package: ContentDigest
    /// From PackageMetadata; the refName when there is none.
    package var displayName: String
    package var shortDescription: String
    /// `fetch[0].imgpkgBundle.image`; nil for an inline package.
    package var bundleImage: String?
    /// Tree digest of a bundle directory, pinned at registration.
    package var bundleTree: ContentDigest?
    /// Content name of the bundle as an archive; nil when the coordinator holds none.
    package var bundleContent: ContentDigest?
    package var hasSchema: Bool
    /// vCenter's content type, `VSPHERE_APPS_YAML` or `CUSTOM_YAML`; nil for `CARVEL_APPS_YAML`.
    package var format: String?
    /// An end user licence agreement was accepted with the registration.
    package var acceptedEULA: Bool?
    /// What a review of the package came to, in lines for the feed.
    package var review: [String]?
    /// Fetched as `image`, not as `imgpkgBundle`.
    package var fetchesPlainImage: Bool?

    package var bundleIsPlainImage: Bool { fetchesPlainImage ?? false }

    package init(
        service: ServiceID, version: String, package: ContentDigest, displayName: String = "",
        shortDescription: String = "", bundleImage: String? = nil, bundleTree: ContentDigest? = nil,
        bundleContent: ContentDigest? = nil, hasSchema: Bool = false
    ) {
        self.service = service
        self.version = version
        self.package = package
        self.displayName = displayName.isEmpty ? service.rawValue : displayName
        self.shortDescription = shortDescription
        self.bundleImage = bundleImage
        self.bundleTree = bundleTree
        self.bundleContent = bundleContent
        self.hasSchema = hasSchema
    }
}
