internal import FleetModel
internal import ResourceModel

/// The lock files of a bundle: `.imgpkg/images.yml` (ImagesLock) and `.imgpkg/bundles.yml` (bundles that belong to it).
struct BundleLocks {
    static let imagesPath = ".imgpkg/images.yml"
    static let bundlesPath = ".imgpkg/bundles.yml"
    private static let version = "imgpkg.carvel.dev/v1alpha1"

    private var imagesLock: Value?
    /// What the ImagesLock names; each has a digest.
    private(set) var images: [ImageName] = []
    /// What the BundlesLock names; each has a digest.
    private(set) var bundles: [ImageName] = []

    init(_ files: [String: [UInt8]]) throws(PlaceFailure) {
        if let lock = try Self.document(files, Self.imagesPath, kinds: ["ImagesLock"]) {
            imagesLock = lock
            for item in lock["images"]?.arrayValue ?? [] {
                images.append(try Self.name(item["image"], Self.imagesPath))
            }
        }
        if let lock = try Self.document(files, Self.bundlesPath, kinds: ["BundlesLock", "BundleLock"]) {
            let items = (lock["bundles"]?.arrayValue ?? []) + [lock["bundle"]].compactMap { $0 }
            for item in items { bundles.append(try Self.name(item["image"], Self.bundlesPath)) }
        }
    }

    /// The ImagesLock with every image in one repository, as `imgpkg pull` writes it for a copied bundle.
    func imagesLock(in context: String) -> String? {
        guard var lock = imagesLock?.objectValue, let items = lock["images"]?.arrayValue else { return nil }
        lock["images"] = .array(
            zip(items, images).map { item, name in
                guard var fields = item.objectValue, let digest = name.digest else { return item }
                fields["image"] = .string("\(context)@\(digest)")
                return .object(fields)
            })
        return "---\n" + YAMLWriter.text(.object(lock))
    }

    private static func document(
        _ files: [String: [UInt8]], _ path: String, kinds: [String]
    ) throws(PlaceFailure) -> Value? {
        guard let bytes = files[path] else { return nil }
        let value: Value
        do throws(YAMLError) {
            value = try YAMLDocuments.readOne(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw .refused("\(path): \(error)")
        }
        guard let kind = value["kind"]?.stringValue, kinds.contains(kind), value["apiVersion"]?.stringValue == version
        else { throw .refused("\(path) is not \(kinds.joined(separator: " or ")) of \(version)") }
        return value
    }

    private static func name(_ value: Value?, _ path: String) throws(PlaceFailure) -> ImageName {
        guard let name = try? ImageName(value?.stringValue ?? ""), name.digest != nil else {
            throw .refused("\(path): an image without a digest: \(TarReader.shown(value?.stringValue ?? "nothing"))")
        }
        return name
    }
}
