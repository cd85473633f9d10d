internal import FleetModel
internal import FleetRuntime
internal import ResourceModel

/// An OCI image layout (`oci-layout`, `index.json`, `blobs/sha256/…`) in a folder or in a tar archive.
struct OCILayoutPlace: ImagePlace {
    static let marker = "oci-layout"
    private static let refName = "org.opencontainers.image.ref.name"

    let tree: any FileTree

    init(tree: any FileTree) throws(PlaceFailure) {
        self.tree = tree
        guard try tree.read(Self.marker, limit: 4096) != nil else {
            throw .refused("it is not an OCI image layout: it has no file \(Self.marker)")
        }
    }

    func manifest(of image: ImageName, digest: ContentDigest?) async throws(PlaceFailure) -> [UInt8] {
        let wanted = if let digest { digest } else { try named(image) }
        guard let bytes = try tree.read(Self.path(of: wanted), limit: ImageLimits.manifestBytes) else {
            throw .absent("there is no blob \(wanted)")
        }
        return try Self.checked(bytes, ImageDescriptor(mediaType: "", digest: wanted, size: 0))
    }

    func blob(_ descriptor: ImageDescriptor, limit: Int) async throws(PlaceFailure) -> [UInt8] {
        guard let bytes = try tree.read(Self.path(of: descriptor.digest), limit: limit) else {
            throw .absent("blob \(descriptor.digest) of the image is missing")
        }
        return try Self.checked(bytes, descriptor)
    }

    /// By tag or whole reference, as `index.json` names its manifests; the only one needs no name.
    private func named(_ image: ImageName) throws(PlaceFailure) -> ContentDigest {
        guard let bytes = try tree.read("index.json", limit: ImageLimits.manifestBytes) else {
            throw .refused("it has no index.json")
        }
        guard let index = try? JSONReader.read(bytes) else { throw .refused("index.json is not JSON") }
        let manifests = index["manifests"]?.arrayValue ?? []
        let names = [image.tag ?? "latest", image.description, "\(image.repository):\(image.tag ?? "latest")"]
        let matching = manifests.filter { entry in
            entry["annotations"]?[Self.refName]?.stringValue.map { names.contains($0) } ?? false
        }
        let candidates = matching.isEmpty ? manifests : matching
        let digests = Set(candidates.compactMap { $0["digest"]?.stringValue })
        guard digests.count == 1, let text = digests.first, ContentDigest(text).isWellFormed else {
            throw .absent("index.json does not say which of its \(manifests.count) manifests is meant")
        }
        return ContentDigest(text)
    }

    private static func path(of digest: ContentDigest) -> String { "blobs/sha256/\(digest.rawValue.dropFirst(7))" }
}
