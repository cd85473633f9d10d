/// Where a file's relative and absolute paths begin: its own folder and its library's.
struct TemplateLibrary {
    var current: LibraryFolder
    var root: LibraryFolder

    /// A file by the path of a `load` or `data.read`.
    func file(_ path: String) throws(TemplateError) -> (place: Int, folder: LibraryFolder) {
        path.hasPrefix("/") ? try root.file(String(path.dropFirst())) : try current.file(path)
    }

    /// The paths that `data.list` gives: as `data.read` takes them when the path is absolute or empty.
    func paths(below path: String) throws(TemplateError) -> [String] {
        let isAbsolute = path.hasPrefix("/")
        let rest = isAbsolute ? String(path.dropFirst()) : path
        let start = isAbsolute ? root : current
        let folder = rest.isEmpty ? start : try start.library(rest)
        return folder.accessibleFiles.map { (isAbsolute ? "/" : "") + folder.relativePath($0) }
    }
}
