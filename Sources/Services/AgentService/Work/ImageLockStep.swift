internal import Reconciliation
internal import ResourceModel

/// One kbld step of a package: image references are replaced by the digests its lock files pin.
enum ImageLockStep {
    static func rewrite(_ documents: [Value], locks: [String]) throws(InstallReconcile.Failure) -> [Value] {
        var pinned: [String: String] = [:]
        for text in locks {
            let lock: Value
            do throws(YAMLError) {
                lock = try YAMLDocuments.readOne(text)
            } catch {
                throw InstallReconcile.Failure("kbld: Error: \(error.description)")
            }
            for entry in lock["images"]?.arrayValue ?? [] {
                guard let image = entry["image"]?.stringValue,
                    let id = entry[at: "annotations", "kbld.carvel.dev/id"]?.stringValue
                else { continue }
                pinned[id] = image
            }
        }
        return pinned.isEmpty ? documents : documents.map { rewritten($0, pinned) }
    }

    /// Every string under a key `image`, anywhere (kbld's standard search rule).
    private static func rewritten(_ value: Value, _ pinned: [String: String]) -> Value {
        switch value {
        case .object(let fields):
            var changed: [String: Value] = [:]
            for (key, child) in fields {
                if key == "image", let text = child.stringValue, let image = pinned[text] {
                    changed[key] = .string(image)
                } else {
                    changed[key] = rewritten(child, pinned)
                }
            }
            return .object(changed)
        case .array(let items): return .array(items.map { rewritten($0, pinned) })
        case .null, .bool, .int, .double, .string: return value
        }
    }
}
