/// A folder of the files given, which is a library to ytt: what it holds, and the folders below.
final class LibraryFolder {
    private static let privateName = "_ytt_lib"
    /// Folders within folders that a path may name.
    private static let deepest = 100

    let name: String
    let path: String
    /// Places in the list of all files.
    private(set) var files: [Int] = []
    private(set) var folders: [LibraryFolder] = []
    private var byName: [String: Int] = [:]
    private let sources: [TemplateSource]

    private init(name: String, path: String, sources: [TemplateSource]) {
        self.name = name
        self.path = path
        self.sources = sources
    }

    /// The tree of all files.
    static func tree(_ sources: [TemplateSource]) throws(TemplateError) -> LibraryFolder {
        let root = LibraryFolder(name: "", path: "", sources: sources)
        for (place, source) in sources.enumerated() {
            let pieces = source.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            if pieces.count > deepest {
                throw TemplateError("rendering stopped: a path of more than \(deepest) folders (limit 'pathDepth')")
            }
            var folder = root
            for piece in pieces { folder = folder.made(String(piece)) }
            folder.files.append(place)
        }
        return root
    }

    private func made(_ name: String) -> LibraryFolder {
        if let found = folder(name) { return found }
        let folder = LibraryFolder(name: name, path: path.isEmpty ? name : "\(path)/\(name)", sources: sources)
        byName[name] = folders.count
        folders.append(folder)
        return folder
    }

    private func folder(_ name: String) -> LibraryFolder? { byName[name].map { folders[$0] } }

    private var isPrivate: Bool { name == Self.privateName }

    /// The files of this library: those of private libraries below are not among them.
    var accessibleFiles: [Int] { files + folders.filter { !$0.isPrivate }.flatMap(\.accessibleFiles) }

    /// A file's path as this library's users see it.
    func relativePath(_ place: Int) -> String {
        path.isEmpty ? sources[place].path : String(sources[place].path.dropFirst(path.count + 1))
    }

    private static func pieces(_ path: String) -> [String] {
        path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }

    /// A library in this folder's `_ytt_lib`.
    func privateLibrary(_ path: String) throws(TemplateError) -> LibraryFolder {
        guard var found = folder(Self.privateName) else {
            throw TemplateError("Could not find private library (directory '\(Self.privateName)' missing?)")
        }
        let pieces = Self.pieces(path)
        for (number, piece) in pieces.enumerated() {
            let before = pieces[..<number].joined(separator: "/")
            guard let next = found.folder(piece) else {
                throw TemplateError("Expected to find library '\(path)', but did not find '\(before)'")
            }
            if next.isPrivate { throw TemplateError("Could not load private library '\(before)'") }
            found = next
        }
        return found
    }

    /// A folder below this one that is no private library.
    func library(_ path: String) throws(TemplateError) -> LibraryFolder {
        var found = self
        let pieces = Self.pieces(path)
        for (number, piece) in pieces.enumerated() {
            guard let next = found.folder(piece) else {
                throw TemplateError("Did not find '\(pieces[..<number].joined(separator: "/"))'")
            }
            if next.isPrivate { throw TemplateError("Encountered private library '\(Self.privateName)'") }
            found = next
        }
        return found
    }

    /// A file below this folder, with the folder it is in.
    func file(_ path: String) throws(TemplateError) -> (place: Int, folder: LibraryFolder) {
        var pieces = Self.pieces(path)
        let name = pieces.removeLast()
        var found = self
        if !pieces.isEmpty {
            do throws(TemplateError) {
                found = try library(pieces.joined(separator: "/"))
            } catch {
                throw error.prefixed("Expected to find file '\(path)', but did not: ")
            }
        }
        let wanted = found.path.isEmpty ? name : "\(found.path)/\(name)"
        guard let place = found.files.first(where: { sources[$0].path == wanted }) else {
            throw TemplateError(
                "Expected to find file '\(path)' (hint: only files included via -f flag are available)")
        }
        return (place, found)
    }
}
