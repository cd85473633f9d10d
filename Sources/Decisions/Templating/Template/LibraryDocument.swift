/// A document of data values or of a schema with the library it is meant for.
final class LibraryDocument {
    enum Kind { case values, schema }

    let document: YAMLNode
    private let kind: Kind
    /// What is left of the way to its library.
    private let way: [LibraryReference]
    private let wholeWay: [LibraryReference]
    /// Laid over what the library's user gives, instead of under it.
    let isAfterModule: Bool
    private(set) var isUsed = false

    private init(
        _ document: YAMLNode, kind: Kind, way: [LibraryReference], wholeWay: [LibraryReference], isAfterModule: Bool
    ) {
        self.document = document
        self.kind = kind
        self.way = way
        self.wholeWay = wholeWay
        self.isAfterModule = isAfterModule
    }

    convenience init(_ document: YAMLNode, kind: Kind) throws(TemplateError) {
        let way = try LibraryReference.way(of: document)
        var isAfter = false
        if kind == .values {
            for (name, value) in document.annotations["data/values"]?.kwargs ?? [] {
                guard name == "after_library_module" else {
                    throw TemplateError("Unknown kwarg \(name) for annotation data/values")
                }
                isAfter = try YttModules.bool(value)
                if way.isEmpty {
                    throw TemplateError(
                        "Annotation data/values: Expected kwarg 'after_library_module' to be used with library/ref "
                            + "annotation")
                }
            }
        }
        self.init(document, kind: kind, way: way, wholeWay: way, isAfterModule: isAfter)
    }

    var isForAnother: Bool { !way.isEmpty }

    /// The document as the library sees it; nil when it is for a different one.
    func used(by library: LibraryReference) -> LibraryDocument? {
        var rest = way
        if let first = way.first {
            guard first.matches(library) else { return nil }
            rest.removeFirst()
        }
        isUsed = true
        return LibraryDocument(
            document.deepCopy(), kind: kind, way: rest, wholeWay: wholeWay, isAfterModule: isAfterModule)
    }

    var description: String {
        let names = wholeWay.map(\.text).joined(separator: "@")
        let what = kind == .values ? "Data Value" : "Schema"
        return "\(what) belonging to library '@\(names)' on \(document.position.asString)"
    }

    /// Documents that no library took are a mistake: a wrong name, mostly.
    static func refuseUnused(_ values: [LibraryDocument], _ schemas: [LibraryDocument]) throws(TemplateError) {
        let unusedValues = values.filter { !$0.isUsed }
        let unusedSchemas = schemas.filter { !$0.isUsed }
        let kinds = (unusedValues.isEmpty ? [] : ["data values"]) + (unusedSchemas.isEmpty ? [] : ["schema"])
        if kinds.isEmpty { return }
        throw TemplateError(
            "Expected all provided library \(kinds.joined(separator: ", and ")) documents to be used but found "
                + "unused: \((unusedValues + unusedSchemas).map(\.description).joined(separator: ", "))")
    }
}
