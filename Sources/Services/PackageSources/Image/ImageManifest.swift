internal import FleetModel
internal import ResourceModel

/// A content of an image: what a manifest says of it.
struct ImageDescriptor: Hashable, Sendable {
    var mediaType: String
    var digest: ContentDigest
    var size: Int
}

/// What the bytes of a manifest say: one image, or a list of images for platforms.
enum ImageManifest: Sendable {
    case image(config: ImageDescriptor?, layers: [ImageDescriptor])
    case index([(platform: String, manifest: ImageDescriptor)])

    /// The types a registry is asked for.
    static let accepted = [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ]
    private static let mostLayers = 128
    private static let mostPlatforms = 256

    init(_ bytes: [UInt8]) throws(PlaceFailure) {
        let value: Value
        do throws(JSONError) {
            value = try JSONReader.read(bytes)
        } catch {
            throw .refused("the manifest is not JSON: \(error)")
        }
        if let manifests = value["manifests"]?.arrayValue {
            guard manifests.count <= Self.mostPlatforms else { throw .refused("the index has too many manifests") }
            var list: [(String, ImageDescriptor)] = []
            for entry in manifests {
                list.append((Self.platform(entry["platform"]), try Self.descriptor(entry)))
            }
            self = .index(list)
            return
        }
        guard let layers = value["layers"]?.arrayValue else {
            throw .refused(
                value["fsLayers"] == nil
                    ? "the manifest has no layers" : "the manifest has the old schema 1, which no package tool writes")
        }
        guard layers.count <= Self.mostLayers else {
            throw .refused("the image has more than \(Self.mostLayers) layers")
        }
        var descriptors: [ImageDescriptor] = []
        for layer in layers { descriptors.append(try Self.descriptor(layer)) }
        self = .image(config: try value["config"].map(Self.descriptor), layers: descriptors)
    }

    private static func descriptor(_ value: Value) throws(PlaceFailure) -> ImageDescriptor {
        let digest = ContentDigest(value["digest"]?.stringValue ?? "")
        guard digest.isWellFormed else { throw .refused("the manifest names a content without a sha256 digest") }
        var size = 0
        if case .int(let number)? = value["size"] { size = Int(number) }
        guard (0...1 << 50).contains(size) else { throw .refused("the manifest gives \(digest) an impossible size") }
        return ImageDescriptor(mediaType: value["mediaType"]?.stringValue ?? "", digest: digest, size: size)
    }

    private static func platform(_ value: Value?) -> String {
        let parts = [value?["os"]?.stringValue, value?["architecture"]?.stringValue].compactMap { $0 }
        return parts.joined(separator: "/")
    }
}
