package import FleetModel

/// What an imgpkg bundle holds: its files by path.
package struct Bundle: Hashable, Sendable {
    /// `config/values.yaml` → bytes; `/` separated, relative, without `.` or `..` parts.
    package var files: [String: [UInt8]]
    /// Image digest for an image, tree digest for a directory.
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
    /// Fetched as `image`, not as `imgpkgBundle`: no label is asked for and no image lock is rewritten.
    package var isPlainImage: Bool

    package init(
        refName: String, version: String, image: String?, pinned: ContentDigest? = nil, isPlainImage: Bool = false
    ) {
        self.refName = refName
        self.version = version
        self.image = image
        self.pinned = pinned
        self.isPlainImage = isPlainImage
    }

    /// The digest part of `image`; nil for a tag.
    package var imageDigest: ContentDigest? { image.flatMap { try? ImageName($0).digest } }

    /// As error texts name it.
    var title: String { "the bundle of \(refName) \(version)" + (image.map { " (\(TarReader.shown($0)))" } ?? "") }
}

/// A bundle that the coordinator holds, as the wanted state names it.
package struct CarriedBundle: Sendable {
    /// Of the archive (`TarWriter`).
    package var digest: ContentDigest
    /// The archive's bytes, over the link.
    package var content: @Sendable () async throws(FleetError) -> [UInt8]

    package init(digest: ContentDigest, content: @escaping @Sendable () async throws(FleetError) -> [UInt8]) {
        self.digest = digest
        self.content = content
    }
}

/// Where bundles come from.
package protocol BundleSource: Sendable {
    /// The bundle's files, checked against its digest. `carried` is what the coordinator has of it, if anything.
    ///
    /// Errors name the image, every place where it was looked for with its answer, and how to add it.
    func fetch(_ reference: BundleReference, carried: CarriedBundle?) async throws(FleetError) -> Bundle
}

extension BundleSource {
    package func fetch(_ reference: BundleReference) async throws(FleetError) -> Bundle {
        try await fetch(reference, carried: nil)
    }
}

/// Bounds on what a bundle may hold.
package struct BundleLimits: Hashable, Sendable {
    package var files = 10_000
    /// All files together, unpacked; also all layers together, packed.
    package var bytes = 64 * 1024 * 1024
    /// One file.
    package var fileBytes = 16 * 1024 * 1024
    /// One layer's archive, unpacked: the files and what the archive needs beside them.
    package var archiveBytes = 80 * 1024 * 1024
    /// Unpacked size over packed size: a higher ratio is a compression bomb.
    package var ratio = 200
    /// A manifest or a configuration.
    package var manifestBytes = ImageLimits.manifestBytes
    /// Bundles within a bundle, all levels together.
    package var nestedBundles = 32
    package init() {}
}
