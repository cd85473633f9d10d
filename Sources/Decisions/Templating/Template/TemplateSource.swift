/// A file as ytt sees it: what its name and its marks make of it.
struct TemplateSource {
    enum Kind { case yaml, text, starlark, unknown }

    /// The path that the file was given with: what marks are matched against.
    let givenPath: String
    var path: String
    let text: String
    var markedKind: Kind?
    var markedTemplate: Bool?
    var markedForOutput: Bool?

    init(_ file: TemplateFile) {
        givenPath = file.path
        path = file.path
        text = file.text
        switch file.markedAs {
        case .yamlTemplate: markedKind = .yaml
        case .textTemplate: markedKind = .text
        case nil: break
        }
    }

    private var name: Substring { path.split(separator: "/").last ?? Substring(path) }

    var kind: Kind {
        if let markedKind { return markedKind }
        let name = name
        if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return .yaml }
        return name.hasSuffix(".star") ? .starlark : name.hasSuffix(".txt") ? .text : .unknown
    }

    /// `.lib.yaml`, `.star`: only for loading.
    var isLibrary: Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return (parts.count > 2 && parts[parts.count - 2] == "lib") || name.hasSuffix(".star")
    }

    private var isTemplateByName: Bool {
        let kind = kind
        return !isLibrary && (kind == .yaml || kind == .text)
    }

    var isTemplate: Bool { markedTemplate ?? isTemplateByName }
    var isForOutput: Bool { markedForOutput ?? (markedTemplate == true || isTemplateByName) }
}
