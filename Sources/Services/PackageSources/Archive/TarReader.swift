/// Reads the files of a tar archive in memory; anything that is not a plain file or folder is refused.
package enum TarReader {
    /// Path → bytes. Paths are clean (`BundlePath`); a path that stands twice has its last content.
    package static func files(
        _ archive: [UInt8], limits: BundleLimits
    ) throws(ArchiveFailure) -> [String: [UInt8]] {
        let index = try TarIndex(archive, mostEntries: limits.files)
        var files: [String: [UInt8]] = [:]
        for entry in index.entries {
            guard let path = BundlePath.clean(entry.name) else {
                throw .forbidden("\(shown(entry.name)): absolute paths and .. are not allowed in a bundle")
            }
            switch entry.kind {
            case .file:
                guard !path.isEmpty else { throw .forbidden("a file without a name is not allowed in a bundle") }
                guard entry.size <= limits.fileBytes else {
                    throw .tooLarge("\(path) has \(entry.size) bytes, at most \(limits.fileBytes) are allowed")
                }
                files[path] = try archive.bytes(at: entry.offset, count: entry.size)
            case .folder: break
            case .other(let what):
                throw .forbidden("\(shown(path)) is \(what): only files and folders are allowed in a bundle")
            }
        }
        return files
    }

    /// Names come from outside: errors show them short and without control characters.
    static func shown(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.prefix(200).map { $0.value < 0x20 ? "?" : $0 }))
    }
}
