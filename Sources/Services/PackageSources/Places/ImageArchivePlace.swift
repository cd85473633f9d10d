internal import FleetModel
internal import FleetRuntime
internal import ResourceModel

/// The archive of `imgpkg copy --to-tar`: `manifest.json` has every manifest and configuration, layers lie beside it as
/// `sha256-….tar.gz` (imgpkg's imagedesc and imagetar packages).
struct ImageArchivePlace: ImagePlace {
    static let marker = "manifest.json"
    /// It holds the manifests and configurations of all images.
    private static let tableBytes = 64 * 1024 * 1024

    private let tree: any FileTree
    private var manifests: [ContentDigest: [UInt8]] = [:]
    private var configurations: [ContentDigest: [UInt8]] = [:]
    private var names: [(reference: String, tag: String?, digest: ContentDigest)] = []

    init(tree: any FileTree) throws(PlaceFailure) {
        self.tree = tree
        guard let bytes = try tree.read(Self.marker, limit: Self.tableBytes) else {
            throw .refused("it has neither \(Self.marker) of imgpkg nor \(OCILayoutPlace.marker)")
        }
        guard let table = (try? JSONReader.read(bytes))?.arrayValue else {
            throw .refused("\(Self.marker) is not imgpkg's list of images")
        }
        for entry in table {
            if let image = entry["Image"], !image.isNull { add(image: image, isNamed: true) }
            if let index = entry["ImageIndex"], !index.isNull { add(index: index, isNamed: true, depth: 0) }
        }
        guard !manifests.isEmpty else { throw .refused("\(Self.marker) lists no image") }
    }

    func manifest(of image: ImageName, digest: ContentDigest?) async throws(PlaceFailure) -> [UInt8] {
        let wanted = if let digest { digest } else { try named(image) }
        guard let bytes = manifests[wanted] else {
            throw .absent("none of its \(manifests.count) images has the digest \(wanted)")
        }
        return try Self.checked(bytes, ImageDescriptor(mediaType: "", digest: wanted, size: 0))
    }

    func blob(_ descriptor: ImageDescriptor, limit: Int) async throws(PlaceFailure) -> [UInt8] {
        if let bytes = configurations[descriptor.digest] { return try Self.checked(bytes, descriptor) }
        let name = "sha256-\(descriptor.digest.rawValue.dropFirst(7)).tar.gz"
        guard let bytes = try tree.read(name, limit: limit) else {
            throw .refused("\(name) is missing in it; copy the image again")
        }
        return try Self.checked(bytes, descriptor)
    }

    private mutating func add(image: Value, isNamed: Bool) {
        let manifest = add(image["Manifest"], to: \.manifests)
        _ = add(image["Config"], to: \.configurations)
        if isNamed, let manifest { note(image, manifest) }
    }

    private mutating func add(index: Value, isNamed: Bool, depth: Int) {
        let digest = add(index, to: \.manifests)
        if isNamed, let digest { note(index, digest) }
        for image in index["Images"]?.arrayValue ?? [] { add(image: image, isNamed: false) }
        guard depth < 4 else { return }
        for nested in index["Indexes"]?.arrayValue ?? [] { add(index: nested, isNamed: false, depth: depth + 1) }
    }

    private mutating func add(
        _ value: Value?, to table: WritableKeyPath<ImageArchivePlace, [ContentDigest: [UInt8]]>
    ) -> ContentDigest? {
        guard let digest = value?["Digest"]?.stringValue, let raw = value?["Raw"]?.stringValue else { return nil }
        self[keyPath: table][ContentDigest(digest)] = Array(raw.utf8)
        return ContentDigest(digest)
    }

    private mutating func note(_ value: Value, _ digest: ContentDigest) {
        let tag = value["Tag"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        for reference in value["Refs"]?.arrayValue ?? [] {
            names.append((reference.stringValue ?? "", tag, digest))
        }
    }

    /// The image that was copied from this repository, of this tag where the archive knows tags.
    private func named(_ image: ImageName) throws(PlaceFailure) -> ContentDigest {
        let ofRepository = names.filter { (try? ImageName($0.reference))?.context == image.context }
        let tagged = ofRepository.filter { $0.tag == image.tag ?? "latest" }
        let digests = Set((tagged.isEmpty ? ofRepository : tagged).map(\.digest))
        guard digests.count == 1, let digest = digests.first else {
            throw .absent("\(digests.count) of its \(manifests.count) images could be \(image); name it by digest")
        }
        return digest
    }
}
