/// Where a file's relative and absolute paths begin: its own folder and its library's root.
struct TemplateLibrary {
    var directory: String
    var root: String

    /// A path of a `load` or `data.read`, as a path from the top.
    func resolve(_ path: String) -> String {
        if path.hasPrefix("/") {
            let rest = String(path.dropFirst())
            return root.isEmpty ? rest : rest.isEmpty ? root : "\(root)/\(rest)"
        }
        return directory.isEmpty ? path : path.isEmpty ? directory : "\(directory)/\(path)"
    }

    static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
