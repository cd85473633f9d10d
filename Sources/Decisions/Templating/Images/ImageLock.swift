package import ResourceModel

/// An ImagesLock: which digest stands for which image reference (`.imgpkg/images.yml` of a bundle).
///
/// Rewriting follows `kbld -f - -f images.yml --build=false` as far as that needs no registry.
package struct ImageLock: Sendable {
    /// One locked image.
    package struct Entry: Sendable {
        /// The reference with a digest.
        package var image: String
        /// The reference in manifests that stands for it (`kbld.carvel.dev/id`).
        package var identifier: String
        /// Where the image comes from, as the lock tells it.
        var origins: [Value]
    }

    package var entries: [Entry]

    /// Pins nothing.
    package static let none = ImageLock(entries: [])

    /// Annotation that kbld puts on every resource whose images it looked up.
    package static let annotation = "kbld.k14s.io/images"

    /// Reads an ImagesLock document.
    package static func parse(_ text: String) throws(TemplateError) -> ImageLock {
        let set = try YAMLReader.read(text, name: "images.yml", withComments: false)
        guard let lock = set.items.map(\.value.plainValue).first(where: { !$0.isNull }) else {
            return ImageLock(entries: [])
        }
        guard lock["kind"]?.stringValue == "ImagesLock",
            lock["apiVersion"]?.stringValue == "imgpkg.carvel.dev/v1alpha1"
        else {
            throw TemplateError("expected an ImagesLock of imgpkg.carvel.dev/v1alpha1", file: "images.yml")
        }
        var entries: [Entry] = []
        for item in lock["images"]?.arrayValue ?? [] {
            guard let image = item["image"]?.stringValue else {
                throw TemplateError("expected every image of the ImagesLock to have 'image'", file: "images.yml")
            }
            let annotations = item["annotations"]
            guard let identifier = annotations?["kbld.carvel.dev/id"]?.stringValue, !identifier.isEmpty else {
                continue
            }
            var origins: [Value] = []
            if let text = annotations?["kbld.carvel.dev/origins"]?.stringValue {
                let read = try YAMLReader.read(text, name: "kbld.carvel.dev/origins", withComments: false)
                origins = read.items.first?.value.plainValue.arrayValue ?? []
            }
            entries.append(Entry(image: image, identifier: identifier, origins: origins))
        }
        return ImageLock(entries: entries)
    }

    /// Documents with every `image:` of the lock replaced by its digest and the images annotation added.
    ///
    /// References that are in no lock and have no digest stay: kbld would ask a registry (see `unresolved`).
    package static func rewrite(documents: [Value], lock: ImageLock) throws(TemplateError) -> [Value] {
        var result: [Value] = []
        for document in documents {
            if try isConfiguration(document) { continue }
            result.append(try lock.rewritten(document))
        }
        return result
    }

    /// References that kbld would have to look up in a registry, sorted.
    package func unresolved(in documents: [Value]) -> [String] {
        var found = Set<String>()
        for document in documents { collect(document, into: &found) }
        return found.sorted()
    }

    /// kbld's own documents are configuration, not output.
    private static func isConfiguration(_ document: Value) throws(TemplateError) -> Bool {
        let version = document["apiVersion"]?.stringValue ?? ""
        if version == "imgpkg.carvel.dev/v1alpha1", document["kind"]?.stringValue == "ImagesLock" { return true }
        guard version == "kbld.k14s.io/v1alpha1" else { return false }
        let known: Set<String> = ["apiVersion", "kind", "metadata", "minimumRequiredVersion"]
        if let key = (document.objectValue ?? [:]).keys.sorted().first(where: { !known.contains($0) }) {
            throw TemplateError("kbld configuration '\(key)' among the documents is not supported by this renderer")
        }
        return true
    }

    // MARK: one document

    private struct Used {
        var url: String
        var origins: [Value]?
    }

    private func rewritten(_ document: Value) throws(TemplateError) -> Value {
        var used: [Used] = []
        var result = visit(document, &used)
        if used.isEmpty { return result }
        guard result.objectValue != nil else { return result }
        // In the order of their references; equal ones stay as often as they were found.
        let sorted = used.enumerated().sorted {
            $0.element.url == $1.element.url ? $0.offset < $1.offset : $0.element.url < $1.element.url
        }
        let list = YAMLNode(.array)
        for (_, image) in sorted {
            let map = YAMLNode(.map)
            let origins: YAMLValue = image.origins.map { Self.yaml(.array($0)) } ?? .null
            map.items = [.mapItem(.string("origins"), origins), .mapItem(.string("url"), .string(image.url))]
            list.items.append(.arrayItem(.node(map)))
        }
        result[at: "metadata", "annotations", Self.annotation] = .string(YAMLPrinter.print(.node(list)))
        return result
    }

    private func visit(_ value: Value, _ used: inout [Used]) -> Value {
        switch value {
        case .object(var fields):
            // Sorted, so that the annotation does not depend on the order of a dictionary.
            for key in fields.keys.sorted() {
                guard let field = fields[key] else { continue }
                if key == "image", case .string(let reference) = field, !reference.isEmpty {
                    if let image = resolve(reference) {
                        used.append(image)
                        fields[key] = .string(image.url)
                    }
                } else {
                    fields[key] = visit(field, &used)
                }
            }
            return .object(fields)
        case .array(let items): return .array(items.map { visit($0, &used) })
        case .null, .bool, .int, .double, .string: return value
        }
    }

    private func resolve(_ reference: String) -> Used? {
        if let entry = entries.first(where: { $0.identifier == reference }) {
            return Used(
                url: entry.image,
                origins: entry.origins + [.object(["preresolved": .object(["url": .string(entry.image)])])])
        }
        return reference.contains("@") ? Used(url: Self.fullName(reference), origins: nil) : nil
    }

    private func collect(_ value: Value, into found: inout Set<String>) {
        switch value {
        case .object(let fields):
            for (key, field) in fields {
                if key == "image", case .string(let reference) = field {
                    if !reference.isEmpty, resolve(reference) == nil { found.insert(reference) }
                } else {
                    collect(field, into: &found)
                }
            }
        case .array(let items): for item in items { collect(item, into: &found) }
        case .null, .bool, .int, .double, .string: break
        }
    }

    /// Docker Hub's short names in full, as kbld prints references with a digest.
    private static func fullName(_ reference: String) -> String {
        let first = reference.prefix { $0 != "/" }
        let hasRegistry =
            reference.contains("/") && (first.contains(".") || first.contains(":") || first == "localhost")
        if hasRegistry { return reference }
        return "index.docker.io/" + (reference.contains("/") ? "" : "library/") + reference
    }

    /// A value as YAML with sorted keys.
    private static func yaml(_ value: Value) -> YAMLValue {
        switch value {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .int(let number): return .int(Int(number))
        case .double(let number): return .float(number)
        case .string(let text): return .string(text)
        case .array(let items): return .node(.collection(.array, items.map { .arrayItem(yaml($0)) }))
        case .object(let fields):
            let keys = fields.keys.sorted()
            return .node(.collection(.map, keys.map { .mapItem(.string($0), yaml(fields[$0] ?? .null)) }))
        }
    }
}
