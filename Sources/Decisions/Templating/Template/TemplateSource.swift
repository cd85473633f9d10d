/// A file as ytt sees it: what its name makes of it.
struct TemplateSource {
    enum Kind { case yaml, text, starlark, unknown }

    var path: String
    var text: String
    var kind: Kind
    /// `.lib.yaml`, `.star`: only for loading.
    var isLibrary: Bool
    /// Below `_ytt_lib`: belongs to another library.
    var isPrivate: Bool

    init(_ file: TemplateFile) {
        path = file.path
        text = file.text
        let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        switch file.markedAs {
        case .yamlTemplate: kind = .yaml
        case .textTemplate: kind = .text
        case nil:
            kind =
                name.hasSuffix(".yaml") || name.hasSuffix(".yml")
                ? .yaml : name.hasSuffix(".star") ? .starlark : name.hasSuffix(".txt") ? .text : .unknown
        }
        isLibrary = (parts.count > 2 && parts[parts.count - 2] == "lib") || kind == .starlark
        isPrivate = file.path.split(separator: "/").dropLast().contains("_ytt_lib")
    }

    var isTemplate: Bool { !isLibrary && !isPrivate && (kind == .yaml || kind == .text) }
}
