internal import FleetModel
internal import FleetRuntime
internal import ResourceModel

/// An image with its layers laid over each other.
struct PulledImage: Sendable {
    /// Label of every image that `imgpkg push -b` makes.
    static let bundleLabel = "dev.carvel.imgpkg.bundle"

    var files: [String: [UInt8]]
    /// Of the manifest (or index) that the reference names.
    var digest: ContentDigest
    var isBundle: Bool

    /// Gets and checks all of an image: its digest, every content's digest and size, and the bounds on what it holds.
    static func pull(
        _ image: ImageName, digest wanted: ContentDigest?, from place: some ImagePlace, limits: BundleLimits
    ) async throws(PlaceFailure) -> PulledImage {
        let top = try await manifest(image, wanted, place, limits)
        var manifest = top.manifest
        var depth = 0
        while case .index(let platforms) = manifest {
            depth += 1
            guard depth <= 4 else { throw .refused("the index leads to further indexes without end") }
            manifest = try await Self.manifest(image, try choose(platforms).digest, place, limits).manifest
        }
        guard case .image(let config, let layers) = manifest else { throw .refused("the manifest names no image") }
        return PulledImage(
            files: try await unpack(layers, place, limits), digest: top.digest,
            isBundle: try await isBundle(config, place, limits))
    }

    private static func manifest(
        _ image: ImageName, _ wanted: ContentDigest?, _ place: some ImagePlace, _ limits: BundleLimits
    ) async throws(PlaceFailure) -> (manifest: ImageManifest, digest: ContentDigest) {
        let bytes = try await place.manifest(of: image, digest: wanted)
        guard bytes.count <= limits.manifestBytes else { throw .refused("the manifest has \(bytes.count) bytes") }
        let digest = ContentDigest(sha256Of: bytes)
        guard wanted == nil || wanted == digest else {
            throw .refused("the manifest has the digest \(digest), wanted is \(wanted.map(\.rawValue) ?? "")")
        }
        return (try ImageManifest(bytes), digest)
    }

    /// As go-containerregistry chooses: linux/amd64; a list of one needs no choice.
    private static func choose(
        _ platforms: [(platform: String, manifest: ImageDescriptor)]
    ) throws(PlaceFailure) -> ImageDescriptor {
        if let found = platforms.first(where: { $0.platform == "linux/amd64" }) { return found.manifest }
        if platforms.count == 1 { return platforms[0].manifest }
        let names = platforms.map { $0.platform.isEmpty ? "?" : TarReader.shown($0.platform) }
        throw .refused("the index has no image for linux/amd64, only for \(names.prefix(20).joined(separator: ", "))")
    }

    private static func isBundle(
        _ config: ImageDescriptor?, _ place: some ImagePlace, _ limits: BundleLimits
    ) async throws(PlaceFailure) -> Bool {
        guard let config, config.mediaType != "application/vnd.oci.empty.v1+json" else { return false }
        let bytes = try await place.blob(config, limit: limits.manifestBytes)
        let value = try? JSONReader.read(bytes)
        return value?["config"]?["Labels"]?[bundleLabel]?.stringValue == "true"
    }

    private static func unpack(
        _ layers: [ImageDescriptor], _ place: some ImagePlace, _ limits: BundleLimits
    ) async throws(PlaceFailure) -> [String: [UInt8]] {
        var tree = BundleTree(limits: limits)
        var packed = 0
        for layer in layers {
            packed += layer.size
            guard packed <= limits.bytes else {
                throw .refused("the layers have more than \(limits.bytes) bytes, which no bundle needs")
            }
            guard !layer.mediaType.hasSuffix("zstd") else {
                throw .refused(
                    "layer \(layer.digest) is packed with zstd, which is not read (imgpkg packs with gzip): push the "
                        + "bundle with imgpkg, or copy it with 'skopeo copy --dest-compress-format gzip'")
            }
            let bytes = try await place.blob(layer, limit: limits.bytes)
            do throws(ArchiveFailure) {
                try tree.add(layer: bytes)
            } catch {
                throw .refused("layer \(layer.digest): \(error)")
            }
        }
        do throws(ArchiveFailure) {
            try tree.check()
        } catch {
            throw .refused(error.description)
        }
        return tree.files
    }
}
