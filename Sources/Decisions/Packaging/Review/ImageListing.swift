internal import ResourceModel
internal import Templating

/// Container images that rendered objects name.
enum ImageListing {
    private static let deepest = 64

    static func images(_ documents: [Value], lock: ImageLock) -> [PackageReview.Image] {
        var users: [String: Set<String>] = [:]
        for document in documents where document.kind != "CustomResourceDefinition" {
            collect(document, document.shortName, 0, &users)
        }
        var written: [String: String] = [:]
        for entry in lock.entries where written[entry.image] == nil { written[entry.image] = entry.identifier }
        return users.sorted { $0.key < $1.key }.map { reference, objects in
            let name = written[reference].flatMap { $0 == reference ? nil : $0 }
            return PackageReview.Image(reference: reference, written: name, usedBy: objects.sorted())
        }
    }

    /// Every image of the lock, without the objects that name it.
    static func locked(_ lock: ImageLock) -> [PackageReview.Image] {
        lock.entries.sorted { ($0.image, $0.identifier) < ($1.image, $1.identifier) }.map { entry in
            PackageReview.Image(
                reference: entry.image, written: entry.identifier == entry.image ? nil : entry.identifier, usedBy: [])
        }
    }

    /// As kbld looks for them: every `image:` that is a text.
    private static func collect(
        _ value: Value, _ owner: String, _ depth: Int, _ users: inout [String: Set<String>]
    ) {
        guard depth < deepest else { return }
        switch value {
        case .object(let fields):
            for (key, child) in fields {
                if key == "image", let reference = child.stringValue, !reference.isEmpty {
                    users[reference, default: []].insert(owner)
                } else {
                    collect(child, owner, depth + 1, &users)
                }
            }
        case .array(let items): for item in items { collect(item, owner, depth + 1, &users) }
        case .null, .bool, .int, .double, .string: break
        }
    }

    /// The image's name without registry path, tag and digest; of what a lock replaced the name as it was written.
    static func name(_ image: PackageReview.Image) -> String {
        let reference = image.written ?? image.reference
        let plain = reference.split(separator: "@", maxSplits: 1).first.map(String.init) ?? reference
        let last = plain.split(separator: "/").last.map(String.init) ?? plain
        return last.split(separator: ":").first.map(String.init) ?? last
    }
}
