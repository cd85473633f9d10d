/// One step of the way to a library: `@path`, `@~alias` or `@path~alias`.
struct LibraryReference {
    var path: String
    var alias: String

    var text: String { alias.isEmpty ? path : "\(path)~\(alias)" }

    /// Whether this reference, written by an author, means the library that was loaded as `library`.
    func matches(_ library: LibraryReference) -> Bool {
        if alias.isEmpty { return path == library.path }
        return alias == library.alias && (path.isEmpty || path == library.path)
    }

    /// The way that `#@library/ref` on a document names; empty for the library that holds the document.
    static func way(of document: YAMLNode) throws(TemplateError) -> [LibraryReference] {
        guard let annotation = document.annotations["library/ref"] else { return [] }
        guard annotation.args.count == 1 else {
            throw TemplateError("Expected library/ref annotation to have one arg, got \(annotation.args.count)")
        }
        guard case .string(let text) = annotation.args[0] else {
            throw TemplateError("expected starlark.String, but was \(annotation.args[0].goType)")
        }
        do throws(TemplateError) {
            return try parse(text)
        } catch {
            throw error.prefixed("Annotation library/ref: ")
        }
    }

    private static func parse(_ text: String) throws(TemplateError) -> [LibraryReference] {
        if text.isEmpty { throw TemplateError("Expected library ref to not be empty") }
        guard text.hasPrefix("@") else { throw TemplateError("Expected library ref to start with '@'") }
        var way: [LibraryReference] = []
        for piece in text.split(separator: "@", omittingEmptySubsequences: false).dropFirst() {
            let parts = piece.split(separator: "~", omittingEmptySubsequences: false).map(String.init)
            switch parts.count {
            case 1: way.append(LibraryReference(path: parts[0], alias: ""))
            case 2:
                if parts[1].isEmpty { throw TemplateError("Expected library alias to not be empty") }
                way.append(LibraryReference(path: parts[0], alias: parts[1]))
            default:
                throw TemplateError(
                    "Expected library ref to have form: '@path', '@~alias', or '@path~alias', got: '\(text)'")
            }
        }
        return way
    }
}
