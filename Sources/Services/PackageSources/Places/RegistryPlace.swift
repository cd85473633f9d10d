internal import FleetModel
internal import FleetRuntime
internal import ResourceModel

/// One repository of a registry, with the cache before it.
struct RegistryPlace: ImagePlace {
    /// What a registry knows of a bundle's images.
    struct Relocation: Equatable {
        /// Every image of the bundle is in the bundle's own repository.
        var isComplete: Bool
        /// Images that are bundles themselves, where that is known.
        var bundles: Set<ContentDigest> = []
    }

    private static let mostImages = 1000

    let client: RegistryClient
    private var cache: BundleCache? { client.access.cache }

    /// Registry and repository, as image references name them.
    var context: String { "\(client.host)/\(client.repository)" }

    func manifest(of image: ImageName, digest: ContentDigest?) async throws(PlaceFailure) -> [UInt8] {
        try await manifest(tag: image.tag ?? "latest", digest: digest)
    }

    private func manifest(tag: String, digest: ContentDigest?) async throws(PlaceFailure) -> [UInt8] {
        if let digest, let known = cache?.content(digest) { return known }
        let bytes = try await client.manifest(digest?.rawValue ?? tag, limit: ImageLimits.manifestBytes)
        let found = ContentDigest(sha256Of: bytes)
        if digest == nil || digest == found { cache?.store(found, bytes) }
        return bytes
    }

    func blob(_ descriptor: ImageDescriptor, limit: Int) async throws(PlaceFailure) -> [UInt8] {
        if let known = cache?.content(descriptor.digest) { return try Self.checked(known, descriptor) }
        let bytes = try await client.blob(descriptor, limit: limit)
        cache?.store(descriptor.digest, bytes)
        return bytes
    }

    /// Whether a bundle was copied here with its images: `imgpkg copy --to-repo` leaves a locations image; without one
    /// the images are looked for one by one (imgpkg's UpdateRelativeToRepo).
    ///
    /// The answer is remembered, so that an unreachable registry does not change what a package renders to: a yes for
    /// good, a no for a while.
    func relocation(
        of bundle: ContentDigest, images: [ContentDigest], limits: BundleLimits
    ) async throws(PlaceFailure) -> Relocation {
        let key = "relocation \(context)@\(bundle)"
        let noted = cache?.note(key)
        if let noted, noted.text.hasPrefix("yes") || noted.age < client.access.limits.absenceBelieved {
            return Self.read(noted.text)
        }
        do throws(PlaceFailure) {
            let found = try await look(bundle, images, limits)
            cache?.setNote(key, (found.isComplete ? "yes" : "no") + Self.list(found.bundles))
            return found
        } catch {
            if case .unreachable = error, let noted { return Self.read(noted.text) }
            throw error
        }
    }

    private static func list(_ bundles: Set<ContentDigest>) -> String {
        bundles.sorted().map { " \($0)" }.joined()
    }

    private static func read(_ note: String) -> Relocation {
        let words = note.split(separator: " ").map(String.init)
        return Relocation(
            isComplete: words.first == "yes",
            bundles: Set(words.dropFirst().map { ContentDigest($0) }.filter(\.isWellFormed)))
    }

    private func look(
        _ bundle: ContentDigest, _ images: [ContentDigest], _ limits: BundleLimits
    ) async throws(PlaceFailure) -> Relocation {
        if let bundles = try await locations(bundle, limits) { return Relocation(isComplete: true, bundles: bundles) }
        guard images.count <= Self.mostImages else { return Relocation(isComplete: false) }
        for image in Set(images).sorted() {
            guard try await client.hasManifest(image) else { return Relocation(isComplete: false) }
        }
        return Relocation(isComplete: true)
    }

    /// The images that a locations image names as bundles; nil when there is no locations image.
    private func locations(
        _ bundle: ContentDigest, _ limits: BundleLimits
    ) async throws(PlaceFailure) -> Set<ContentDigest>? {
        let tag = "sha256-\(bundle.rawValue.dropFirst(7)).image-locations.imgpkg"
        let files: [String: [UInt8]]
        do throws(PlaceFailure) {
            let digest = ContentDigest(sha256Of: try await manifest(tag: tag, digest: nil))
            guard let name = try? ImageName("\(context):\(tag)") else { return nil }
            files = try await PulledImage.pull(name, digest: digest, from: self, limits: limits).files
        } catch {
            switch error {
            case .absent, .denied: return nil
            case .unreachable, .refused: throw error
            }
        }
        let file = files.sorted { $0.key < $1.key }.first { $0.key.split(separator: "/").last == "image-locations.yml" }
        guard let text = file?.value, let list = try? YAMLDocuments.readOne(String(decoding: text, as: UTF8.self)),
            list["kind"]?.stringValue == "ImageLocations"
        else { throw .refused("\(context):\(tag) is not imgpkg's list of locations") }
        let bundles = (list["images"]?.arrayValue ?? []).filter { $0["isBundle"] == .bool(true) }
        return Set(bundles.compactMap { $0["image"]?.stringValue }.compactMap { try? ImageName($0).digest })
    }
}
