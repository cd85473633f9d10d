package import FleetModel

/// What an imgpkg bundle holds: its files by path.
package struct Bundle: Hashable, Sendable {
    /// `config/values.yaml` → bytes; `/` separated, relative, without `.` or `..` parts.
    package var files: [String: [UInt8]]
    /// Image digest for an OCI layout, tree digest for a directory.
    package var digest: ContentDigest

    package init(files: [String: [UInt8]], digest: ContentDigest) {
        self.files = files
        self.digest = digest
    }
}

/// Which bundle is wanted.
package struct BundleReference: Hashable, Sendable {
    package var refName: String
    package var version: String
    /// `registry.example.com/harbor@sha256:…`; nil when the package is inline.
    package var image: String?
    /// The digest pinned at registration; nil when none was pinned.
    package var pinned: ContentDigest?

    package init(refName: String, version: String, image: String?, pinned: ContentDigest? = nil) {
        self.refName = refName
        self.version = version
        self.image = image
        self.pinned = pinned
    }

    /// The digest part of `image`; nil for a tag.
    package var imageDigest: ContentDigest? {
        guard let image, let at = image.lastIndex(of: "@") else { return nil }
        let digest = ContentDigest(String(image[image.index(after: at)...]))
        return digest.isWellFormed ? digest : nil
    }
}

/// Where bundles come from.
package protocol BundleSource: Sendable {
    /// The bundle's files, checked against its digest.
    ///
    /// Errors name the image, where it was looked for, and how to add it.
    func fetch(_ reference: BundleReference) async throws(FleetError) -> Bundle
}

/// Bounds on what a bundle may hold.
package struct BundleLimits: Hashable, Sendable {
    package var files = 10_000
    /// All files together, unpacked.
    package var bytes = 64 * 1024 * 1024
    /// One file.
    package var fileBytes = 16 * 1024 * 1024
    /// Unpacked size over packed size: a higher ratio is a compression bomb.
    package var ratio = 200
    package init() {}
}
