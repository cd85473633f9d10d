package import ResourceModel

/// What a kbld step was given: ImagesLocks (`.imgpkg/images.yml`), which say which digest stands for which image
/// reference, and kbld's own configuration (overrides and search rules).
///
/// Rewriting follows `kbld -f - -f images.yml -f config.yml --build=false` as far as that needs no registry.
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
    private var configuration = KbldConfiguration()

    private init(entries: [Entry]) { self.entries = entries }

    /// Pins nothing.
    package static let none = ImageLock(entries: [])

    /// Annotation that kbld puts on every resource whose images it looked up.
    package static let annotation = "kbld.k14s.io/images"

    /// Reads a file of a kbld step: ImagesLocks and kbld's configuration.
    package static func parse(_ text: String) throws(TemplateError) -> ImageLock {
        let set = try YAMLReader.read(text, name: "images.yml", withComments: false)
        var lock = ImageLock(entries: [])
        for document in set.items.map(\.value.plainValue) where !document.isNull {
            guard try lock.take(document) else {
                throw TemplateError(
                    "expected an ImagesLock of imgpkg.carvel.dev/v1alpha1 or a configuration of kbld.k14s.io/v1alpha1",
                    file: "images.yml")
            }
        }
        return lock
    }

    /// This and what another file of the same step says.
    package mutating func add(_ other: ImageLock) {
        entries += other.entries
        configuration.add(other.configuration)
    }

    /// Takes up a document that is an ImagesLock or kbld's configuration; false when it is an object.
    private mutating func take(_ document: Value) throws(TemplateError) -> Bool {
        if try configuration.take(document) { return true }
        guard document["kind"]?.stringValue == "ImagesLock",
            document["apiVersion"]?.stringValue == "imgpkg.carvel.dev/v1alpha1"
        else { return false }
        for item in document["images"]?.arrayValue ?? [] {
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
        return true
    }

    /// Documents with every image reference of the lock replaced by its digest and the images annotation added.
    ///
    /// Locks and configuration among the documents are taken up and are no output. References that are in no lock and
    /// have no digest stay, or become what an override says: kbld would ask a registry. Those are told, sorted.
    package static func rewrite(
        documents: [Value], lock: ImageLock
    ) throws(TemplateError) -> (documents: [Value], unresolved: [String]) {
        var lock = lock
        var objects: [Value] = []
        for document in documents where try !lock.take(document) { objects.append(document) }
        var search = ImageSearch(rules: lock.configuration.rules)
        objects = objects.map { lock.rewritten($0, &search) }
        return (objects, search.unresolved.sorted())
    }

    // MARK: one document

    private func rewritten(_ document: Value, _ search: inout ImageSearch) -> Value {
        search.used = []
        var result = search.visit(document, resolve)
        let used = search.used
        if used.isEmpty || result.objectValue == nil { return result }
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

    /// What stands for a reference.
    ///
    /// The first override that fits counts, as in kbld; but a lock's entry goes before it, under the reference as it
    /// was written or as the override has it: a lock was made with the same overrides, and needs no registry.
    private func resolve(_ reference: String) -> ImageSearch.Found {
        if let entry = entries.first(where: { $0.identifier == reference }) { return pinned(entry) }
        var url = reference
        if let override = configuration.override(of: reference) {
            url = override.newImage
            if override.isPreresolved {
                return .image(url, origins: [.object(["preresolved": .object(["url": .string(url)])])])
            }
            if let entry = entries.first(where: { $0.identifier == url }) { return pinned(entry) }
        }
        return url.contains("@") ? .image(Self.fullName(url), origins: nil) : .unresolved(url)
    }

    private func pinned(_ entry: Entry) -> ImageSearch.Found {
        .image(entry.image, origins: entry.origins + [.object(["preresolved": .object(["url": .string(entry.image)])])])
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
    static func yaml(_ value: Value) -> YAMLValue {
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
