internal import Foundation

/// Files by path: of a folder, or of an archive that is not unpacked.
protocol FileTree: Sendable {
    /// Nil when there is no such file. Paths are ours, or checked before.
    func read(_ path: String, limit: Int) throws(PlaceFailure) -> [UInt8]?
}

/// A folder on disk.
struct FolderTree: FileTree {
    let folder: String

    init(folder: String) throws(PlaceFailure) {
        self.folder = folder
        let kind = (try? FileManager.default.attributesOfItem(atPath: folder))?[.type] as? FileAttributeType
        guard kind == .typeDirectory || kind == .typeSymbolicLink else { throw .absent("there is no such folder") }
    }

    func read(_ path: String, limit: Int) throws(PlaceFailure) -> [UInt8]? {
        guard let file = FileBytes(path: "\(folder)/\(path)") else { return nil }
        guard file.count <= limit else { throw .refused("\(path) has \(file.count) bytes, at most \(limit) are read") }
        do throws(ArchiveFailure) {
            return try file.bytes(at: 0, count: file.count)
        } catch {
            throw .refused("\(path): \(error)")
        }
    }
}

/// A tar archive on disk: its table is read, its content stays where it is.
struct ArchiveTree: FileTree {
    private struct Range: Sendable {
        var offset: Int
        var size: Int
    }

    /// An air gap archive has the layers of every image of a bundle; each is one entry.
    private static let mostEntries = 100_000

    let path: String
    private let ranges: [String: Range]

    init(path: String) throws(PlaceFailure) {
        self.path = path
        guard let file = FileBytes(path: path) else { throw .absent("there is no such file") }
        let index: TarIndex
        do throws(ArchiveFailure) {
            if file.count >= 2, try file.bytes(at: 0, count: 2) == [0x1F, 0x8B] {
                throw .damaged("it is packed with gzip; unpack it first")
            }
            index = try TarIndex(file, mostEntries: Self.mostEntries)
        } catch {
            throw .refused(error.description)
        }
        guard index.hasEnd else { throw .refused("the archive is damaged: it is cut, its end is missing") }
        var ranges: [String: Range] = [:]
        for entry in index.entries where entry.kind == .file {
            guard let name = BundlePath.clean(entry.name) else {
                throw .refused("\(TarReader.shown(entry.name)): absolute paths and .. are not allowed")
            }
            ranges[name] = Range(offset: entry.offset, size: entry.size)
        }
        self.ranges = ranges
    }

    func read(_ path: String, limit: Int) throws(PlaceFailure) -> [UInt8]? {
        guard let range = ranges[path] else { return nil }
        guard range.size <= limit else {
            throw .refused("\(path) has \(range.size) bytes, at most \(limit) are read")
        }
        guard let file = FileBytes(path: self.path), file.count >= range.offset + range.size else {
            throw .refused("the archive was changed while it was read")
        }
        do throws(ArchiveFailure) {
            return try file.bytes(at: range.offset, count: range.size)
        } catch {
            throw .refused(error.description)
        }
    }
}
