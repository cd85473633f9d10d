internal import Reconciliation
internal import ResourceModel

/// Finds out which values reach the claim templates of StatefulSets, by rendering once more with marked values.
struct ClaimTemplateProbe {
    struct Source: Hashable {
        var statefulSet: String
        var template: String
        var field: String
        var value: String
    }

    /// Values that are tried one by one when all marks at once are refused.
    private static let mostSingleRenderings = 40

    let files: PackageFiles
    let values: Value

    func sources(_ documents: [Value]) -> [Source] {
        guard documents.contains(where: { $0.kind == "StatefulSet" && $0[at: "spec", "volumeClaimTemplates"] != nil })
        else { return [] }
        var marks: [(path: [String], text: String)] = []
        for (index, path) in candidates().enumerated() {
            marks.append((path.path, path.isQuantity ? "\(70_001 + index)Mi" : "flotilla-mark-\(index)"))
        }
        guard !marks.isEmpty else { return [] }
        if let found = found(marks) { return found.sorted(by: Self.precedes) }
        var all: [Source] = []
        for mark in marks.prefix(Self.mostSingleRenderings) { all += found([mark]) ?? [] }
        return all.sorted(by: Self.precedes)
    }

    private static func precedes(_ left: Source, _ right: Source) -> Bool {
        (left.statefulSet, left.template, left.field, left.value)
            < (right.statefulSet, right.template, right.field, right.value)
    }

    private struct Candidate {
        var path: [String]
        var isQuantity: Bool
    }

    /// Values that may be a size or a storage class: by their default or by their name.
    private func candidates() -> [Candidate] {
        SchemaListing.leaves(files.schema).compactMap { leaf in
            let name = leaf.path.last?.lowercased() ?? ""
            let given = values[leaf.path] ?? leaf.schema["default"] ?? .null
            if let text = given.stringValue, let last = text.last, last.isLetter, Quantity(text) != nil {
                return Candidate(path: leaf.path, isQuantity: true)
            }
            guard leaf.schema["type"]?.stringValue == "string" else { return nil }
            if name.contains("storageclass") { return Candidate(path: leaf.path, isQuantity: false) }
            if name == "size" || name == "storage" || name == "capacity" {
                return Candidate(path: leaf.path, isQuantity: true)
            }
            return nil
        }
    }

    private func found(_ marks: [(path: [String], text: String)]) -> [Source]? {
        var changed = values
        for mark in marks { changed[mark.path] = .string(mark.text) }
        guard
            let documents = try? PackageRenderer.render(
                files, values: changed, namespace: PackageReviewer.namespace(files.package), properties: [:]
            ).documents
        else { return nil }
        var found: [Source] = []
        for document in documents where document.kind == "StatefulSet" {
            for template in document[at: "spec", "volumeClaimTemplates"]?.arrayValue ?? [] {
                let spec = template["spec"] ?? .null
                for (field, value) in [
                    ("size", spec[at: "resources", "requests", "storage"]),
                    ("storageClassName", spec["storageClassName"]),
                ] {
                    guard let text = value?.stringValue, let mark = marks.first(where: { $0.text == text }) else {
                        continue
                    }
                    found.append(
                        Source(
                            statefulSet: document.shortName, template: template.objectName, field: field,
                            value: mark.path.joined(separator: ".")))
                }
            }
        }
        return found
    }
}
