internal import ResourceModel

/// A package's values as its schema tells them.
enum SchemaListing {
    struct Leaf {
        var path: [String]
        var schema: Value
    }

    private static let deepest = 32
    private static let longestDefault = 120

    /// Everything that has no properties of its own, in order.
    static func leaves(_ schema: Value) -> [Leaf] {
        var found: [Leaf] = []
        collect(schema, [], &found)
        return found
    }

    private static func collect(_ schema: Value, _ path: [String], _ found: inout [Leaf]) {
        guard path.count < deepest else { return }
        for (name, child) in (schema["properties"]?.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
            if child["properties"]?.objectValue?.isEmpty == false {
                collect(child, path + [name], &found)
            } else {
                found.append(Leaf(path: path + [name], schema: child))
            }
        }
    }

    static func values(_ schema: Value) -> [PackageReview.DataValue] {
        leaves(schema).map { leaf in
            let standard = leaf.schema["default"].map(JSONWriter.text)
            let isNullable = leaf.schema["nullable"]?.boolValue == true
            return PackageReview.DataValue(
                path: leaf.path.joined(separator: "."), type: leaf.schema["type"]?.stringValue ?? "any",
                standard: standard.map(shortened) ?? (isNullable ? "null" : nil))
        }
    }

    private static func shortened(_ text: String) -> String {
        text.count > longestDefault ? String(text.prefix(longestDefault)) + "…" : text
    }
}
