package import FleetModel

/// A bundle as it was found at registration.
package struct PinnedBundle: Hashable, Sendable {
    /// Of the image, or of the folder's tree.
    package var digest: ContentDigest
    /// All files as one tar archive: the same files make the same bytes.
    package var archive: [UInt8]

    package init(digest: ContentDigest, archive: [UInt8]) {
        self.digest = digest
        self.archive = archive
    }
}
