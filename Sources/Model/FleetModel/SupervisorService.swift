/// ACTIVATED or DEACTIVATED, of a service and of each of its versions (vCenter's words).
package enum LifecycleState: String, Codable, Sendable, CaseIterable {
    case activated = "ACTIVATED"
    case deactivated = "DEACTIVATED"
}

/// A registered Supervisor Service with all its versions.
package struct SupervisorService: Hashable, Codable, Sendable {
    package var id: ServiceID
    package var displayName: String
    package var shortDescription: String
    package var state: LifecycleState
    /// Sorted by package version order, oldest first.
    package var versions: [ServiceVersion]

    package init(
        id: ServiceID, displayName: String, shortDescription: String, state: LifecycleState = .activated,
        versions: [ServiceVersion] = []
    ) {
        self.id = id
        self.displayName = displayName
        self.shortDescription = shortDescription
        self.state = state
        self.versions = versions
    }
}

/// One registered version: a Carvel Package and where its bundle's bytes are pinned.
package struct ServiceVersion: Hashable, Codable, Sendable {
    package var version: String
    package var state: LifecycleState
    /// Content-store name of the Package document's YAML.
    package var package: ContentDigest
    /// The image reference in `fetch[0].imgpkgBundle.image`; nil for an inline package.
    package var bundleImage: String?
    /// Tree digest of a bundle directory, pinned at registration; nil when the image digest itself pins it.
    package var bundleTree: ContentDigest?
    /// Content-store name of the bundle as an archive, for agents without a source of their own.
    package var bundleContent: ContentDigest?
    package var registeredAt: Timestamp
    /// vCenter's content type, `VSPHERE_APPS_YAML` or `CUSTOM_YAML`; nil for `CARVEL_APPS_YAML`.
    package var format: String?
    /// An end user licence agreement was accepted with the registration.
    package var acceptedEULA: Bool?

    package init(
        version: String, state: LifecycleState = .activated, package: ContentDigest, bundleImage: String? = nil,
        bundleTree: ContentDigest? = nil, bundleContent: ContentDigest? = nil, registeredAt: Timestamp
    ) {
        self.version = version
        self.state = state
        self.package = package
        self.bundleImage = bundleImage
        self.bundleTree = bundleTree
        self.bundleContent = bundleContent
        self.registeredAt = registeredAt
    }
}
